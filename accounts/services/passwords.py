"""Passwords that must not open an account any more."""

from django.db import transaction

from accounts.models import User


@transaction.atomic
def drop_password(*, user: User) -> None:
    """Make the password of an account worthless. Its owner comes in with a code, or chooses another one."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
