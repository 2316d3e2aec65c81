"""News that harms. It is hidden as comments are: the words stay, their author is told why, and it can be undone."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from petitions import emails
from petitions.models import Decision, Update
from petitions.services import updates
from petitions.services.moderating.recording import record_about_update
from petitions.services.moderating.refusals import OwnContent
from petitions.services.pages import forget_pages


@transaction.atomic
def hide_news(*, update: Update, reason: str, statement: str, by: User, at: datetime) -> bool:
    """Take an update off the site, stop its mails and tell its author why. Return whether this call did.

    Raises OwnContent.
    """
    _refuse_own(update, by)
    if not updates.hide_update(update=update, at=at):
        return False
    forget_pages(update.petition)
    emails.tell_of_decision(
        record_about_update(update=update, act=Decision.Act.HIDDEN, by=by, at=at, reason=reason, statement=statement)
    )
    return True


@transaction.atomic
def show_news(*, update: Update, by: User, at: datetime) -> bool:
    """Put a hidden update back and tell its author. Return whether this call did. Raises OwnContent."""
    decision = uncover(update=update, statement="", by=by, at=at)
    if decision:
        emails.tell_of_decision(decision)
    return decision is not None


def uncover(*, update: Update, statement: str, by: User, at: datetime) -> Decision | None:
    """Put a hidden update back without a mail of its own, and write it down; None when it was not hidden.

    Raises OwnContent.
    """
    _refuse_own(update, by)
    if not updates.show_update(update=update):
        return None
    forget_pages(update.petition)
    return record_about_update(update=update, act=Decision.Act.SHOWN, by=by, at=at, statement=statement)


def _refuse_own(update: Update, by: User) -> None:
    if update.petition.author_id == by.pk:
        raise OwnContent
