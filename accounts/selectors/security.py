"""What protects an account, and who is in it: reads for its owner."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts import browsers
from accounts.models import Login, User

LOGINS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Factors:
    """The second factors of an account. `recovery_left` is None without recovery codes."""

    totp: Authenticator | None
    passkeys: list[Authenticator]
    recovery_left: int | None

    @property
    def are_on(self) -> bool:
        return bool(self.totp or self.passkeys)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One browser that is logged in."""

    id: int
    browser: str
    ip: str
    since: datetime
    is_this_one: bool


@dataclass(frozen=True, slots=True)
class PastLogin:
    """One login of the account."""

    at: datetime
    method: str
    with_second_factor: bool
    browser: str
    ip: str | None


def factors_of(user: User) -> Factors:
    """Return the second factors of an account (1 query)."""
    found = list(Authenticator.objects.filter(user=user).order_by("created_at", "pk"))
    by_type = {factor.type: factor for factor in found}
    recovery = by_type.get(Authenticator.Type.RECOVERY_CODES)
    return Factors(
        totp=by_type.get(Authenticator.Type.TOTP),
        passkeys=[factor for factor in found if factor.type == Authenticator.Type.WEBAUTHN],
        recovery_left=_recovery_left(recovery) if recovery else None,
    )


def open_sessions(user: User, *, this_one: str | None) -> list[OpenSession]:
    """Return the sessions of an account that would let somebody in now, this one first (2 queries).

    `this_one` is the key of the session that asks.
    """
    kept = UserSession.objects.filter(user=user).order_by("-created_at")
    alive = _alive(user, [session.session_key for session in kept])
    sessions = [
        OpenSession(
            id=session.pk,
            browser=browsers.in_words(session.user_agent),
            ip=session.ip,
            since=session.created_at,
            is_this_one=session.session_key == this_one,
        )
        for session in kept
        if session.session_key in alive
    ]
    return sorted(sessions, key=lambda session: not session.is_this_one)


def latest_logins(user: User) -> list[PastLogin]:
    """Return the last logins of an account, the newest first (1 query)."""
    return [
        PastLogin(
            at=login.at,
            method=login.get_method_display(),
            with_second_factor=login.with_second_factor,
            browser=browsers.in_words(login.browser),
            ip=login.ip,
        )
        for login in Login.objects.filter(user=user).order_by("-at", "-pk")[:LOGINS_SHOWN]
    ]


def _recovery_left(recovery: Authenticator) -> int:
    return int(app_settings.RECOVERY_CODE_COUNT - recovery.data["used_mask"].bit_count())


def _alive(user: User, keys: Iterable[str]) -> set[str]:
    """Return those of the keys whose session exists and was opened with the password of today."""
    proofs = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    stored = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return {
        session.session_key
        for session in stored
        if any(constant_time_compare(session.get_decoded().get(HASH_SESSION_KEY, ""), proof) for proof in proofs)
    }
