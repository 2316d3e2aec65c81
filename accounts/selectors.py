"""Reads about accounts."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import User


def confirmed_email(user: User | AnonymousUser) -> str | None:
    """Return the address that this visitor has shown to control, or None."""
    if isinstance(user, User) and user.is_active and user.email_confirmed_at:
        return user.email
    return None
