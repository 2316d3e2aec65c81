"""Appeals (DSA art. 20): free, for six months, answered within a fortnight by somebody who did not decide."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from petitions import emails
from petitions.models import Appeal, Comment, Decision, Update
from petitions.selectors.decisions import is_open_to_appeal
from petitions.services.moderating import comments, deciding, news
from petitions.services.moderating.reading import CLAIM_LASTS
from petitions.services.moderating.refusals import (
    AlreadyAppealed,
    AlreadyDecided,
    FirstDecider,
    NotOpenToAppeal,
    NotYours,
    OwnContent,
)
from petitions.services.rewording import publishing

ANSWERED_WITHIN = timedelta(days=14)


@transaction.atomic
def file_appeal(*, decision: Decision, text: str, at: datetime) -> Appeal:
    """Ask another person to look again, by `due_on` (Paris), and tell that it was received.

    Raises NotOpenToAppeal, and AlreadyAppealed the second time.
    """
    if not is_open_to_appeal(decision, timezone.localdate(at)):
        raise NotOpenToAppeal
    try:
        with transaction.atomic():
            appeal = Appeal.objects.create(
                decision=decision,
                text=text,
                filed_at=at,
                due_on=timezone.localdate(at) + ANSWERED_WITHIN,
                first_decider=decision.decided_by,
            )
    except IntegrityError:
        raise AlreadyAppealed from None
    emails.tell_of_appeal(appeal, "appeal_received")
    return appeal


def claim_appeal(*, appeal: Appeal, by: User, at: datetime) -> bool:
    """Take an appeal that waits, and say whether it is `by`'s now: of two who take it at once, one has it.

    Raises FirstDecider and OwnContent.
    """
    _refuse_interested(appeal, by)
    is_free = Q(handler=None) | Q(handler=by) | Q(claimed_at__lt=at - CLAIM_LASTS)
    return bool(Appeal.objects.filter(is_free, pk=appeal.pk, closed_at=None).update(handler=by, claimed_at=at))


def release_appeal(*, appeal: Appeal, by: User) -> bool:
    """Give one's appeal back to the queue. Return whether this call did."""
    own = Appeal.objects.filter(pk=appeal.pk, closed_at=None, handler=by)
    return bool(own.update(handler=None, claimed_at=None))


@transaction.atomic
def answer_appeal(*, appeal: Appeal, outcome: str, answer: str, by: User, at: datetime) -> Decision | None:
    """Answer an appeal for good; one that is reversed is carried out with it. Return the decision that this made.

    None for a decision that is upheld, and where nothing is left to undo: the content is gone, or its author has sent
    another text since. Raises NotYours without the claim, AlreadyDecided, FirstDecider and OwnContent.
    """
    locked = Appeal.objects.select_for_update().get(pk=appeal.pk)
    if locked.closed_at:
        raise AlreadyDecided
    _refuse_interested(locked, by)
    if locked.handler_id != by.pk:
        raise NotYours
    undo = UNDO.get(locked.decision.act) if outcome == Appeal.Outcome.REVERSED else None
    undone = undo(locked.decision, answer, by, at) if undo else None
    locked.outcome, locked.answer, locked.closed_at = outcome, answer, at
    locked.save(update_fields=["outcome", "answer", "closed_at"])
    emails.tell_of_appeal(locked, "appeal_answered")
    return undone


def _refuse_interested(appeal: Appeal, by: User) -> None:
    if appeal.first_decider_id == by.pk:
        raise FirstDecider
    if appeal.decision.told_id == by.pk:
        raise OwnContent


def _publish(decision: Decision, answer: str, by: User, at: datetime) -> Decision | None:
    if decision.submission is None:
        return None
    try:
        return deciding.publish_after_all(submission=decision.submission, statement=answer, by=by, at=at)
    except AlreadyDecided:
        return None


def _publish_edit(decision: Decision, answer: str, by: User, at: datetime) -> Decision | None:
    if decision.submission is None:
        return None
    try:
        return publishing.publish_edit_after_all(submission=decision.submission, statement=answer, by=by, at=at)
    except AlreadyDecided:
        return None


def _restore(decision: Decision, answer: str, by: User, at: datetime) -> Decision | None:
    try:
        return deciding.put_back(petition_id=decision.petition_id, statement=answer, by=by, at=at)
    except AlreadyDecided:
        return None


def _reopen(decision: Decision, answer: str, by: User, at: datetime) -> Decision | None:
    try:
        return deciding.open_again(petition_id=decision.petition_id, statement=answer, by=by, at=at)
    except AlreadyDecided:
        return None


def _show(decision: Decision, answer: str, by: User, at: datetime) -> Decision | None:
    if decision.subject == Decision.Subject.UPDATE:
        update = Update.objects.select_related("petition__theme", "petition__author").filter(pk=decision.subject_id)
        return news.uncover(update=found, statement=answer, by=by, at=at) if (found := update.first()) else None
    comment = (
        Comment.objects.select_related("petition__theme", "petition__author", "signature__user")
        .filter(pk=decision.subject_id)
        .first()
    )
    return comments.uncover(comment=comment, statement=answer, by=by, at=at) if comment else None


# How each act is undone when another person judges otherwise.
UNDO: dict[str, Callable[[Decision, str, User, datetime], Decision | None]] = {
    Decision.Act.RETURNED: _publish,
    Decision.Act.REFUSED: _publish,
    Decision.Act.EDIT_REFUSED: _publish_edit,
    Decision.Act.REMOVED: _restore,
    Decision.Act.CLOSED: _reopen,
    Decision.Act.HIDDEN: _show,
}
