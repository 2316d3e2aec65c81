"""The end of signing."""

from datetime import date, datetime

from django.db import transaction

from petitions.models import Petition


def close_petition(*, petition: Petition, at: datetime) -> bool:
    """End the signing of an open petition now, whatever its last day. Return whether this call did.

    Signatures stay counted, and those who signed before have a day to confirm.
    """
    still_open = Petition.objects.filter(pk=petition.pk, status=Petition.Status.PUBLISHED)
    return bool(still_open.update(status=Petition.Status.CLOSED, closed_at=at))


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
