"""Logins: when, from where and how, so that an owner sees a stranger's."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from accounts.models import Login, User

BROWSER_AT_MOST = 200


@dataclass(frozen=True, slots=True)
class Visit:
    """From where somebody acts, and what they showed to get in. Its repr names nobody."""

    ip: str = field(repr=False)
    browser: str = field(repr=False)
    method: Login.Method | None = None
    with_second_factor: bool = False


@transaction.atomic
def record_login(*, user: User, visit: Visit, at: datetime) -> None:
    """Note a login, and that the owner was here: an account ends after two years without one."""
    User.objects.filter(pk=user.pk).update(last_seen_at=at, notice=User.Notice.NONE, notice_at=None)
    Login.objects.create(
        user=user,
        at=at,
        method=visit.method or Login.Method.PASSWORD,
        with_second_factor=visit.with_second_factor,
        ip=visit.ip or None,
        browser=visit.browser[:BROWSER_AT_MOST],
    )
