"""Changes of accounts."""

from datetime import datetime

from accounts.models import User


def record_visit(*, user: User, at: datetime) -> None:
    """Note that the owner was here: an account ends after two years without a visit."""
    User.objects.filter(pk=user.pk).update(last_seen_at=at)
