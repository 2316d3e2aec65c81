"""Every place that holds something about people, in the order in which a request goes through them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model, QuerySet

from privacy.registry import Declaration, Erasure, Kept, Registry, Store, Subject, registry
from privacy.services.rules import rows_of

# What is said of a table whose parts end differently: the first of these that one of them meets.
STRONGEST_FIRST = (Erasure.DELETE, Erasure.PSEUDONYMISE, Erasure.CLEAR, Erasure.KEEP, Erasure.EXPIRES)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of people's data, in the parts in which it was declared."""

    model: type[Model]
    parts: tuple[Declaration, ...]

    @property
    def name(self) -> str:
        return self.model._meta.label

    @property
    def erasure(self) -> Erasure:
        """What an erasure does to its rows."""
        found = {part.erase for part in self.parts}
        return next(erasure for erasure in STRONGEST_FIRST if erasure in found)

    @property
    def kept(self) -> list[Kept]:
        """What the law makes us keep of it, in the order of its parts."""
        return [part.kept for part in self.parts if part.kept]

    def rows(self, subject: Subject) -> QuerySet[Model]:
        """Return the rows that are about the person, by primary key."""
        found: QuerySet[Model] = self.model._base_manager.filter(rows_of(self.model, [subject])).order_by("pk")
        return found


@dataclass(frozen=True, slots=True)
class Place:
    """A store that is no table."""

    store: Store

    @property
    def name(self) -> str:
        return self.store.name

    @property
    def erasure(self) -> Erasure:
        return self.store.erase

    @property
    def kept(self) -> list[Kept]:
        return [self.store.kept] if self.store.kept else []

    def erase(self, subject: Subject, *, really: bool) -> int:
        """Erase what is there about the person and return how many things that were; else only count them."""
        return self.store.eraser(subject, really) if self.store.eraser else 0


PersonalSource = Table | Place


def subject_of(email: str) -> Subject:
    """Return the person with this address, with their account if it has one (1 query)."""
    users = get_user_model()
    account = users._base_manager.filter(rows_of(users, [Subject(email)])).values_list("pk", flat=True).first()
    return Subject(email, account)


def all_sources(entries: Registry = registry) -> list[PersonalSource]:
    """Return every source that holds something personal: tables that point to others before those, then the places.

    What is kept comes last, because erasing the rest may add to it.
    """
    places = [Place(store) for store in entries.stores if store.personal]
    sources: list[PersonalSource] = [*_dependents_first(list(_tables(entries))), *places]
    return sorted(sources, key=lambda source: source.erasure is Erasure.KEEP)


def _tables(entries: Registry) -> Iterator[Table]:
    models = dict.fromkeys(part.model for part in entries.declarations)
    for model in models:
        parts = tuple(part for part in entries.of(model) if part.personal)
        if parts:
            yield Table(model, parts)


def _dependents_first(tables: Sequence[Table]) -> Iterable[Table]:
    """Order the tables so that none is erased while another still points to it; else as they were declared."""
    by_model: dict[Any, Table] = {table.model: table for table in tables}
    graph: dict[Any, list[Any]] = {table.model: [] for table in tables}  # lists, so that the order is always the same
    for table in tables:
        for field in table.model._meta.concrete_fields:
            if field.related_model in by_model and not _leads_back(field):
                graph[field.related_model].append(table.model)
    return [by_model[model] for model in TopologicalSorter(graph).static_order()]


def _leads_back(field: Any) -> bool:
    """Say whether a key that may be empty points to a table that points back, as a petition to its text in force."""
    keys = field.related_model._meta.concrete_fields
    return field.related_model is field.model or (field.null and any(key.related_model is field.model for key in keys))
