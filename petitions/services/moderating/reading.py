"""Who reads a submitted text: one moderator at a time, and never its author."""

from datetime import datetime, timedelta

from django.db.models import Q

from accounts.models import User
from petitions.models import Submission
from petitions.services.moderating.refusals import OwnContent

# A text that somebody took and left is free again after this.
CLAIM_LASTS = timedelta(hours=24)


def claim(*, submission: Submission, by: User, at: datetime) -> bool:
    """Take a text that waits, and say whether it is `by`'s now: of two who take it at once, one has it.

    Somebody else's claim ends after CLAIM_LASTS; taking one's own again renews it. Raises OwnContent.
    """
    if submission.petition.author_id == by.pk:
        raise OwnContent
    is_free = Q(claimed_by=None) | Q(claimed_by=by) | Q(claimed_at__lt=at - CLAIM_LASTS)
    waiting = Submission.objects.filter(is_free, pk=submission.pk, closed_at=None)
    return bool(waiting.update(claimed_by=by, claimed_at=at))


def release(*, submission: Submission, by: User) -> bool:
    """Give one's text back to the queue. Return whether this call did."""
    own = Submission.objects.filter(pk=submission.pk, closed_at=None, claimed_by=by)
    return bool(own.update(claimed_by=None, claimed_at=None))
