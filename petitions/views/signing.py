"""From the form to the open mail: sign, wait, ask for the mail again."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors.people import confirmed_email
from mesopinions.core import rate_limit
from mesopinions.core.addresses import address_key, normalised_email
from mesopinions.core.client_ip import client_ip, limit_key
from mesopinions.core.page_cache import cacheable_page
from mesopinions.core.sessionless import has_session, sessionless_form
from mesopinions.core.views import see_other, too_many_requests
from petitions import selectors
from petitions.forms import AddressForm, SignForm
from petitions.services import signing
from petitions.views.pages import petition_page


def _sign_again(request: HttpRequest, petition_id: int) -> HttpResponse:
    """Show the form with the words typed and a token: the person logged in after the page was loaded."""
    card = selectors.petition_or_404(petition_id)
    form = SignForm(card.id, request.POST)
    form.add_error(None, _("Vous vous êtes connecté depuis une autre page. Vérifiez et signez à nouveau."))
    return petition_page(request, card, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@sessionless_form(again=_sign_again)
def sign(request: HttpRequest, petition_id: int) -> HttpResponse:
    """Take a signature. The answer is the same whether or not the address had signed."""
    if request.method != "POST":
        petition = selectors.petition_to_sign(petition_id)
        return redirect(f"{petition.get_absolute_url()}#sign-form")
    ip = client_ip(request)
    form = SignForm(petition_id, request.POST)
    is_valid = form.is_valid()
    email = form.cleaned_data.get("email", "")
    if wait := rate_limit.hit({"sign-ip": limit_key(ip), "sign-email": address_key(email) if email else ""}):
        return too_many_requests(request, wait)
    if not is_valid:
        return _refused(request, form)
    user = _visitor(request)
    details = form.details(
        ip_address=ip,
        browser=request.META.get("HTTP_USER_AGENT", ""),
        confirmed_email=(confirmed_email(user) or "") if user else "",
        user_id=user.pk if user else None,
    )
    try:
        signed = signing.sign_petition(petition_id=petition_id, signer=details, ticked=form.grants, at=timezone.now())
    except signing.PetitionClosed:
        form.add_error(None, _("Cette pétition est close : on ne peut plus la signer."))
        return _refused(request, form)
    if signed.manage_token:
        return see_other(reverse("signature_thanks", args=[signed.manage_token]))
    return see_other(reverse("sign_pending", args=[signed.theme, signed.slug, petition_id]))


def _visitor(request: HttpRequest) -> User | None:
    """Return who is logged in, without reading the session of somebody who sent no cookie."""
    return request.user if has_session(request) and isinstance(request.user, User) else None


def _refused(request: HttpRequest, form: SignForm) -> HttpResponse:
    card = selectors.petition_or_404(form.petition_id)
    return petition_page(request, card, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _pending_page(
    request: HttpRequest, petition_id: int, form: AddressForm, *, sent: bool = False, status: int = HTTPStatus.OK
) -> HttpResponse:
    context = {
        "petition": selectors.petition_or_404(petition_id),
        "form": form,
        "sent": sent,
        "mail_viewer_url": mail_viewer_url(),
    }
    return render(request, "petitions/pending.html", context, status=status)


def mail_viewer_url() -> str:
    """Return where mails can be read on a developer's machine, '' elsewhere."""
    return reverse("dev_mails") if settings.LOCAL else ""


def _pending_again(request: HttpRequest, theme: str, slug: str, petition_id: int) -> HttpResponse:
    return _pending_page(request, petition_id, AddressForm(request.POST), status=HTTPStatus.UNPROCESSABLE_ENTITY)


@sessionless_form(again=_pending_again)
@cacheable_page
def sign_pending(request: HttpRequest, theme: str, slug: str, petition_id: int) -> HttpResponse:
    """« Ouvrez votre boîte mail »: what happens next; by POST, the mail once more.

    The answer is the same for an address that never signed.
    """
    if request.method != "POST":
        return _pending_page(request, petition_id, AddressForm())
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _pending_page(request, petition_id, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    email = normalised_email(form.cleaned_data["email"])
    if wait := rate_limit.hit({"resend-ip": limit_key(client_ip(request)), "resend-email": address_key(email)}):
        return too_many_requests(request, wait)
    signing.resend_confirmation(petition_id=petition_id, email=email)
    return _pending_page(request, petition_id, AddressForm(), sent=True)
