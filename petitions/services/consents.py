"""The consents that belong to a signature: which purposes, under which scope, and how they change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q

from petitions.models import Petition, Signature
from privacy import consent
from privacy.consent import Purpose
from privacy.registry import Subject


class Grant(NamedTuple):
    """A box that was ticked, and what it covers. The sign statement fills '{signature}' in."""

    purpose: Purpose
    scope: str


def scope_of(purpose: Purpose, *, petition_id: int, signature_id: int | str = "{signature}") -> str:
    """Return what a consent of `purpose` given at signing covers."""
    if purpose == Purpose.NEWSLETTER:
        return ""
    return f"signature:{signature_id}" if purpose == Purpose.PUBLIC_NAME else petition_scope(petition_id)


def partner_scope(petition_id: int, partner_id: int) -> str:
    """Return the scope of sharing one petition's signature with one partner."""
    return f"petition:{petition_id}/partner:{partner_id}"


def choose(signature: Signature, choices: Mapping[Purpose, bool], *, at: datetime) -> None:
    """Record what the signer wants now, where it differs from what the ledger says."""
    subject = _subject(signature)
    for purpose, wanted in choices.items():
        scope = scope_of(purpose, petition_id=signature.petition_id, signature_id=signature.pk)
        if wanted != consent.is_granted(subject, purpose, scope=scope):
            _record(signature, purpose, scope, granted=wanted, at=at)


def withdraw_all(signature: Signature, *, at: datetime) -> None:
    """Withdraw every consent that holds for this signature or its petition. The newsletter is another matter."""
    for entry in _current(signature):
        if entry.granted and entry.scope:
            _record(signature, Purpose(entry.purpose), entry.scope, granted=False, at=at)


def granted(signature: Signature, purpose: Purpose) -> bool:
    """Say whether the signer agrees now."""
    scope = scope_of(purpose, petition_id=signature.petition_id, signature_id=signature.pk)
    return consent.is_granted(_subject(signature), purpose, scope=scope)


# What was recorded for each signature, not for a later one by the same person after it was withdrawn.
RECORDS = """
SELECT record.id
FROM petitions_signature AS signature
JOIN privacy_consentrecord AS own ON own.id = signature.consent_id
JOIN privacy_consentrecord AS record
    ON record.subject_key = own.subject_key AND record.id >= own.id AND record.pseudonymised_at IS NULL
WHERE signature.id = ANY(%s)
    AND (record.scope IN ('signature:' || signature.id, 'petition:' || signature.petition_id)
        OR record.scope LIKE 'petition:' || signature.petition_id || '/%%')
    AND NOT EXISTS (
        SELECT FROM petitions_signature AS later
        WHERE later.petition_id = signature.petition_id AND later.canonical_email = signature.canonical_email
            AND later.consent_id > own.id AND later.consent_id <= record.id
    )
ORDER BY record.id
"""


def record_ids(*signature_ids: int) -> list[int]:
    """Return the ids of every consent record of these signatures and their petitions (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute(RECORDS, [list(signature_ids)])
        return [row[0] for row in cursor.fetchall()]


def petition_scope(petition_id: int) -> str:
    """Return the scope of what is agreed to about one petition."""
    return f"petition:{petition_id}"


def author_record_ids(petition: Petition) -> list[int]:
    """Return the ids of what the author agreed to, or took back, to see the petition published."""
    if petition.author is None:
        return []
    records = consent.records_of(Subject(petition.author.email, petition.author.pk))
    own = records.filter(purpose=Purpose.PUBLISH_PETITION, scope=petition_scope(petition.pk))
    return list(own.values_list("pk", flat=True))


def history(signature: Signature) -> list[dict[str, Any]]:
    """Return every consent given or withdrawn for this signature, its petition and the whole site, oldest first."""
    own = Q(pk__in=record_ids(signature.pk)) | Q(scope="")
    rows = consent.records_of(_subject(signature)).filter(own).order_by("pk")
    return [
        {
            "purpose": entry.purpose,
            "scope": entry.scope,
            "granted": entry.granted,
            "text_version": entry.text_version,
            "language": entry.language,
            "place": entry.place,
            "recorded_at": entry.recorded_at.isoformat(),
        }
        for entry in rows
    ]


def _current(signature: Signature) -> list[Any]:
    own = set(record_ids(signature.pk))
    return [entry for entry in consent.current(_subject(signature)) if entry.pk in own]


def _record(signature: Signature, purpose: Purpose, scope: str, *, granted: bool, at: datetime) -> None:
    consent.record(
        _subject(signature),
        purpose,
        scope=scope,
        granted=granted,
        language=signature.language,
        place="signature_page",
        at=at,
    )


def _subject(signature: Signature) -> Subject:
    return Subject(signature.email)
