"""The end of an account at its owner's wish: a week to change one's mind, then an erasure."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from accounts.selectors.people import subject_of
from accounts.services.sessions import end_other_sessions
from mesopinions.mail.services import queue_mail
from privacy import requests
from privacy.registry import Subject
from privacy.requests import Right

WAITS_FOR = timedelta(days=7)


class StaffAccount(Exception):
    """Its owner has work in hand here: another member of the team takes the rights back first."""


class UnconfirmedAddress(Exception):
    """Nobody has shown to read the mail of this account, and what is at its address may be somebody else's."""


@transaction.atomic
def close_account(*, user_id: int, leaves_counts: bool, session_key: str | None, at: datetime) -> datetime:
    """Let an account end in a week, tell its owner, and end every session but this one. Return when it ends.

    `leaves_counts` takes the owner's signatures out of the counts as well. A second call changes nothing. Raises
    StaffAccount and UnconfirmedAddress.
    """
    user = User.objects.select_for_update().get(pk=user_id)
    if user.closes_at:
        return user.closes_at
    if user.is_staff:
        raise StaffAccount
    if subject_of(user) is None:
        raise UnconfirmedAddress
    user.closes_at, user.leaves_counts = at + WAITS_FOR, leaves_counts
    user.save(update_fields=["closes_at", "leaves_counts"])
    end_other_sessions(user_id=user_id, but=session_key)
    queue_mail(kind="account_closing", recipient=user.email, language=user.language, about_id=user_id)
    return user.closes_at


def keep_account(*, user_id: int) -> bool:
    """Let an account that was closing live on, and say whether it was: also when its week has passed already."""
    closing = User.objects.filter(pk=user_id, closes_at__isnull=False)
    return bool(closing.update(closes_at=None, leaves_counts=False))


def close_due(*, now: datetime) -> int:
    """Begin the erasure of every account whose week has passed, and return how many began.

    Safe to run twice, at once, or to kill: each account is a transaction, which opens the request and shuts the door.
    """
    due = User.objects.filter(closes_at__lte=now).order_by("pk").values_list("pk", flat=True)
    return sum(_hand_over(user_id, now) for user_id in list(due))


@transaction.atomic
def _hand_over(user_id: int, now: datetime) -> bool:
    due = User.objects.select_for_update().filter(pk=user_id, closes_at__lte=now, is_staff=False)
    user = due.first()
    if user is None:
        return False
    request = requests.open_confirmed(
        right=Right.ERASURE,
        subject=Subject(user.email, user.pk),
        language=user.language,
        remove_from_count=user.leaves_counts,
        at=now,
    )
    if request is None:  # one that began before: the next run sees what it leaves
        return False
    # From here on nobody gets in. A legal hold may keep the row: then it ends as an account that nobody uses.
    user.closes_at, user.is_active = None, False
    user.save(update_fields=["closes_at", "is_active"])
    return True
