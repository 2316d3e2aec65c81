"""The e-mail address of an account: confirmed, and changed."""

from datetime import datetime

from django.db import transaction

from accounts.models import User


@transaction.atomic
def note_confirmed(*, user_id: int, email: str, at: datetime) -> None:
    """Note that the owner reads the mail of this address. allauth's own table says so already."""
    user = User.objects.select_for_update().get(pk=user_id)
    user.email = User.objects.normalize_email(email)
    user.email_confirmed_at = at
    user.save(update_fields=["email", "email_confirmed_at"])
