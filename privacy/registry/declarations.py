"""The list of everything that the site knows about people. Each app adds to it in its `personal_data.py`.

A model may be declared in several parts, when some of its fields have another purpose or another period than the rest;
the system check wants every concrete field in exactly one part.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db.models import Model
from django.utils.text import capfirst

from privacy.registry.periods import Period, Retention
from privacy.registry.subjects import RowsOf, Subject
from privacy.registry.vocabulary import Basis, Category, Erasure, Recipient, Source, StoreKind, Words

Exporter = Callable[[Subject], Iterable[Mapping[str, object]]]
# Names rows, by primary key, in the copy of anybody's data that points to them: what the public may read and, where
# there is a page, its address. A row that is left out is called by its number.
Mentioner = Callable[[Sequence[Any]], Mapping[Any, tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Erasing:
    """One act of erasure: when, and whether the person wants their signatures out of the counts as well."""

    at: datetime
    remove_from_count: bool = False


# Erases the rows with these primary keys, in the transaction of their step. May find some of them gone.
Eraser = Callable[[Sequence[Any], Erasing], object]
# Erases what a store holds about the person and returns how many things that were; with False it only counts them.
StoreEraser = Callable[[Subject, bool], int]


@dataclass(frozen=True, slots=True)
class Kept:
    """What the law makes us keep after an erasure. The requester reads `article` and `reason`."""

    article: Words
    reason: Words


@dataclass(frozen=True, slots=True)
class Declaration:
    """What one model, or a part of its fields, holds about people. The checks privacy.E001 and following judge it.

    - `personal` and `impersonal` name its concrete fields.
    - `called` and `labels` say in words for readers what the rows and the fields are, where the model's own verbose
      names do not, as in the apps of others.
    - `retention` tells when the keeping ends; `kept_until` says it in words where no period does.
    - `rows_of` turns a Subject into the condition that finds their rows.
    - `withheld` are personal fields that a copy of one's data leaves out, such as a password's hash.
    - `export` replaces the reading of the fields of those rows; `labels` then name what it yields as well.
    - `mention` names a row in the copy of somebody else's data. Without it, other copies only have its number.
    - `erase` is what an erasure does to them, and `kept` what the law makes us keep all the same.
    - `eraser` does it where deleting the rows, or emptying their personal fields, would not be enough. One part of a
      model may have it.
    """

    model: type[Model]
    _: KW_ONLY
    category: Category
    personal: Sequence[str]
    impersonal: Sequence[str]
    called: Words = ""
    labels: Mapping[str, Words] = field(default_factory=dict)
    purpose: Words = ""
    basis: Sequence[Basis] = ()
    recipients: Sequence[Recipient] = ()
    source: Sequence[Source] = (Source.PERSON,)
    retention: Retention | Sequence[Retention] = ()
    kept_until: Words = ""
    rows_of: RowsOf | None = None
    withheld: Sequence[str] = ()
    export: Exporter | None = None
    mention: Mentioner | None = None
    erase: Erasure = Erasure.DELETE
    eraser: Eraser | None = None
    kept: Kept | None = None

    @property
    def name(self) -> str:
        return self.model._meta.label

    @property
    def title(self) -> str:
        """What a person calls the rows, in the active language."""
        meta = self.model._meta
        # A table that Django makes for a many-to-many key has a name that only developers understand.
        name = self.category.label if meta.auto_created else meta.verbose_name_plural
        return str(capfirst(str(self.called or name)))

    def label(self, name: str) -> str:
        """What a person calls one of the fields, in the active language."""
        model_field: Any = self.model._meta.get_field(name)
        # The keys of such a table are called after its columns: what they lead to has a name for readers.
        is_key = self.model._meta.auto_created and model_field.related_model
        own = model_field.related_model._meta.verbose_name if is_key else model_field.verbose_name
        return str(self.labels.get(name, own))

    @property
    def fields(self) -> tuple[str, ...]:
        return (*self.personal, *self.impersonal)

    @property
    def rules(self) -> tuple[Retention, ...]:
        """The retention rules, with the periods that this site's settings change."""
        declared = (self.retention,) if isinstance(self.retention, Retention) else tuple(self.retention)
        changed = changed_periods()
        return tuple(
            replace(rule, period=changed[name]) if (name := self.rule_name(rule)) in changed else rule
            for rule in declared
        )

    def rule_name(self, rule: Retention) -> str:
        """The name of a rule on the command line of the purge and in settings.RETENTION_PERIODS."""
        label = self.model._meta.label_lower
        return f"{label}:{rule.name}" if rule.name else label


@dataclass(frozen=True, slots=True)
class Store:
    """What a place that is no table holds: files, cache, queue, logs, the visitor's browser, a processor.

    `personal` is in words, and empty when the place names nobody. What does not expire of itself has an `eraser`. The
    rest is as in Declaration.
    """

    name: str
    _: KW_ONLY
    kind: StoreKind
    where: Words
    category: Category
    personal: Sequence[Words]
    purpose: Words
    basis: Sequence[Basis] = ()
    recipients: Sequence[Recipient] = ()
    source: Sequence[Source] = ()
    kept_until: Words = ""
    export: Exporter | None = None
    erase: Erasure = Erasure.EXPIRES
    eraser: StoreEraser | None = None
    kept: Kept | None = None

    @property
    def title(self) -> str:
        """What a person calls what is in there, in the active language."""
        return str(capfirst(", ".join(map(str, self.personal))))


@dataclass
class Registry:
    """Declarations in the order in which the apps made them."""

    declarations: list[Declaration] = field(default_factory=list)
    stores: list[Store] = field(default_factory=list)

    def of(self, model: type[Model]) -> list[Declaration]:
        """Return the parts in which a model was declared."""
        return [declaration for declaration in self.declarations if declaration.model is model]

    def rule_names(self) -> list[str]:
        """Return the name of every retention rule."""
        return [part.rule_name(rule) for part in self.declarations for rule in part.rules]


def changed_periods() -> dict[str, Period]:
    """Return the periods that settings.RETENTION_PERIODS changes, by name of rule. Raises ValueError for a bad one."""
    return {name: Period.parse(text) for name, text in settings.RETENTION_PERIODS.items()}


registry = Registry()

P = ParamSpec("P")
Entry = TypeVar("Entry")


def _adding(make: Callable[P, Entry], entries: list[Entry]) -> Callable[P, None]:
    def add(*args: P.args, **kwargs: P.kwargs) -> None:
        entries.append(make(*args, **kwargs))

    return add


register = _adding(Declaration, registry.declarations)
register_store = _adding(Store, registry.stores)


def register_impersonal(model: type[Model], *fields: str) -> None:
    """Declare that a model holds nothing about anybody. Its fields are named so that a new one has to be judged."""
    register(model, category=Category.TECHNICAL, personal=[], impersonal=fields)
