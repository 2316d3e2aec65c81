"""Codes that are mailed and typed back. The session remembers them as keyed hashes: its row alone gives none away."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.core.internal.cryptokit import generate_user_code, normalize_user_code
from django.contrib.sessions.backends.base import SessionBase
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.emails import CODE_LIVES_FOR

TRIES = 3


def make_code() -> str:
    """Return a code that is easily read and typed, one in 10^10: letters that no other looks like, and a dash."""
    return str(generate_user_code())


class Challenge:
    """The codes that whoever has this session must type within a quarter of an hour, and three tries.

    `name` says what they are for: a code for one thing is worthless for another. `about` is what the act concerns.
    """

    def __init__(self, session: SessionBase, name: str) -> None:
        self._session = session
        self._name = name
        self._key = f"challenge_{name}"

    def begin(self, codes: Mapping[str, str], *, at: datetime, about: str = "") -> None:
        """Ask for these codes instead of any former ones. Tries that were wrong go on counting while one is open."""
        failures = self._state["failures"] if self.is_open(at) else 0
        self._session[self._key] = {
            "hashes": {part: self._hash(part, code) for part, code in codes.items()},
            "since": at.timestamp(),
            "failures": failures,
            "about": about,
        }

    def is_open(self, at: datetime) -> bool:
        """Tell whether codes were mailed that may still be typed."""
        return bool(self._state) and at.timestamp() - self._state["since"] < CODE_LIVES_FOR.total_seconds()

    @property
    def about(self) -> str:
        return str(self._state.get("about", ""))

    def wrong(self, typed: Mapping[str, str], *, at: datetime) -> set[str]:
        """Return which codes are not the right ones. The third time that some are ends the challenge."""
        hashes: dict[str, str] = self._state["hashes"] if self.is_open(at) else {}
        parts = hashes.keys() | typed.keys()
        wrong = {
            part
            for part in parts
            if not constant_time_compare(hashes.get(part, ""), self._hash(part, typed.get(part, "")))
        }
        if wrong and self._state:
            self._session[self._key] = self._state | {"failures": self._state["failures"] + 1}
            if self._state["failures"] >= TRIES:
                self.end()
        return wrong

    def end(self) -> None:
        """Forget the codes: they were used, or one tried too often."""
        self._session.pop(self._key, None)

    @property
    def _state(self) -> dict[str, Any]:
        state: dict[str, Any] = self._session.get(self._key, {})
        return state

    def _hash(self, part: str, code: str) -> str:
        salt = f"accounts.codes.{self._name}.{part}"
        return salted_hmac(salt, normalize_user_code(code), algorithm="sha256").hexdigest()
