"""The site does not start while a field of any installed model is not classified, or a declaration says too little."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core import checks
from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateField, Model

from privacy.registry import Declaration, Erasure, Registry, changed_periods, registry


@checks.register
def everything_personal_is_declared(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Judge every model of every installed app, whoever wrote it: one app may declare the models of another."""
    # A proxy has its parent's table; a swapped model has none.
    models = [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]
    return list(problems(registry, models))


def problems(registry: Registry, models: Iterable[type[Model]]) -> Iterator[checks.Error]:
    """Yield what is missing or wrong in the declarations of these models."""
    for model in models:
        parts = registry.of(model)
        if parts:
            yield from _fields(model, parts)
        else:
            yield _error(1, model, "nobody declared what it holds about people.")
        for part in parts:
            yield from _declaration(part)
    for name, times in Counter(registry.rule_names()).items():
        if times > 1:
            yield _error(8, None, f"{times} retention rules are called {name}: give each a name.")
    for name in sorted(set(changed_periods()) - set(registry.rule_names())):
        yield _error(9, None, f"RETENTION_PERIODS changes {name}, which is no retention rule.")


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
    if part.personal:
        yield from _reasons(part)
    if part.erase is Erasure.KEEP and part.kept is None:
        yield _error(6, part.model, "kept must name the law that makes us keep it.")
    for rule in part.rules:
        if not isinstance(rule.after, str) and not rule.moment:
            yield _error(7, part.model, "a rule that counts from an expression needs its moment in words.")
        for path in rule.paths:
            if not _leads_to_a_date(part.model, path):
                yield _error(7, part.model, f"its retention counts from {path}, which is no date.")


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
