"""Comments that harm. Hiding keeps the words: a decision can be taken back, and its signer told why."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from petitions import emails
from petitions.models import Comment, Decision
from petitions.services.moderating.recording import record_about_comment
from petitions.services.moderating.refusals import OwnContent
from petitions.services.pages import forget_pages


@transaction.atomic
def hide_comment(*, comment: Comment, reason: str, statement: str, by: User, at: datetime) -> bool:
    """Take a comment off the public pages and tell its signer why. Return whether this call did: twice changes nothing.

    Raises OwnContent.
    """
    _refuse_own(comment, by)
    if not Comment.objects.filter(pk=comment.pk, hidden_at=None).update(hidden_at=at):
        return False
    forget_pages(comment.petition)
    emails.tell_of_decision(
        record_about_comment(comment=comment, act=Decision.Act.HIDDEN, by=by, at=at, reason=reason, statement=statement)
    )
    return True


@transaction.atomic
def show_comment(*, comment: Comment, statement: str = "", by: User, at: datetime) -> bool:
    """Put a hidden comment back, as public as its signature makes it. Return whether this call did.

    Raises OwnContent.
    """
    decision = uncover(comment=comment, statement=statement, by=by, at=at)
    if decision:
        emails.tell_of_decision(decision)
    return decision is not None


def uncover(*, comment: Comment, statement: str, by: User, at: datetime) -> Decision | None:
    """Put a hidden comment back without a mail of its own, and write it down; None when it was not hidden.

    Raises OwnContent.
    """
    _refuse_own(comment, by)
    if not Comment.objects.filter(pk=comment.pk, hidden_at__isnull=False).update(hidden_at=None):
        return None
    forget_pages(comment.petition)
    return record_about_comment(comment=comment, act=Decision.Act.SHOWN, by=by, at=at, statement=statement)


def _refuse_own(comment: Comment, by: User) -> None:
    if comment.signature and comment.signature.user_id == by.pk:
        raise OwnContent
