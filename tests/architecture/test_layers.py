"""What import-linter cannot see: arrows that strings hide, and modules that nobody would look for.

The arrows between imports are in pyproject.toml, under [tool.importlinter].
"""

import ast
import inspect

import pytest
from celery import current_app
from django.apps import apps
from django.conf import settings
from django.db.models import Field

from tests.architecture import source

# From the bottom up; Django's own apps are below them all.
LAYERS = ["core", "mail", "privacy", "audience", "contact", "accounts", "petitions", "payments"]

# Where to look for a thing in an app; the arrows between most of them are in pyproject.toml.
PLACES = {
    *(
        "adapters",
        "admin",
        "apps",
        "checks",
        "emails",
        "exports",
        "forms",
        "gateways",
        "management",
        "migrations",
        "models",
    ),
    *("middleware", "personal_data", "receivers", "selectors", "services", "tasks", "templatetags", "urls", "views"),
}
# What an app is about when none of these places fits.
SUBJECTS = {
    "privacy": {"consent", "registry", "requests", "unsubscribe"},
    "petitions": {"content", "dates", "demo_content", "differences", "goals", "keyset", "reasons", "search"},
    "accounts": {"browsers", "passwords", "phones", "reauthentication"},
}


def height(app_label: str) -> int:
    return LAYERS.index(app_label) if app_label in LAYERS else -1


def foreign_keys() -> list[Field]:
    return [
        field
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if isinstance(field, Field) and field.is_relation and field.related_model
    ]


@pytest.mark.parametrize("field", foreign_keys(), ids=lambda field: f"{field.model._meta.label}.{field.name}")
def test_a_foreign_key_points_down(field):
    target = field.related_model._meta

    assert height(target.app_label) <= height(field.model._meta.app_label) or target.label == settings.AUTH_USER_MODEL


def test_every_app_of_ours_has_a_layer():
    ours = {config.label for config in apps.get_app_configs() if config.name.split(".")[0] in source.PACKAGES}

    assert ours <= set(LAYERS)


@pytest.mark.parametrize("app", source.APPS)
def test_a_module_is_where_a_newcomer_looks_for_it(app):
    modules = {path.stem for path in (source.ROOT / app).iterdir() if not path.name.startswith("__")}

    assert modules <= PLACES | SUBJECTS[app]


def test_a_task_takes_nothing_but_ids():
    current_app.loader.import_default_modules()
    tasks = {name: task for name, task in current_app.tasks.items() if not name.startswith("celery.")}

    assert "mail.send_due" in tasks
    assert not {
        f"{name}({parameter})"
        for name, task in tasks.items()
        for parameter in inspect.signature(task.run).parameters.values()
        if parameter.annotation is not int
    }


def test_no_import_hides_inside_a_function():
    hidden = [
        f"{source.name_of(path)}:{node.lineno}"
        for path in source.files(*source.PACKAGES)
        for function in source.functions(path)
        if function.name != "ready"  # Django's own place for imports that need every model loaded
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert not hidden
