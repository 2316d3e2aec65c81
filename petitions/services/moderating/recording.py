"""The trail of moderation: one `Decision` an act."""

from datetime import datetime

from accounts.models import User
from petitions.models import Comment, Decision, Petition, Submission, Update


def record_about_petition(
    *,
    petition: Petition,
    act: Decision.Act,
    by: User,
    at: datetime,
    reason: str = "",
    statement: str = "",
    submission: Submission | None = None,
) -> Decision:
    """Write down an act about a petition, in the language in which its author will read it: that of the account."""
    author = petition.author
    return Decision.objects.create(
        subject=Decision.Subject.PETITION,
        subject_id=petition.pk,
        petition_id=petition.pk,
        submission=submission,
        act=act,
        reason=reason,
        statement=statement,
        decided_by=by,
        decided_at=at,
        told=author,
        language=author.language if author else petition.language,
    )


def record_about_comment(
    *, comment: Comment, act: Decision.Act, by: User, at: datetime, reason: str = "", statement: str = ""
) -> Decision:
    """Write down an act about a comment, in the language of its signature."""
    signature = comment.signature
    return Decision.objects.create(
        subject=Decision.Subject.COMMENT,
        subject_id=comment.pk,
        petition_id=comment.petition_id,
        act=act,
        reason=reason,
        statement=statement,
        decided_by=by,
        decided_at=at,
        told=signature.user if signature else None,
        language=signature.language if signature else comment.petition.language,
    )


def record_about_update(
    *, update: Update, act: Decision.Act, by: User, at: datetime, reason: str = "", statement: str = ""
) -> Decision:
    """Write down an act about a piece of news, in the language in which its author will read it."""
    author = update.petition.author
    return Decision.objects.create(
        subject=Decision.Subject.UPDATE,
        subject_id=update.pk,
        petition_id=update.petition_id,
        act=act,
        reason=reason,
        statement=statement,
        decided_by=by,
        decided_at=at,
        told=author,
        language=author.language if author else update.petition.language,
    )
