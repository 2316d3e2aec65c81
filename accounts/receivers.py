"""What allauth tells by signals alone."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import authentication_step_completed, email_confirmed
from django.dispatch import receiver
from django.utils import timezone

from accounts.models import User
from accounts.services import addresses


@receiver(email_confirmed)
def on_email_confirmed(email_address: EmailAddress, **kwargs: Any) -> None:
    addresses.note_confirmed(user_id=email_address.user_id, email=email_address.email, at=timezone.now())


@receiver(authentication_step_completed)
def on_code_typed(user: User, method: str, **kwargs: Any) -> None:
    """Drop the password of an account whose address nobody had confirmed: who chose it was not who reads the mail.

    Otherwise somebody could register with another's address, and wait with the password until its owner logs in.
    """
    if method == "code" and user.email_confirmed_at is None and user.has_usable_password():
        user.set_unusable_password()
        user.save(update_fields=["password"])
