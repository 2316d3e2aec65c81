"""Disputes: a signer says that their signature is real, and somebody who did not take it out answers."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from petitions import emails
from petitions.models import Dispute, InvalidSignature, Signature
from petitions.services.fraud import applying
from petitions.services.moderating.refusals import AlreadyDecided, FirstDecider


class NotInvalidated(Exception):
    """The signature is not out: there is nothing to dispute."""


class AlreadyDisputed(Exception):
    """A signature is disputed once."""


@transaction.atomic
def file_dispute(*, signature: Signature, text: str, at: datetime) -> Dispute:
    """Ask a person to look at an invalidated signature. Raises NotInvalidated, and AlreadyDisputed the second time."""
    locked = Signature.objects.select_for_update().filter(pk=signature.pk, status=Signature.Status.INVALIDATED).first()
    if locked is None:
        raise NotInvalidated
    invalid = InvalidSignature.objects.select_related("invalidation").filter(signature=locked).first()
    try:
        with transaction.atomic():
            return Dispute.objects.create(
                signature=locked,
                text=text,
                filed_at=at,
                first_decider_id=invalid.invalidation.applied_by_id if invalid else None,
            )
    except IntegrityError:
        raise AlreadyDisputed from None


@transaction.atomic
def answer_dispute(*, dispute: Dispute, outcome: str, answer: str, by: User, at: datetime) -> bool:
    """Answer a dispute for good, tell the signer, and say whether this put the signature back.

    Raises FirstDecider for who took the signature out, and AlreadyDecided.
    """
    invalid = InvalidSignature.objects.select_related("invalidation").filter(signature=dispute.signature_id).first()
    if by.pk in {dispute.first_decider_id, invalid.invalidation.applied_by_id if invalid else None}:
        raise FirstDecider
    is_back = bool(
        outcome == Dispute.Outcome.REINSTATED
        and invalid
        and applying.put_back_one(invalidation=invalid.invalidation, signature_id=dispute.signature_id, at=at)
    )
    waiting = Dispute.objects.filter(pk=dispute.pk, closed_at=None)
    if not waiting.update(outcome=outcome, answer=answer, handler=by, closed_at=at):
        raise AlreadyDecided  # with it goes what was put back
    emails.tell_of_answer(dispute)
    return is_back
