"""Erase a person, source by source. Each source is one transaction that may be tried again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from privacy.models import Tombstone
from privacy.registry import Erasing, Erasure, Subject
from privacy.requests.sources import PersonalSource, Place, Table, all_sources
from privacy.services.rules import emptied, held


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the receipt: how many things a source held, how many a legal hold keeps, and what was done."""

    source: str
    found: int
    held: int
    action: Erasure


def would_erase(subject: Subject, at: datetime) -> list[Line]:
    """Return the receipt that an erasure would leave, without changing anything."""
    return [_look_at(source, subject, at) for source in all_sources()]


@transaction.atomic
def erase_source(source: PersonalSource, subject: Subject, erasing: Erasing) -> Line:
    """Erase what one source holds about the person. A second call finds nothing more to do."""
    if isinstance(source, Place):
        return Line(source.name, source.erase(subject, really=True), 0, source.erasure)
    keys = [row.pk for row in source.rows(subject).select_for_update(of=("self",)).only("pk")]
    kept = held(source.model, keys, erasing.at)
    erase_rows(source, [key for key in keys if key not in kept], erasing)
    return Line(source.name, len(keys), len(kept), source.erasure)


def erase_rows(table: Table, keys: Sequence[Any], erasing: Erasing) -> None:
    """Do to these rows what their declarations say, and leave a tombstone for each of them."""
    if not keys:
        return
    if table.erasure not in (Erasure.KEEP, Erasure.EXPIRES):
        bury(table.name, keys, erasing)
    eraser = next((part.eraser for part in table.parts if part.eraser), None)
    rows = table.model._base_manager.filter(pk__in=keys)
    if eraser:
        eraser(keys, erasing)
    elif table.erasure is Erasure.DELETE:
        rows.delete()
    else:
        for part in table.parts:
            if part.erase is Erasure.CLEAR:
                rows.update(**emptied(part))


def bury(table: str, keys: Sequence[Any], erasing: Erasing) -> None:
    """Note that these rows of `table`, a model's label, were erased: a restored backup erases them again."""
    Tombstone.objects.bulk_create(
        (
            Tombstone(
                table=table,
                key=str(key),
                removed_from_count=erasing.remove_from_count,
                erased_at=erasing.at,
            )
            for key in keys
        ),
        ignore_conflicts=True,
    )


def erase_again(at: datetime) -> int:
    """Erase once more the rows that have a tombstone and are there, and return how many a backup had brought back.

    Rows that an erasure leaves without a name are made nameless again, and not counted: they never went.

    Call it before the site opens, with the newest tombstones in the table.
    """
    return sum(_erase_again(table, at) for table in all_sources() if isinstance(table, Table))


@transaction.atomic
def _erase_again(table: Table, at: datetime) -> int:
    came_back = 0
    for removed_from_count in (False, True):
        buried = Tombstone.objects.filter(table=table.name, removed_from_count=removed_from_count)
        keys = [table.model._meta.pk.to_python(key) for key in buried.values_list("key", flat=True)]
        rows = table.model._base_manager.filter(pk__in=keys).order_by("pk")
        found = list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))
        erase_rows(table, found, Erasing(at, removed_from_count))
        came_back += len(found) if table.erasure is Erasure.DELETE else 0
    return came_back


def _look_at(source: PersonalSource, subject: Subject, at: datetime) -> Line:
    if isinstance(source, Place):
        return Line(source.name, source.erase(subject, really=False), 0, source.erasure)
    keys = list(source.rows(subject).values_list("pk", flat=True))
    return Line(source.name, len(keys), len(held(source.model, keys, at)), source.erasure)
