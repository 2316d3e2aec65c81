"""The list of everything that the site knows about people. Each app adds to it in its `personal_data.py`.

A model may be declared in several parts, when some of its fields have another purpose or another period than the rest;
the system check wants every concrete field in exactly one part.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.db.models import Model

from privacy.registry.periods import Period, Retention
from privacy.registry.subjects import RowsOf, Subject
from privacy.registry.vocabulary import Basis, Category, Erasure, Recipient, Source, StoreKind, Words

Exporter = Callable[[Subject], Iterable[Mapping[str, object]]]
Eraser = Callable[[Subject], int]


@dataclass(frozen=True, slots=True)
class Kept:
    """What the law makes us keep after an erasure. The requester reads `article` and `reason`."""

    article: str
    reason: Words


@dataclass(frozen=True, slots=True)
class Declaration:
    """What one model, or a part of its fields, holds about people."""

    model: type[Model]
    category: Category
    personal: tuple[str, ...]
    impersonal: tuple[str, ...]
    purpose: Words = ""
    basis: tuple[Basis, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    source: tuple[Source, ...] = ()
    retention: tuple[Retention, ...] = ()
    kept_until: Words = ""
    rows_of: RowsOf | None = None
    withheld: tuple[str, ...] = ()
    export: Exporter | None = None
    erase: Erasure | Eraser = Erasure.DELETE
    kept: Kept | None = None

    @property
    def name(self) -> str:
        return self.model._meta.label

    @property
    def fields(self) -> tuple[str, ...]:
        return self.personal + self.impersonal

    def rule_name(self, rule: Retention) -> str:
        """The name of a rule on the command line of the purge and in settings.RETENTION_PERIODS."""
        label = self.model._meta.label_lower
        return f"{label}:{rule.name}" if rule.name else label


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """What a place that is no table holds about people. `personal` is in words; empty when it names nobody."""

    name: str
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
    erase: Erasure | Eraser = Erasure.DELETE
    kept: Kept | None = None


class Registry:
    """Declarations in the order in which the apps made them."""

    def __init__(self) -> None:
        self.declarations: list[Declaration] = []
        self.stores: list[Store] = []

    def of(self, model: type[Model]) -> list[Declaration]:
        """Return the parts in which a model was declared."""
        return [declaration for declaration in self.declarations if declaration.model is model]

    def rule_names(self) -> list[str]:
        """Return the name of every retention rule."""
        return [entry.rule_name(rule) for entry in self.declarations for rule in entry.retention]

    def register(
        self,
        model: type[Model],
        *,
        category: Category,
        personal: Sequence[str],
        impersonal: Sequence[str],
        purpose: Words,
        basis: Sequence[Basis],
        recipients: Sequence[Recipient],
        retention: Retention | Sequence[Retention] = (),
        kept_until: Words = "",
        rows_of: RowsOf | None = None,
        source: Sequence[Source] = (Source.PERSON,),
        withheld: Sequence[str] = (),
        export: Exporter | None = None,
        erase: Erasure | Eraser = Erasure.DELETE,
        kept: Kept | None = None,
    ) -> None:
        """Declare what a model, or a part of its fields, holds about people.

        `personal` and `impersonal` name its concrete fields. `rows_of` turns a Subject into the condition that finds
        their rows. `kept_until` says in words when the keeping ends where no period tells. `withheld` are personal
        fields that a copy of one's data leaves out, such as a password's hash. `export` replaces the reading of the
        personal fields of those rows. `erase` is what an erasure does to them, and `kept` what the law makes us keep
        all the same. The system checks privacy.E001 and following judge the result.
        """
        rules = (retention,) if isinstance(retention, Retention) else tuple(retention)
        declaration = Declaration(
            model=model,
            category=category,
            personal=tuple(personal),
            impersonal=tuple(impersonal),
            purpose=purpose,
            basis=tuple(basis),
            recipients=tuple(recipients),
            source=tuple(source),
            retention=rules,
            kept_until=kept_until,
            rows_of=rows_of,
            withheld=tuple(withheld),
            export=export,
            erase=erase,
            kept=kept,
        )
        with_periods = tuple(_with_period_of_settings(declaration.rule_name(rule), rule) for rule in rules)
        self.declarations.append(replace(declaration, retention=with_periods))

    def register_impersonal(self, model: type[Model], *fields: str) -> None:
        """Declare that a model holds nothing about anybody. Its fields are named so that a new one has to be judged."""
        self.declarations.append(
            Declaration(model=model, category=Category.TECHNICAL, personal=(), impersonal=tuple(fields))
        )

    def register_store(self, store: Store) -> None:
        """Declare a place that is no table: files, cache, queue, logs, the visitor's browser, a processor."""
        self.stores.append(store)


def _with_period_of_settings(name: str, rule: Retention) -> Retention:
    periods: Mapping[str, str] = getattr(settings, "RETENTION_PERIODS", {})
    return replace(rule, period=Period.parse(periods[name])) if name in periods else rule


registry = Registry()
