"""Keep rows back from the purge, and let them go again: legal holds, and the restriction that a person asked for."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

from privacy.models import LegalHold, Restriction
from privacy.registry import registry
from privacy.requests.sources import subject_of


class NoSuchRow(Exception):
    """The table is none that holds people's data, or it has no row with that key."""


def tables() -> dict[str, type[Model]]:
    """Return the tables that hold people's data, by the label that a hold names them with."""
    return {part.name: part.model for part in registry.declarations if part.personal}


def place_hold(*, table: str, key: str, reason: str, ends_on: date, by: Any, at: datetime) -> LegalHold:
    """Keep one row until the end of a day, whatever its period and whoever asks for its erasure. Raises NoSuchRow."""
    return LegalHold.objects.create(
        table=table, key=key_of_row(table, key), reason=reason, ends_on=ends_on, created_by=by, created_at=at
    )


def key_of_row(table: str, key: str) -> str:
    """Return the key of an existing row as the purge writes it. Raises NoSuchRow."""
    model = tables().get(table)
    if model is None:
        raise NoSuchRow(table)
    try:
        found = (
            model._base_manager.filter(pk=model._meta.pk.to_python(key.strip())).values_list("pk", flat=True).first()
        )
    except (ValidationError, ValueError, OverflowError):
        found = None
    if found is None:
        raise NoSuchRow(table)
    return str(found)


def lift_hold(*, hold: LegalHold, at: datetime) -> bool:
    """End a hold before its last day. Return whether this call did."""
    return bool(LegalHold.objects.filter(pk=hold.pk, lifted_at=None).update(lifted_at=at))


def restrict(*, email: str, reason: str, at: datetime) -> Restriction:
    """Keep what is held about the person with this address, and use it no more (GDPR art. 18)."""
    return Restriction.objects.create(email=email, user_id=subject_of(email).user_id, reason=reason, created_at=at)


def lift_restriction(*, restriction: Restriction, at: datetime) -> bool:
    """End a restriction. Return whether this call did."""
    return bool(Restriction.objects.filter(pk=restriction.pk, lifted_at=None).update(lifted_at=at))
