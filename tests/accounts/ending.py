"""Close an account and live through its week, for the tests of both."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from accounts.services import closing
from privacy import requests
from privacy.models import RightsRequest

WEEK = timedelta(days=7)


def close(user: User, *, leaves_counts: bool = False, at: datetime | None = None) -> datetime:
    return closing.close_account(
        user_id=user.pk, leaves_counts=leaves_counts, session_key=None, at=at or timezone.now()
    )


def end(at: datetime) -> None:
    """Run the job, and the work it sends to the workers."""
    closing.close_due(now=at)
    for request in RightsRequest.objects.filter(status="executing"):
        requests.execute(request.pk)
