"""The trail of moderation: one `Decision` an act, in the language in which whoever it is told to reads."""

from datetime import datetime
from typing import NotRequired, TypedDict, Unpack

from accounts.models import User
from petitions.models import Comment, Decision, Petition, Submission, Update

Subject = Decision.Subject


class Decided(TypedDict):
    """What was done, by whom, when and why."""

    act: Decision.Act
    by: User
    at: datetime
    reason: NotRequired[str]
    statement: NotRequired[str]


def record_about_petition(
    *, petition: Petition, submission: Submission | None = None, **decided: Unpack[Decided]
) -> Decision:
    """Write down an act about a petition, or about the text that was sent for it."""
    return _record(Subject.PETITION, petition.pk, petition, petition.author, submission=submission, **decided)


def record_about_update(*, update: Update, **decided: Unpack[Decided]) -> Decision:
    """Write down an act about a piece of news."""
    return _record(Subject.UPDATE, update.pk, update.petition, update.petition.author, **decided)


def record_about_comment(*, comment: Comment, **decided: Unpack[Decided]) -> Decision:
    """Write down an act about a comment, told in the language of its signature."""
    signature = comment.signature
    told, language = (signature.user, signature.language) if signature else (None, "")
    return _record(Subject.COMMENT, comment.pk, comment.petition, told, language=language, **decided)


def _record(
    subject: Decision.Subject,
    subject_id: int,
    petition: Petition,
    told: User | None,
    *,
    language: str = "",
    submission: Submission | None = None,
    **decided: Unpack[Decided],
) -> Decision:
    return Decision.objects.create(
        subject=subject,
        subject_id=subject_id,
        petition_id=petition.pk,
        submission=submission,
        act=decided["act"],
        reason=decided.get("reason", ""),
        statement=decided.get("statement", ""),
        decided_by=decided["by"],
        decided_at=decided["at"],
        told=told,
        language=language or (told.language if told else petition.language),
    )
