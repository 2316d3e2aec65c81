"""Which rows a retention rule is about now, and which of them something makes us keep."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Model, Q, QuerySet, TextField
from django.utils import timezone

from privacy.models import LegalHold, Restriction
from privacy.registry import NOBODY, Action, Declaration, Retention, Subject, registry


@dataclass(frozen=True, slots=True)
class Rule:
    """One retention rule of one declaration."""

    part: Declaration
    retention: Retention

    @property
    def name(self) -> str:
        return self.part.rule_name(self.retention)

    @property
    def model(self) -> type[Model]:
        return self.part.model

    def due(self, as_of: datetime) -> QuerySet[Model]:
        """Return the rows whose period had passed at `as_of`, in no order."""
        rows: QuerySet[Model] = self.model._base_manager.filter(self.retention.only).alias(
            purge_due_at=self.retention.ends_at
        )
        rows = rows.filter(purge_due_at__lte=as_of)
        return rows.exclude(_is_empty(self.part)) if self.retention.action is Action.CLEAR else rows

    def carry_out(self, keys: Sequence[Any], as_of: datetime) -> None:
        """Do what the rule says to the rows with these primary keys, in the caller's transaction."""
        if self.retention.carry_out:
            self.retention.carry_out(keys, as_of)
            return
        rows = self.model._base_manager.filter(pk__in=keys)
        if self.retention.action is Action.CLEAR:
            rows.update(**emptied(self.part))
        else:
            rows.delete()


def all_rules() -> list[Rule]:
    """Return every rule. Those that change rows come first, so that none of their rows is gone before its turn."""
    rules = [Rule(part, rule) for part in registry.declarations for rule in part.rules]
    return sorted(rules, key=lambda rule: rule.retention.action not in (Action.CLEAR, Action.PSEUDONYMISE))


def rule_called(name: str) -> Rule | None:
    """Return the rule with this name, or None when an update took it away."""
    return next((rule for rule in all_rules() if rule.name == name), None)


def emptied(part: Declaration) -> dict[str, Any]:
    """Return what each personal field of the part is once it is emptied."""
    return {name: _empty_value(part, name) for name in part.personal}


def held(model: type[Model], keys: Sequence[Any], at: datetime) -> set[Any]:
    """Return which of the rows a legal hold keeps (1 query)."""
    standing = _standing_holds(model, at).filter(key__in=[str(key) for key in keys])
    named = set(standing.values_list("key", flat=True))
    return {key for key in keys if str(key) in named}


def kept_back(model: type[Model], keys: Sequence[Any], at: datetime) -> set[Any]:
    """Return which of the rows a legal hold or a restriction keeps from the purge (3 queries)."""
    restricted = model._base_manager.filter(_restricted(model), pk__in=keys).values_list("pk", flat=True)
    return held(model, keys, at) | set(restricted)


def not_kept_back(model: type[Model], at: datetime) -> Q:
    """Return the condition on rows that nothing keeps from the purge (2 queries)."""
    keys = [model._meta.pk.to_python(key) for key in _standing_holds(model, at).values_list("key", flat=True)]
    return ~Q(pk__in=keys) & ~_restricted(model)


def _standing_holds(model: type[Model], at: datetime) -> QuerySet[LegalHold]:
    """A hold stands until the end of its last day in Paris, or until it is lifted."""
    today = timezone.localdate(at, timezone.get_default_timezone())
    return LegalHold.objects.filter(table=model._meta.label, lifted_at=None, ends_on__gte=today)


def _restricted(model: type[Model]) -> Q:
    found = NOBODY
    for restriction in Restriction.objects.filter(lifted_at=None):
        found |= rows_of(model, [Subject(restriction.email, restriction.user_id)])
    return found


def rows_of(model: type[Model], subjects: Iterable[Subject]) -> Q:
    """Return the condition on the rows of a model that are about any of the subjects."""
    found = NOBODY
    finders = {part.rows_of for part in registry.of(model) if part.rows_of}
    for subject in subjects:
        for finder in finders:
            found |= finder(subject)
    return found


def _is_empty(part: Declaration) -> Q:
    condition = Q()
    for name, value in emptied(part).items():
        condition &= Q(**{f"{name}__isnull": True}) if value is None else Q(**{name: value})
    return condition


def _empty_value(part: Declaration, name: str) -> Any:
    field: Any = part.model._meta.get_field(name)
    if field.null:
        return None
    return "" if isinstance(field, CharField | TextField) else field.get_default()
