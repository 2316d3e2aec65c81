"""What allauth tells by signals alone."""

from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.account.internal.stagekit import unstash_login
from allauth.account.models import EmailAddress
from allauth.account.signals import (
    authentication_step_completed,
    email_confirmed,
    password_changed,
    password_reset,
    password_set,
)
from allauth.socialaccount.internal.flows.signup import clear_pending_signup
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from accounts.services import addresses, passwords, sessions, unlinking


@receiver(email_confirmed)
@transaction.atomic
def on_email_confirmed(request: HttpRequest, email_address: EmailAddress, **kwargs: Any) -> None:
    """Note who reads the mail, and drop a password and links that may be somebody else's.

    Otherwise a stranger could register with another's address, and wait with the password, or with a Google account
    of their own, until its owner comes.
    """
    user: User = email_address.user
    if user.email_confirmed_at is None:
        unlinking.drop_unproven(user_id=user.pk, proven=_providers_shown(request, user))
        if not _registered_here(request, user):
            passwords.drop_password(user=user)
    addresses.note_confirmed(user_id=user.pk, email=email_address.email, at=timezone.now())


@receiver([password_changed, password_set, password_reset])
def on_new_password(request: HttpRequest, user: User, **kwargs: Any) -> None:
    sessions.end_other_sessions(user_id=user.pk, but=request.session.session_key)


@receiver(user_logged_in)
def on_login(request: HttpRequest, **kwargs: Any) -> None:
    """Forget what Google or Facebook told of somebody who then came in another way, and the short life of that form."""
    clear_pending_signup(request)
    request.session.set_expiry(None)


@receiver(authentication_step_completed)
def on_provider_login(request: HttpRequest, method: str, **kwargs: Any) -> None:
    """Forget who somebody is at Google or Facebook: the session needs to know only that they came that way."""
    if method == "socialaccount":
        request.session[AUTHENTICATION_METHODS_SESSION_KEY][-1].pop("uid")
        request.session.modified = True


def _providers_shown(request: HttpRequest, user: User) -> set[str]:
    """Return the providers that vouched for this person in this very session."""
    records = get_authentication_records(request, user)
    return {record["provider"] for record in records if record["method"] == "socialaccount"}


def _registered_here(request: HttpRequest, user: User) -> bool:
    """Tell whether this very session made the account, and so chose its password."""
    login = unstash_login(request, peek=True)
    return bool(login and login.signup and login.user and login.user.pk == user.pk)
