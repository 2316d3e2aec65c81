"""The end of signing: now, on its day, or later than was said."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from petitions.dates import latest_last_day
from petitions.models import Petition


class CannotExtend(Exception):
    """Signing has ended, or would go on for longer than a petition may."""


def close_petition(*, petition: Petition, at: datetime) -> bool:
    """End the signing of an open petition now, whatever its last day. Return whether this call did.

    Signatures stay counted, and those who signed before have a day to confirm.
    """
    still_open = Petition.objects.filter(pk=petition.pk, status=Petition.Status.PUBLISHED)
    return bool(still_open.update(status=Petition.Status.CLOSED, closed_at=at))


@transaction.atomic
def extend_petition(*, petition: Petition, last_day: date, at: datetime) -> bool:
    """Let an open petition be signed until `last_day` (Paris). Return whether this call changed that.

    Raises CannotExtend once signing has ended, for a day that comes sooner than the one that was promised, and beyond
    thirty months after the petition was published.
    """
    locked = Petition.objects.select_for_update(no_key=True).get(pk=petition.pk)
    if not locked.accepts_signatures(timezone.localdate(at)) or locked.published_at is None:
        raise CannotExtend
    if not locked.closes_on <= last_day <= latest_last_day(timezone.localdate(locked.published_at)):
        raise CannotExtend
    if last_day == locked.closes_on:
        return False
    locked.closes_on = last_day
    locked.save(update_fields=["closes_on"])
    return True


@transaction.atomic
def close_due(today: date, *, at: datetime) -> int:
    """Close every petition whose last day was before `today` (Paris), as of the end of that day. Returns how many.

    Nobody could sign them any more: `accepts_signatures` and the sign statement look at the day themselves.
    """
    due = Petition.objects.select_for_update(skip_locked=True).filter(
        status=Petition.Status.PUBLISHED, closes_on__lt=today
    )
    closed = 0
    for petition in due:
        petition.closed_at = min(petition.ended_at(), at)
        petition.status = Petition.Status.CLOSED
        petition.save(update_fields=["status", "closed_at"])
        closed += 1
    return closed
