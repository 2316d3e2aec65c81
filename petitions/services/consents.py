"""The consents that belong to a signature: which purposes, under which scope, and how they change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Min, Q

from petitions.models import Signature
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
    return f"signature:{signature_id}" if purpose == Purpose.PUBLIC_NAME else f"petition:{petition_id}"


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


def record_ids(signature: Signature) -> list[int]:
    """Return the ids of every consent record of this signature and its petition."""
    rows = consent.records_of(_subject(signature)).filter(_own_scopes(signature))
    return list(rows.values_list("pk", flat=True))


def history(signature: Signature) -> list[dict[str, Any]]:
    """Return every consent given or withdrawn for this signature, its petition and the whole site, oldest first."""
    own = _own_scopes(signature) | Q(scope="")
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
    own = set(record_ids(signature))
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


def _own_scopes(signature: Signature) -> Q:
    """Find what was recorded for this signature, not for another one by the same person after it was withdrawn."""
    petition = f"petition:{signature.petition_id}"
    scopes = Q(scope=f"signature:{signature.pk}") | Q(scope=petition) | Q(scope__startswith=f"{petition}/")
    same_person = Signature.objects.filter(petition=signature.petition_id, canonical_email=signature.canonical_email)
    next_one = same_person.filter(consent__gt=signature.consent_id).aggregate(first=Min("consent_id"))["first"]
    since = Q(pk__gte=signature.consent_id)
    return scopes & since & Q(pk__lt=next_one) if next_one else scopes & since


def _subject(signature: Signature) -> Subject:
    return Subject(signature.email)
