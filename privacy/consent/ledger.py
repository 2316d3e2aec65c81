"""What people agreed to: record, withdraw, ask. The proof is the last record of a subject, a purpose and a scope.

A scope says what exactly: `petition:12`, `signature:34`, `petition:12/partner:5`, empty for the whole site. The caller
records in the same transaction as the fact that the consent allows.
"""

import hmac
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Q, QuerySet

from privacy.consent.texts import current_text
from privacy.models import ConsentRecord, Purpose

COOKIE_PURPOSES = (Purpose.COOKIES_ANALYTICS, Purpose.COOKIES_SOCIAL)


class HasConsents(Protocol):
    """Whoever can agree: a registry.Subject, or a Browser."""

    @property
    def key(self) -> str: ...

    @property
    def user_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Browser:
    """A visitor known by the random id in their choice cookie, and by nothing else."""

    browser_id: str
    user_id: None = None

    @property
    def key(self) -> str:
        """The keyed hash under which the ledger knows this browser."""
        return _keyed("browser", self.browser_id)


@dataclass(frozen=True, slots=True)
class Holder:
    """The person of a record, by what the ledger knows of them: their address' key, and their account if it had one."""

    key: str
    user_id: int | None

    @classmethod
    def of(cls, record: ConsentRecord) -> "Holder":
        return cls(record.subject_key, record.subject_user_id)


def record(
    subject: HasConsents,
    purpose: Purpose,
    *,
    language: str,
    place: str,
    scope: str = "",
    granted: bool = True,
    at: datetime | None = None,
) -> int:
    """Append a yes, or a no, to the question that is asked today, and return the record's id.

    `place` says where on the site, for example `sign_form`. `at` is the time of the act, the database's now if absent.
    """
    text = current_text(purpose)
    entry = ConsentRecord(
        subject_user_id=subject.user_id,
        subject_key=subject.key,
        purpose=purpose,
        scope=scope,
        granted=granted,
        text_version=text.version,
        text_hash=text.sha256(language),
        language=language,
        place=place,
    )
    if at is not None:
        entry.recorded_at = at
    entry.save(force_insert=True)
    return entry.pk


def withdraw(
    subject: HasConsents,
    purpose: Purpose,
    *,
    language: str,
    place: str,
    scope: str = "",
    at: datetime | None = None,
) -> bool:
    """Append a withdrawal if the consent stands, and say whether it stood. A second call changes nothing.

    Two calls at the same instant may leave two withdrawals, which say the same thing.
    """
    if not is_granted(subject, purpose, scope=scope):
        return False
    record(subject, purpose, language=language, place=place, scope=scope, granted=False, at=at)
    return True


def withdraw_everywhere(
    subject: HasConsents, purpose: Purpose, *, language: str, place: str, scope: str = "", at: datetime | None = None
) -> bool:
    """Withdraw a consent under each address that an account gave it from, and say whether it stood under any.

    Who changed address may have agreed before and after, and what is mailed goes by the address alone.
    """
    records = records_of(subject).filter(purpose=purpose, scope=scope).order_by("pk")
    holders = dict.fromkeys(Holder.of(entry) for entry in records)
    return sum(withdraw(holder, purpose, language=language, place=place, scope=scope, at=at) for holder in holders) > 0


def records_of(subject: HasConsents) -> QuerySet[ConsentRecord]:
    """Return every record of the subject that still names them, in no order."""
    condition = Q(subject_key=subject.key)
    if subject.user_id is not None:
        condition |= Q(subject_user=subject.user_id)
    return ConsentRecord.objects.filter(condition, pseudonymised_at=None)


def is_granted(subject: HasConsents, purpose: Purpose, *, scope: str = "") -> bool:
    """Say whether the subject agrees now. Nothing recorded is a no."""
    entry = last(subject, purpose, scope=scope)
    return entry is not None and entry.granted


def last(subject: HasConsents, purpose: Purpose, *, scope: str = "") -> ConsentRecord | None:
    """Return the record that holds now, or None."""
    return records_of(subject).filter(purpose=purpose, scope=scope).order_by("-pk").first()


def current(subject: HasConsents) -> list[ConsentRecord]:
    """Return the record that holds now for every purpose and scope the subject ever answered."""
    return list(records_of(subject).order_by("purpose", "scope", "-pk").distinct("purpose", "scope"))


def pseudonymise(record_ids: Iterable[int], *, at: datetime) -> int:
    """Replace subject and scope by one keyed hash and return how many records changed; those that were are left.

    The proof can still be checked when the person presents themselves (`proofs_of`), and lists nobody.
    """
    with _ledger_open_for("pseudonymise") as cursor:
        entries = (
            ConsentRecord.objects.select_for_update()
            .filter(pk__in=list(record_ids), pseudonymised_at=None)
            .order_by("pk")
            .values_list("pk", "subject_key", "purpose", "scope")
        )
        keys = {pk: _proof_key(subject_key, purpose, scope) for pk, subject_key, purpose, scope in entries}
        cursor.execute(
            "UPDATE privacy_consentrecord AS record"
            " SET subject_key = proof.key, subject_user_id = NULL, scope = '', pseudonymised_at = %s"
            " FROM unnest(%s::bigint[], %s::text[]) AS proof (id, key) WHERE record.id = proof.id",
            [at, list(keys), list(keys.values())],
        )
        return len(keys)


def detach_accounts(user_ids: Iterable[int]) -> int:
    """Take accounts that end off their records, which keep their key and hold on. Returns how many there were."""
    with _ledger_open_for("pseudonymise"):
        return ConsentRecord.objects.filter(subject_user__in=list(user_ids)).update(subject_user=None)


def forget(record_ids: Iterable[int]) -> int:
    """Delete records whose period has passed, or whose signature was never confirmed. Returns how many there were."""
    with _ledger_open_for("purge"):
        return ConsentRecord.objects.filter(pk__in=list(record_ids)).delete()[0]


def proofs_of(subject: HasConsents, purpose: Purpose, *, scope: str = "") -> QuerySet[ConsentRecord]:
    """Return the pseudonymised records of a person who presents themselves, oldest first."""
    key = _proof_key(subject.key, purpose, scope)
    return ConsentRecord.objects.filter(subject_key=key, purpose=purpose, pseudonymised_at__isnull=False).order_by("pk")


@contextmanager
def _ledger_open_for(service: str) -> Iterator[CursorWrapper]:
    """Let the trigger of the ledger pass this service until the block ends, also inside a longer transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('mesopinions.consent_ledger', %s, true)", [service])
        yield cursor
        # An error needs no closing: rolling back to where the block began takes the setting back as well.
        cursor.execute("SELECT set_config('mesopinions.consent_ledger', '', true)")


def _proof_key(subject_key: str, purpose: str, scope: str) -> str:
    return _keyed("proof", f"{subject_key}\0{purpose}\0{scope}")


def _keyed(domain: str, text: str) -> str:
    return hmac.digest(settings.PSEUDONYM_KEY.encode(), f"{domain}\0{text}".encode(), "sha256").hex()
