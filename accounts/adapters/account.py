"""allauth's account flows, told how this site mails, names and remembers."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.adapters.visitors import visit_of
from accounts.emails import Code, SecurityNotice
from accounts.models import User
from accounts.services import mailing, visits
from mesopinions.core import rate_limit
from mesopinions.core.addresses import address_key
from mesopinions.core.client_ip import client_ip, limit_key
from mesopinions.core.views import too_many_requests

CODES = {
    "account/email/email_confirmation_signup": Code.CONFIRM,
    "account/email/email_confirmation": Code.CONFIRM,
    "account/email/login_code": Code.LOGIN,
    "account/email/password_reset_code": Code.RESET,
}
NOTICES = {
    "account/email/password_changed": SecurityNotice.PASSWORD_CHANGED,
    "account/email/password_set": SecurityNotice.PASSWORD_SET,
    "account/email/password_reset": SecurityNotice.PASSWORD_CHANGED,
    "mfa/email/totp_activated": SecurityNotice.TOTP_ADDED,
    "mfa/email/totp_deactivated": SecurityNotice.TOTP_REMOVED,
    "mfa/email/webauthn_added": SecurityNotice.PASSKEY_ADDED,
    "mfa/email/webauthn_removed": SecurityNotice.PASSKEY_REMOVED,
    "mfa/email/recovery_codes_generated": SecurityNotice.RECOVERY_CODES,
    "socialaccount/email/account_connected": SecurityNotice.PROVIDER_ADDED,
    "socialaccount/email/account_disconnected": SecurityNotice.PROVIDER_REMOVED,
}
# A right password of an unconfirmed account is answered by the same words: see PasswordBackend.
_wrong_pair = _(
    "Cette adresse et ce mot de passe ne vont pas ensemble, ou l’adresse n’est pas encore confirmée. "
    "Vérifiez-les, ou recevez un code par e-mail."
)
# The page that opens says it. Somebody who asks for another mail stays on the page, and is told.
_ON_THEIR_WAY = {"account/messages/email_confirmation_sent.txt", "account/messages/login_code_sent.txt"}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _wrong_pair,
        "invalid_login": _wrong_pair,
        "enter_current_password": _("Ce n’est pas votre mot de passe actuel."),
        "incorrect_password": _("Ce n’est pas votre mot de passe."),
        "incorrect_code": _("Ce code n’est pas le bon. Recopiez celui du dernier courrier, ou demandez-en un autre."),
        "too_many_login_attempts": _("Il y a eu trop d’essais. Demandez un nouveau code."),
        "rate_limited": _("Il y a eu trop de demandes. Attendez un moment, puis réessayez."),
        "email_taken": _("Cette adresse a déjà un compte. Connectez-vous, au besoin avec un code."),
        "account_inactive": _wrong_pair,
    }

    def new_user(self, request: HttpRequest) -> User:
        return User(language=get_language() or "fr")

    def get_client_ip(self, request: HttpRequest) -> str:
        # allauth's tables and limits want an address; one that we cannot trust counts as everybody's.
        return client_ip(request) or "0.0.0.0"  # noqa: S104

    def is_ajax(self, request: HttpRequest) -> bool:
        return False  # these pages speak HTML alone

    def clean_email(self, email: str) -> str:
        return User.objects.normalize_email(email)

    def is_safe_url(self, url: str) -> bool:
        """Tell whether to go to `url` afterwards: to pages of this site, and to nothing that is no address at all."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts={self.request.get_host()})

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the tries at this account and from this place. Raises ImmediateHttpResponse: come back later."""
        who = {"login-ip": limit_key(client_ip(request)), "login-email": address_key(credentials["email"])}
        if wait := rate_limit.hit(who):
            raise ImmediateHttpResponse(too_many_requests(request, wait))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put what allauth wants to mail in our outbox. Raises KeyError for a mail that nobody wrote."""
        language = get_language() or "fr"
        if template_prefix == "account/email/unknown_account":
            mailing.tell_stranger(email=email, language=language)
        elif template_prefix == "account/email/account_already_exists":
            mailing.tell_owner(email=email)
        else:
            mailing.send_code(what=CODES[template_prefix], code=context["code"], email=email, language=language)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell the owner of an account what was done to it. Raises KeyError for a notice that nobody wrote."""
        detail = str(context["provider"].name) if context and "provider" in context else ""
        mailing.send_notice(user=user, what=NOTICES[template_prefix], detail=detail, visit=visit_of(self.request))

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        """Return the ways to prove again who one is, the usual one first: with a mailed code if there is no other."""
        by_code = {"id": "code", "url": reverse("account_reauthenticate_by_code")}
        names = {
            "reauthenticate": _("Avec votre mot de passe"),
            "mfa_reauthenticate": _("Avec un code de votre application ou un code de secours"),
            "mfa_reauthenticate:webauthn": _("Avec une clé d’accès"),
            "code": _("Avec un code reçu par e-mail"),
        }
        methods = super().get_reauthentication_methods(user) or [by_code]
        return [method | {"description": names[method["id"]]} for method in methods]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_security")

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        if message_template not in _ON_THEIR_WAY or request.POST.get("action") == "resend":
            super().add_message(request, level, message_template, *args, **kwargs)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        visits.record_login(user=user, visit=visit_of(request, user), at=timezone.now())
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response
