"""Password, second factors, sessions, and how to tell a fraud."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.webauthn.internal.auth import begin_authentication
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.emails import CODE_LIVES_FOR, Code
from accounts.forms.security import MailedCodeForm
from accounts.models import User
from accounts.selectors.security import factors_of, latest_logins, open_sessions
from accounts.services import codes, mailing, sessions
from accounts.views.owners import owner_of
from mesopinions.core import rate_limit
from mesopinions.core.client_ip import client_ip, limit_key
from mesopinions.core.page_cache import cacheable_page
from mesopinions.core.views import see_other, too_many_requests


@require_safe
@login_required
@never_cache
def security(request: HttpRequest) -> HttpResponse:
    """Show what protects the account and who is in it."""
    user = owner_of(request)
    context = {
        "owner": user,
        "factors": factors_of(user),
        "sessions": open_sessions(user, this_one=request.session.session_key),
        "logins": latest_logins(user),
    }
    return render(request, "accounts/security.html", context)


@require_safe
@cacheable_page
def advice(request: HttpRequest) -> HttpResponse:
    """Say how to tell our mails from those of a fraud, and what to do when somebody else is in the account."""
    context = {"site_host": settings.SITE_URL.netloc, "mail_from": settings.DEFAULT_FROM_EMAIL, **settings.CONTROLLER}
    return render(request, "accounts/advice.html", context)


@login_required
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Close one session of this account. It asks for no proof: a thief must be out quickly."""
    if request.method == "POST":
        if not sessions.end_session(user_id=owner_of(request).pk, session_id=session_id):
            raise Http404
        messages.success(request, _("La session est fermée."))
    return _to_sessions()


@login_required
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Close every session of this account but this one."""
    if request.method == "POST":
        if wait := rate_limit.hit({"sessions-user": str(owner_of(request).pk)}):
            return too_many_requests(request, wait)
        count = sessions.end_other_sessions(user_id=owner_of(request).pk, but=request.session.session_key)
        done = ngettext("%(n)d session est fermée.", "%(n)d sessions sont fermées.", count) % {"n": count}
        messages.success(request, done if count else _("Il n’y avait pas d’autre session."))
    return _to_sessions()


class SecondFactor(AuthenticateView):
    """Ask for the second factor, and say what to do without it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"privacy_email": settings.CONTROLLER["privacy_email"]}


class PasskeyLogin(LoginWebAuthnView):
    """Log in with a passkey: static/js/passkey.js asks what the device must sign, and sends its answer."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Each question is kept in a session, and each answer takes arithmetic.
        if wait := rate_limit.hit({"passkey-ip": limit_key(client_ip(request))}):
            return too_many_requests(request, wait)
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.get_preferred_type(["text/html", "application/json"]) != "application/json":
            return redirect("account_login")
        return JsonResponse({"request_options": begin_authentication(user=None)})


@login_required
@never_cache
def reauthenticate_by_code(request: HttpRequest) -> HttpResponse:
    """Prove again who one is with a mailed code. For accounts that have nothing else to show."""
    user = owner_of(request)
    way = get_adapter(request).get_reauthentication_methods(user)[0]
    if way["id"] != "code":
        return redirect(_with_next(request, way["url"]))
    challenge = codes.Challenge(request.session, "reauthenticate")
    if request.method != "POST":
        return _code_page(request, MailedCodeForm(), challenge)
    if "code" not in request.POST:
        return _mail_code(request, user, challenge)
    return _take_code(request, user, challenge)


def _mail_code(request: HttpRequest, user: User, challenge: codes.Challenge) -> HttpResponse:
    if wait := rate_limit.hit({"code-mail-user": str(user.pk)}):
        return too_many_requests(request, wait)
    code = codes.make_code()
    mailing.send_code(what=Code.REAUTHENTICATE, code=code, email=user.email, language=user.language)
    challenge.begin({"code": code}, at=timezone.now())
    return see_other(_with_next(request, request.path))


def _take_code(request: HttpRequest, user: User, challenge: codes.Challenge) -> HttpResponse:
    # The session counts the tries too, but two requests at once may both read it before either writes.
    if wait := rate_limit.hit({"code-typed-user": str(user.pk)}):
        return too_many_requests(request, wait)
    form = MailedCodeForm(request.POST)
    if not form.is_valid():
        return _code_page(request, form, challenge)
    now = timezone.now()
    if not challenge.wrong(form.cleaned_data, at=now):
        challenge.end()
        record_authentication(request, user, method="code", reauthenticated=True)
        return see_other(get_next_redirect_url(request) or reverse("account_security"))
    if challenge.is_open(now):
        form.add_error("code", _("Ce code n’est pas le bon. Recopiez celui du dernier courrier."))
        return _code_page(request, form, challenge)
    messages.error(request, _("Ce code ne sert plus. Demandez-en un autre."))
    return see_other(_with_next(request, request.path))


def _code_page(request: HttpRequest, form: MailedCodeForm, challenge: codes.Challenge) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "is_mailed": challenge.is_open(timezone.now()),
        "minutes": int(CODE_LIVES_FOR.total_seconds() // 60),
        "next": get_next_redirect_url(request) or "",
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "accounts/reauthenticate_by_code.html", context, status=status)


def _with_next(request: HttpRequest, url: str) -> str:
    """Return `url` with the page that asked for a proof, if it is one of ours."""
    back = get_next_redirect_url(request)
    return f"{url}?{urlencode({REDIRECT_FIELD_NAME: back})}" if back else url


def _to_sessions() -> HttpResponse:
    return see_other(f"{reverse('account_security')}#sessions")
