"""Names and contact details."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.forms.profile import ProfileForm, values_of
from accounts.models import Profile, User
from accounts.selectors.people import confirmed_email
from accounts.selectors.preferences import agrees_to
from accounts.services.profile import update_profile
from accounts.views.owners import owner_of
from mesopinions.core.views import see_other
from privacy.consent import Purpose


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show what the owner told of themselves, and take what they change."""
    owner = owner_of(request)
    if request.method != "POST":
        return _page(request, _form(owner))
    form = _form(owner, request)
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    update_profile(
        user_id=owner.pk,
        told=form.told,
        may_call=form.may_call,
        language=get_language() or "fr",
        at=timezone.now(),
    )
    messages.success(request, _("C’est enregistré."))
    return see_other(request.path)


def _form(owner: User, request: HttpRequest | None = None) -> ProfileForm:
    told = Profile.objects.filter(pk=owner.pk).first()
    return ProfileForm(
        request.POST if request else None,
        initial=values_of(owner, told, may_call=agrees_to(owner, Purpose.PHONE_CONTACT)),
        asks_phone=confirmed_email(owner) is not None,
    )


def _page(request: HttpRequest, form: ProfileForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    return render(request, "accounts/profile.html", {"form": form}, status=status)
