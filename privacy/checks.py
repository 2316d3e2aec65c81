"""The site does not start while a field of any installed model is not classified, or a declaration says too little."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core import checks
from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateField, Model

from privacy.registry import Action, Declaration, Erasure, Registry, Retention, Store, changed_periods, registry


@checks.register
def everything_personal_is_declared(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Judge every model of every installed app, whoever wrote it: one app may declare the models of another."""
    # A proxy has its parent's table; a swapped model has none.
    models = [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]
    return list(problems(registry, models))


def problems(entries: Registry, models: Iterable[type[Model]]) -> Iterator[checks.Error]:
    """Yield what is missing or wrong in the declarations of these models, in the stores and in the rules' names."""
    for model in models:
        yield from _model(model, entries.of(model))
    for store in entries.stores:
        yield from _store(store)
    for name, times in Counter(entries.rule_names()).items():
        if times > 1:
            yield _error(8, None, f"{times} retention rules are called {name}: give each a name.")
    for name in sorted(set(changed_periods()) - set(entries.rule_names())):
        yield _error(9, None, f"RETENTION_PERIODS changes {name}, which is no retention rule.")


def _model(model: type[Model], parts: list[Declaration]) -> Iterator[checks.Error]:
    if not parts:
        yield _error(1, model, "nobody declared what it holds about people.")
        return
    yield from _fields(model, parts)
    for part in parts:
        yield from _declaration(part)
    if sum(part.eraser is not None for part in parts) > 1:
        yield _error(10, model, "one part at most may have an eraser: it erases the row.")


def _fields(model: type[Model], parts: list[Declaration]) -> Iterator[checks.Error]:
    declared = Counter(name for part in parts for name in part.fields)
    existing = {field.name for field in model._meta.local_concrete_fields}
    for name in sorted(existing - set(declared)):
        yield _error(2, model, f"the field {name} is not classified as personal or impersonal.")
    for name in sorted(name for name, times in declared.items() if times > 1):
        yield _error(3, model, f"the field {name} is classified more than once.")
    for name in sorted(set(declared) - existing):
        yield _error(4, model, f"it has no field {name}.")


def _declaration(part: Declaration) -> Iterator[checks.Error]:
    if unknown := sorted(set(part.withheld) - set(part.personal)):
        yield _error(4, part.model, f"withheld but not personal: {', '.join(unknown)}.")
    if not part.export and (unknown := sorted(set(part.labels) - set(part.fields))):
        yield _error(4, part.model, f"labels of no field: {', '.join(unknown)}.")
    if part.personal:
        yield from _reasons(part)
    if part.erase is Erasure.KEEP and part.kept is None:
        yield _error(6, part.model, "kept must name the law that makes us keep it.")
    if part.erase is Erasure.PSEUDONYMISE and part.eraser is None:
        yield _error(10, part.model, "only an eraser knows how to pseudonymise.")
    if part.erase is Erasure.EXPIRES and not part.rules:
        yield _error(10, part.model, "what expires needs a retention rule.")
    for rule in part.rules:
        yield from _rule(part.model, rule)


def _rule(model: type[Model], rule: Retention) -> Iterator[checks.Error]:
    if rule.action not in (Action.DELETE, Action.CLEAR) and rule.carry_out is None:
        yield _error(10, model, f"only carry_out knows how to {rule.action}.")
    if rule.at_most and not rule.at_most_moment:
        yield _error(7, model, "at_most needs its moment in words.")
    if not isinstance(rule.after, str) and not rule.moment:
        yield _error(7, model, "a rule that counts from an expression needs its moment in words.")
    for path in rule.paths:
        if not _leads_to_a_date(model, path):
            yield _error(7, model, f"its retention counts from {path}, which is no date.")


def _store(store: Store) -> Iterator[checks.Error]:
    if store.personal and store.erase not in (Erasure.EXPIRES, Erasure.KEEP) and store.eraser is None:
        yield _error(10, None, f"the store {store.name} has no eraser, and does not expire of itself.")
    if store.personal and not store.kept_until:
        yield _error(6, None, f"the store {store.name} does not say until when it keeps.")
    if store.erase is Erasure.KEEP and store.kept is None:
        yield _error(6, None, f"the store {store.name} must name the law that makes us keep it.")


def _reasons(part: Declaration) -> Iterator[checks.Error]:
    if part.rows_of is None:
        yield _error(5, part.model, "rows_of must tell how to find a person's rows.")
    for attribute in ("purpose", "basis", "source"):
        if not getattr(part, attribute):
            yield _error(6, part.model, f"{attribute} is missing although it holds personal data.")
    if not part.rules and not part.kept_until:
        yield _error(6, part.model, "retention or kept_until must tell when the keeping ends.")


def _leads_to_a_date(model: type[Model], path: str) -> bool:
    """Follow a dotted path through foreign keys."""
    *keys, last = path.split(".")
    try:
        for key in keys:
            related = model._meta.get_field(key).related_model
            if not isinstance(related, type):
                return False
            model = related
        return isinstance(model._meta.get_field(last), DateField)
    except FieldDoesNotExist:
        return False


def _error(number: int, model: type[Model] | None, message: str) -> checks.Error:
    hint = "Declare it in the personal_data.py of its app (docs/personal-data.md is made from it)."
    return checks.Error(message, hint=hint, obj=model, id=f"privacy.E{number:03}")
