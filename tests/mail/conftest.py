"""Fixtures of the outbox."""

import copy
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from mesopinions.mail import kinds
from tests.fakes.greeting import mails as greeting
from tests.fakes.smtp import FakeSmtp, running_smtp


@pytest.fixture
def greetings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kind of mail `greeting` exists."""
    monkeypatch.setitem(kinds._builders, "greeting", greeting.build)
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"].append(greeting.TEMPLATES)
    settings.TEMPLATES = templates


@pytest.fixture
def smtp(settings: Settings) -> Iterator[FakeSmtp]:
    """Mails leave over TCP to this server."""
    with running_smtp() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield server
