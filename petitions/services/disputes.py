"""Disputes: a signer says that their signature is real, and somebody who did not take it out answers."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from mesopinions.core.addresses import canonical_email
from petitions import emails
from petitions.models import Dispute, InvalidSignature, Signature
from petitions.services.fraud import applying
from petitions.services.moderating.refusals import AlreadyDecided, FirstDecider, OwnContent


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

    Raises FirstDecider for who took the signature out, OwnContent for who signed it or wrote the petition, and
    AlreadyDecided.
    """
    invalid = _invalid(dispute)
    if by.pk in _deciders(dispute, invalid):
        raise FirstDecider
    if _is_own(dispute, by):
        raise OwnContent
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


def is_interested(*, dispute: Dispute, member: User) -> bool:
    """Say whether another has to answer: the member took the signature out, signed it, or wrote the petition."""
    return member.pk in _deciders(dispute, _invalid(dispute)) or _is_own(dispute, member)


def _invalid(dispute: Dispute) -> InvalidSignature | None:
    return InvalidSignature.objects.select_related("invalidation").filter(signature=dispute.signature_id).first()


def _deciders(dispute: Dispute, invalid: InvalidSignature | None) -> set[int | None]:
    return {dispute.first_decider_id, invalid.invalidation.applied_by_id if invalid else None}


def _is_own(dispute: Dispute, member: User) -> bool:
    signature = dispute.signature
    is_signer = member.pk == signature.user_id or canonical_email(member.email) == signature.canonical_email
    return is_signer or member.pk == signature.petition.author_id
