"""The end of accounts that nobody uses: two warnings, then the purge."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from accounts.emails import MAILS_TO_OWNERS
from accounts.models import User
from accounts.selectors.people import SECOND_NOTICE, accounts_ending_by
from mesopinions.mail.services import forget, queue_mail
from privacy import consent

Notice = User.Notice
FIRST_NOTICE = timedelta(days=30)
AT_ONCE = 500


def warn_inactive(*, now: datetime) -> int:
    """Tell the owners of accounts that will end, a month before and a week before, and return how many mails that is.

    An account is due to go a week after its second mail at the soonest: a job that was down delays the end, never the
    warnings. Safe to run twice or at once.
    """
    a_week_ago = now - SECOND_NOTICE
    first = accounts_ending_by(now + FIRST_NOTICE).filter(notice=Notice.NONE)
    second = accounts_ending_by(now + SECOND_NOTICE).filter(notice=Notice.FIRST, notice_at__lte=a_week_ago)
    told = _tell(first, Notice.FIRST, now) + _tell(second, Notice.SECOND, now)
    User.objects.filter(notice=Notice.SECOND, notice_at__lte=a_week_ago).update(notice=Notice.DUE)
    return told


def forget_accounts(keys: Sequence[int], at: datetime) -> None:
    """Delete accounts that nobody used. Living signatures, their consents and public petitions stay as they are."""
    consent.detach_accounts(keys)
    delete_accounts(keys)


def delete_accounts(keys: Sequence[int]) -> None:
    """Delete accounts with what hangs on them, and the mails about them, one to a former address too."""
    forget(MAILS_TO_OWNERS, keys)
    User.objects.filter(pk__in=keys).delete()


def _tell(due: QuerySet[User], notice: User.Notice, now: datetime) -> int:
    told = 0
    while batch := _tell_batch(due, notice, now):
        told += batch
    return told


@transaction.atomic
def _tell_batch(due: QuerySet[User], notice: User.Notice, now: datetime) -> int:
    users = list(due.select_for_update(skip_locked=True, of=["self"])[:AT_ONCE])
    for user in users:
        queue_mail(kind="account_ending", recipient=user.email, language=user.language, about_id=user.pk)
    User.objects.filter(pk__in=[user.pk for user in users]).update(notice=notice, notice_at=now)
    return len(users)
