"""What a copy of a person's data holds of each source: every field that is not withheld, and nobody else's.

Everything here is in the active language. Rows are read in batches, so that a copy of any size takes little memory.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Choices, Field, Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from privacy.models import Right
from privacy.registry import Basis, Declaration, Source, Store, Subject, registry
from privacy.requests.sources import PersonalSource, Place, Table, all_sources

BATCH = 500
# What JSON takes as it is.
JSON = (bool, int, float, dict, list)
# Portability is about what the person provided, on these grounds (GDPR art. 20.1).
PORTABLE = {Basis.CONTRACT, Basis.CONSENT, Basis.EXPLICIT_CONSENT}


@dataclass(frozen=True, slots=True)
class Value:
    """One cell: for programs, ready for JSON, and for people, in words."""

    machine: Any
    content: Any
    url: str = ""

    @property
    def shown(self) -> str:
        """The words. Most cells of a large copy never need theirs: a page shows few rows."""
        return _words(self.content)


Row = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy takes of one source: these parts of its declaration, and of those these fields."""

    source: PersonalSource
    parts: tuple[Declaration | Store, ...]

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def title(self) -> str:
        """The source, as a person would call it."""
        return self.parts[0].title

    @property
    def fields(self) -> list[Field]:
        """The fields to read: those declared and not withheld, in the order of the table."""
        declared = [part for part in self.parts if isinstance(part, Declaration)]
        names = {name for part in declared for name in part.fields if name not in part.withheld}
        return [field for field in declared[0].model._meta.concrete_fields if field.name in names] if declared else []

    @property
    def has_rows(self) -> bool:
        """Say whether what is in there can be listed."""
        return isinstance(self.source, Table) or self.source.store.export is not None

    @property
    def labels(self) -> dict[str, str]:
        """What each field is called, by its name."""
        declared = [part for part in self.parts if isinstance(part, Declaration)]
        owner = {name: part for part in declared for name in part.fields}
        names = [field.name for field in self.fields]
        read = {name: _("numéro") if name == "id" else owner[name].label(name) for name in names}
        exported = [part for part in declared if part.export]
        return read | {name: str(label) for part in exported for name, label in part.labels.items()}

    def rows(self, subject: Subject) -> Iterator[Row]:
        """Yield what the source holds about the person, oldest first."""
        exporters = [part.export for part in self.parts if part.export]
        if exporters:
            for export in exporters:
                yield from ({name: _plain(value) for name, value in row.items()} for row in export(subject))
        elif isinstance(self.source, Table):
            yield from _read(self.source, self.fields, subject)


def copied_sources(right: Right) -> list[Copied]:
    """Return every source that a copy goes through, in the order of a request.

    Access takes everything. Portability takes the tables with what the person provided, on contract or consent.
    """
    if right == Right.PORTABILITY:
        return [one for source in all_sources() if isinstance(source, Table) for one in _portable(source)]
    return [Copied(source, _parts(source)) for source in all_sources()]


def count(copied: Copied, subject: Subject) -> int:
    """Return how many rows the copy will have of this source, 0 where they cannot be counted beforehand."""
    is_read = isinstance(copied.source, Table) and not any(part.export for part in copied.parts)
    return copied.source.rows(subject).count() if is_read and isinstance(copied.source, Table) else 0


def _parts(source: PersonalSource) -> tuple[Declaration | Store, ...]:
    return (source.store,) if isinstance(source, Place) else source.parts


def _portable(table: Table) -> Iterable[Copied]:
    provided = tuple(
        part
        for part in table.parts
        if Source.PERSON in part.source and PORTABLE & set(part.basis) and set(part.personal) - set(part.withheld)
    )
    return [Copied(table, provided)] if provided else []


# --- Rows -----------------------------------------------------------------------------------------------------------


def _read(table: Table, fields: list[Field], subject: Subject) -> Iterator[Row]:
    rows, last = table.rows(subject), None
    names = [field.attname for field in fields]
    while True:
        after = rows if last is None else rows.filter(pk__gt=last)
        batch = list(after.values_list("pk", *names)[:BATCH])
        columns = zip(*(row[1:] for row in batch), strict=True)
        cells = [_column(field, column) for field, column in zip(fields, columns, strict=False)]
        for row in zip(*cells, strict=True):
            yield dict(zip((field.name for field in fields), row, strict=True))
        if len(batch) < BATCH:
            return
        last = batch[-1][0]


def _column(field: Field, values: tuple[Any, ...]) -> list[Value]:
    if field.is_relation:
        mentions = _mentions(field.related_model, sorted({value for value in values if value is not None}))
        return [_mention(value, mentions) for value in values]
    labels: dict[Any, Any] = dict(field.flatchoices)
    if not labels:
        return [_plain(value) for value in values]
    return [_chosen(value, labels[value]) if value in labels else _plain(value) for value in values]


def _mentions(model: Any, keys: list[Any]) -> Mapping[Any, tuple[str, str]]:
    """Return what rows of another table may be called in anybody's copy: nothing that is about a person."""
    parts = registry.of(model)
    mention = next((part.mention for part in parts if part.mention), None)
    if mention:
        return mention(keys)
    if any(part.personal for part in parts):
        return {}
    rows: Iterable[Model] = model._base_manager.filter(pk__in=keys)
    return {row.pk: (str(row), "") for row in rows}


def _mention(key: Any, mentions: Mapping[Any, tuple[str, str]]) -> Value:
    if key is None:
        return Value(None, "")
    label, url = mentions.get(key) or (_("n° %(number)s") % {"number": key}, "")
    return Value({"id": key, "label": label, **({"url": url} if url else {})}, label, url)


def _chosen(value: Any, label: Any) -> Value:
    return Value({"value": value, "label": str(label)}, str(label))


def _plain(value: Any) -> Value:
    if isinstance(value, Choices):
        return _chosen(value.value, value.label)
    if isinstance(value, datetime):
        return Value(iso(value), value)
    if isinstance(value, date):
        return Value(value.isoformat(), value)
    if value is None or isinstance(value, JSON):
        return Value(value, value)
    return Value(str(value), value)


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, date):
        return in_words(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def iso(moment: datetime) -> str:
    """Write a moment for programs: ISO 8601, in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def in_words(moment: date) -> str:
    """Write a day, or a moment in Paris, for people."""
    if not isinstance(moment, datetime):
        return date_format(moment, "j F Y")
    return date_format(timezone.localtime(moment, timezone.get_default_timezone()), "j F Y, H:i")
