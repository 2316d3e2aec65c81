"""Logins: when, from where and how, so that an owner sees a stranger's."""

import re
from datetime import datetime

from django.db import transaction

from accounts.emails import SecurityNotice
from accounts.models import Login, User, Visit
from accounts.services import mailing

__all__ = ["Visit", "record_login"]

BROWSER_AT_MOST = 200
VERSION = re.compile(r"[\d._]+")


@transaction.atomic
def record_login(*, user: User, visit: Visit, at: datetime) -> None:
    """Note a login, and that the owner was here: an account ends after two years without one.

    The owner is told by mail of a browser that no login of theirs came from, but for the first after they registered.
    """
    known = User.objects.select_for_update().get(pk=user.pk)  # two logins at once are told of once
    is_first = known.last_seen_at == known.created_at
    if not is_first and not _has_seen(known, visit.browser):
        mailing.send_notice(user=known, what=SecurityNotice.NEW_LOGIN, visit=visit)
    User.objects.filter(pk=user.pk).update(last_seen_at=at, notice=User.Notice.NONE, notice_at=None)
    Login.objects.create(
        user=user,
        at=at,
        method=visit.method or Login.Method.PASSWORD,
        with_second_factor=visit.with_second_factor,
        ip=visit.ip or None,
        browser=visit.browser[:BROWSER_AT_MOST],
    )


def _has_seen(user: User, browser: str) -> bool:
    """Tell whether a login came from this browser, in whatever version: an update makes nobody a stranger."""
    names = user.logins.values_list("browser", flat=True).distinct()
    return _without_versions(browser[:BROWSER_AT_MOST]) in map(_without_versions, names)


def _without_versions(browser: str) -> str:
    return VERSION.sub("", browser)
