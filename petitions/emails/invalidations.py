"""Mails to who has a signature out of the count: why, how to say that it is real, and what came of it."""

from mesopinions.mail.kinds import Letter, kind
from mesopinions.mail.models import OutgoingMail
from petitions.emails.signatures import context_of, signature_about, tell_signer
from petitions.models import Dispute, Signature
from petitions.selectors.invalidations import out_of_count

Status = Signature.Status


def tell_of_answer(dispute: Dispute) -> None:
    """Queue the answer to the signer."""
    tell_signer(dispute.signature, "dispute_answered")


@kind("signature_invalidated")
def signature_invalidated(mail: OutgoingMail) -> Letter | None:
    """Say why a signature is out and how to dispute it, unless it is back by now."""
    signature = signature_about(mail, Status.INVALIDATED)
    out = out_of_count(signature) if signature else None
    return Letter({**context_of(signature), "out": out}) if signature and out else None


@kind("signature_reinstated")
def signature_reinstated(mail: OutgoingMail) -> Letter | None:
    """Say that a signature is back where it was, as long as it is."""
    signature = signature_about(mail, Status.CONFIRMED, Status.PENDING)
    if signature is None:
        return None
    return Letter({**context_of(signature), "is_counted": signature.status == Status.CONFIRMED})


@kind("dispute_answered")
def dispute_answered(mail: OutgoingMail) -> Letter | None:
    """Give a person's answer to a dispute."""
    signature = signature_about(mail, Status.CONFIRMED, Status.PENDING, Status.INVALIDATED)
    dispute = Dispute.objects.filter(signature=signature, closed_at__isnull=False).first() if signature else None
    if signature is None or dispute is None:
        return None
    is_back = dispute.outcome == Dispute.Outcome.REINSTATED
    return Letter({**context_of(signature), "dispute": dispute, "is_back": is_back})
