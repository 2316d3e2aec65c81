"""A new e-mail address, confirmed on both sides."""

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.emails import CODE_LIVES_FOR
from accounts.forms.addresses import BothCodesForm, NewAddressForm
from accounts.models import User
from accounts.reauthentication import reauthentication_required
from accounts.services import addresses, codes
from accounts.views.owners import owner_of, visit_here
from mesopinions.core import rate_limit
from mesopinions.core.addresses import address_key
from mesopinions.core.views import see_other, too_many_requests


@reauthentication_required
@never_cache
def change(request: HttpRequest) -> HttpResponse:
    """Ask the new address, and mail a code to both. The answer is the same for an address that has an account."""
    user = owner_of(request)
    form = NewAddressForm(request.POST or None, current=user.email)
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        context = {"form": form, "owner": user, "privacy_email": settings.CONTROLLER["privacy_email"]}
        return render(request, "accounts/addresses.html", context, status=status)
    return _mail_codes(request, user, form.cleaned_data["email"])


@login_required
@never_cache
def confirm(request: HttpRequest) -> HttpResponse:
    """Take both codes and change the address; or mail both once more. The proof came before: mails may take long."""
    user, challenge = owner_of(request), _challenge(request)
    if not challenge.is_open(timezone.now()):
        return redirect("account_email")
    if request.POST.get("action") == "resend":
        messages.success(request, _("Deux nouveaux codes sont partis. Les anciens ne servent plus."))
        return _mail_codes(request, user, challenge.about)
    form = BothCodesForm(request.POST or None, current=user.email, wanted=challenge.about)
    if not form.is_valid():
        return _codes_page(request, form, challenge)
    return _take_codes(request, user, form, challenge)


def _mail_codes(request: HttpRequest, user: User, new_email: str) -> HttpResponse:
    wait = rate_limit.hit({"code-mail-user": str(user.pk), "code-mail-email": address_key(new_email)})
    if wait:
        return too_many_requests(request, wait)
    addresses.mail_both_codes(user=user, new_email=new_email, challenge=_challenge(request), at=timezone.now())
    return see_other(reverse("account_email_confirm"))


def _take_codes(request: HttpRequest, user: User, form: BothCodesForm, challenge: codes.Challenge) -> HttpResponse:
    # The session counts the tries too, but two requests at once may both read it before either writes.
    if wait := rate_limit.hit({"code-typed-user": str(user.pk)}):
        return too_many_requests(request, wait)
    now, new_email = timezone.now(), challenge.about
    wrong = challenge.wrong(form.cleaned_data, at=now)
    if wrong and challenge.is_open(now):
        for part in sorted(wrong):
            form.add_error(part, _("Ce code n’est pas le bon. Recopiez celui du dernier courrier."))
        return _codes_page(request, form, challenge)
    challenge.end()
    if wrong:
        messages.error(request, _("Ces codes ne servent plus, et votre adresse n’a pas changé. Recommencez."))
        return see_other(reverse("account_email"))
    try:
        addresses.change_email(
            user_id=user.pk,
            new_email=new_email,
            this_session=request.session.session_key,
            visit=visit_here(request),
            at=now,
        )
    except addresses.AddressTaken:
        messages.error(request, _("Cette adresse vient de servir à un autre compte. Choisissez-en une autre."))
        return see_other(reverse("account_email"))
    messages.success(request, _("Votre adresse est changée. Vos autres sessions sont fermées."))
    return see_other(reverse("account_security"))


def _codes_page(request: HttpRequest, form: BothCodesForm, challenge: codes.Challenge) -> HttpResponse:
    context = {
        "form": form,
        "new_email": challenge.about,
        "minutes": int(CODE_LIVES_FOR.total_seconds() // 60),
        "privacy_email": settings.CONTROLLER["privacy_email"],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "accounts/addresses_confirm.html", context, status=status)


def _challenge(request: HttpRequest) -> codes.Challenge:
    return codes.Challenge(request.session, "change_email")
