"""Google and Facebook: little is taken, nothing is kept that is not needed, and no account is linked by its e-mail."""

import logging
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthError, AuthProcess, Provider, ProviderException
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from requests import RequestException, Response, Session

from accounts.forms.social import SocialSignupForm
from accounts.models import User
from accounts.reauthentication import has_just_reauthenticated
from accounts.services import addresses
from mesopinions.core.text import visible

logger = logging.getLogger(__name__)

# What waits in the session while somebody looks at the form. Of what is in a table already, its number is enough.
WAITING = {
    User: ("email", "first_name", "last_name", "language"),
    SocialAccount: ("provider", "uid", "extra_data"),
    EmailAddress: ("email", "verified", "primary"),
}
LONGEST_NAME = User._meta.get_field("first_name").max_length


class NoKeys(SocialApp.DoesNotExist, ValueError):
    """This site has no keys of that provider. A session that began while it had them is as one that cannot be read."""


class SocialAdapter(DefaultSocialAccountAdapter):
    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Provider:
        """Return the provider. Raises NoKeys."""
        try:
            return super().get_provider(request, provider, client_id)
        except SocialApp.DoesNotExist:
            raise NoKeys from None

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Suggest a name and an address to the form, and drop the rest before anything is stored.

        Of what the provider tells only the address over there is kept: it shows the owner which account is connected.
        """
        told = sociallogin.account.extra_data
        is_verified = told.get("email_verified", told.get("verified_email")) is True
        for address in sociallogin.email_addresses:
            address.verified = address.verified and is_verified
        names = {name: _plain(data.get(name)) for name in ("first_name", "last_name")}
        user: User = super().populate_user(request, sociallogin, data | names)
        sociallogin.account.extra_data = {"email": user.email} if user.email else {}
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Forget the token, which would wait in the session, and connect nothing for somebody who did not prove it."""
        sociallogin.token = None
        if sociallogin.user.pk:  # their address here counts, and the one over there need not wait for a second factor
            sociallogin.email_addresses = []
        # Who takes longer at the provider than the proof lasts begins again: allauth would keep it all in the session.
        if sociallogin.state.get("process") == AuthProcess.CONNECT and not has_just_reauthenticated(request):
            raise ImmediateHttpResponse(redirect("socialaccount_connections"))

    @transaction.atomic
    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: SocialSignupForm | None = None) -> User:
        """Make the account. An address that the provider vouches for, and that was left as it was, is confirmed."""
        user: User = super().save_user(request, sociallogin, form)
        if EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists():
            addresses.note_confirmed(user_id=user.pk, email=user.email, at=timezone.now())
            user.refresh_from_db(fields=["email_confirmed_at"])
        return user

    def serialize_instance(self, instance: Model) -> dict[str, Any]:
        """Return what the session keeps of a row. Raises KeyError for one that has nothing to do there."""
        names = WAITING[type(instance)] if instance.pk is None else (instance._meta.pk.attname,)
        return {name: getattr(instance, name) for name in names}

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Provider,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Lead on from a login that came to nothing: back to the start, and to where one wanted to go."""
        context = extra_context if extra_context is not None else {}
        state = context.get("state") or {}
        query = {name: state[name] for name in ("process", REDIRECT_FIELD_NAME) if state.get(name)}
        if error == AuthError.CANCELLED:
            raise ImmediateHttpResponse(redirect(f"{reverse('socialaccount_login_cancelled')}?{urlencode(query)}"))
        context["again_url"] = f"{reverse(f'{provider.id}_login')}?{urlencode(query)}"
        if isinstance(exception, RequestException | ProviderException):
            logger.warning("%s did not answer as it should: %s", provider.name, type(exception).__name__)
            page = render(request, "socialaccount/provider_down.html", {"provider": provider, **context})
            page.status_code = HTTPStatus.SERVICE_UNAVAILABLE
            raise ImmediateHttpResponse(page)

    def get_requests_session(self) -> Session:
        """Return a session that takes an error of the provider's server for one."""
        session: Session = super().get_requests_session()
        session.hooks["response"].append(_refuse_outage)
        return session


def _refuse_outage(response: Response, **kwargs: Any) -> None:
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        response.raise_for_status()


def _plain(name: Any) -> str:
    return visible(name).strip()[:LONGEST_NAME] if isinstance(name, str) else ""
