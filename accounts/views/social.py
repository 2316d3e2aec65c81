"""Google and Facebook: the way there, the form on the way back, the links that exist, and Meta's wish to end one."""

from http import HTTPStatus
from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal.flows.signup import clear_pending_signup
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider
from allauth.socialaccount.views import SignupView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from accounts.forms.social import DisconnectForm, FacebookDeletionForm
from accounts.models import FacebookDeletion, Login
from accounts.reauthentication import has_just_reauthenticated, reauthentication_required
from accounts.services import unlinking
from accounts.views.entrance import MailsAnAddress
from accounts.views.owners import owner_of, visit_here
from mesopinions.core import rate_limit
from mesopinions.core.client_ip import client_ip, limit_key
from mesopinions.core.sessionless import is_same_origin
from mesopinions.core.views import see_other, too_many_requests

# What a provider told waits in the session for the form to be sent, and goes with it.
FORM_WAITS_FOR = 30 * 60  # seconds


@require_GET
def begin(request: HttpRequest, provider: str) -> HttpResponse:
    """Lead to a provider. allauth's own view would let any link add to what we ask there (`scope`, `auth_params`)."""
    chosen = _configured(request, provider)
    if wait := rate_limit.hit({"provider-ip": limit_key(client_ip(request))}):
        return too_many_requests(request, wait)
    next_url = get_next_redirect_url(request)
    if not is_same_origin(request):  # nobody is logged in by a link of another site
        query = f"?{urlencode({REDIRECT_FIELD_NAME: next_url})}" if next_url else ""
        return redirect(f"{reverse('account_login')}{query}")
    if request.GET.get("process") == AuthProcess.CONNECT:
        # The proof is asked on the page of the links: browsers let no form lead to another site, not even by a detour.
        is_sure = request.user.is_authenticated and has_just_reauthenticated(request)
        return _go(request, chosen, AuthProcess.CONNECT) if is_sure else redirect("socialaccount_connections")
    if request.user.is_authenticated:
        return redirect(next_url or settings.LOGIN_REDIRECT_URL)
    return _go(request, chosen, AuthProcess.LOGIN, next_url)


@method_decorator(never_cache, name="dispatch")
class Signup(MailsAnAddress, SignupView):
    """The form that shows what a provider told."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.session.set_expiry(FORM_WAITS_FOR)
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        told = self.sociallogin
        return context | {"provider": told.provider, "told_email": told.account.extra_data.get("email")}


@require_POST
def drop_signup(request: HttpRequest) -> HttpResponse:
    """« Ne pas créer de compte »: forget what the provider told."""
    clear_pending_signup(request)
    request.session.set_expiry(None)
    messages.info(request, _("Aucun compte n’a été créé, et rien n’a été gardé."))
    return see_other(reverse("account_login"))


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
@never_cache
def connections(request: HttpRequest) -> HttpResponse:
    """Show the accounts elsewhere that open this one, and end a link."""
    form = None
    if request.method == "POST":
        form = DisconnectForm(owner_of(request), request.POST)
        if form.is_valid() and _disconnected(request, form.cleaned_data["account"]):
            return see_other(reverse("socialaccount_connections"))
    linked = SocialAccount.objects.filter(user=owner_of(request)).order_by("date_joined")
    names = {choice.value: choice.label for choice in Login.Method}
    context = {"linked": [(names[account.provider], account) for account in linked], "form": form}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form else HTTPStatus.OK
    return render(request, "socialaccount/connections.html", context, status=status)


@csrf_exempt
@require_POST
def facebook_deletion(request: HttpRequest) -> HttpResponse:
    """Answer Meta, who says that somebody removed us from their Facebook account."""
    app, now = _configured(request, "facebook").app, timezone.now()
    form = FacebookDeletionForm(request.POST, secret=app.secret, at=now)
    if not form.is_valid():
        problem = {"title": "This is no signed request of Meta's for this site.", "status": 400}
        return JsonResponse(problem, status=HTTPStatus.BAD_REQUEST, content_type="application/problem+json")
    asked = form.cleaned_data["signed_request"]
    code = unlinking.forget_facebook(facebook_id=asked.facebook_id, signed=asked.signed, at=now)
    url = f"{settings.SITE_ORIGIN}{reverse('facebook_deletion_status', args=[code])}"
    return JsonResponse({"url": url, "confirmation_code": code})


@never_cache
@require_safe
def facebook_deletion_status(request: HttpRequest, code: str) -> HttpResponse:
    """Tell whoever has the code what became of the request."""
    deletion = get_object_or_404(FacebookDeletion, code_hash=unlinking.hash_of(code))
    return render(request, "accounts/social_deletion.html", {"deletion": deletion})


def _configured(request: HttpRequest, name: str) -> OAuth2Provider:
    """Return the provider. Raises Http404 when this site has no keys of it."""
    try:
        return get_adapter(request).get_provider(request, name)
    except SocialApp.DoesNotExist:
        raise Http404 from None


def _go(request: HttpRequest, provider: OAuth2Provider, process: str, next_url: str | None = None) -> HttpResponse:
    response: HttpResponse = provider.redirect(request, process, next_url=next_url)
    return response


def _disconnected(request: HttpRequest, account: SocialAccount) -> bool:
    """End the link and say so on the next page; or say on this one why not."""
    try:
        unlinking.disconnect(
            user=owner_of(request), account_id=account.pk, visit=visit_here(request), at=timezone.now()
        )
    except unlinking.NoOtherWayIn:
        messages.error(
            request, _("Confirmez d’abord votre adresse e-mail : sans ce lien, vous ne pourriez plus entrer.")
        )
        return False
    name = Login.Method(account.provider).label
    messages.success(request, _("Votre compte %(name)s n’ouvre plus votre compte MesOpinions.") % {"name": name})
    return True
