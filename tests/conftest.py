"""Fixtures of the whole suite. What they do is in tests/support."""

from collections.abc import Iterator

import pytest
import redis
from django.db import connection, connections
from django.test import TransactionTestCase, override_settings
from playwright.sync_api import Browser, Page
from pytest_django import DjangoDbBlocker

from mesopinions.core import enqueue, page_cache
from tests.support import chromium, database, environment, passwords, suite
from tests.support.programs import CeleryWorker, LiveSite

# Now, because the conftest.py of a folder that is named on the command line is imported before any hook runs.
suite.start()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Give the worker its clone of the migrated template, and tests that commit a fast way back to it."""
    database.clone_template()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", database.reset)
        yield
    with django_db_blocker.unblock():
        connections.close_all()
        connection.close_pool()  # type: ignore[attr-defined]


@pytest.fixture(scope="session", autouse=True)
def _static_files_found_when_asked_for() -> Iterator[None]:
    """Each Client builds the middlewares, for which WhiteNoise would read every static file: a third of the suite."""
    with override_settings(WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    with passwords.hashed_at(passwords.CHEAP):
        yield


@pytest.fixture
def costly_passwords() -> Iterator[None]:
    """Passwords cost this process what they do in production."""
    with passwords.hashed_at(passwords.IN_PRODUCTION):
        yield


@pytest.fixture(scope="session")
def redis_client() -> Iterator[redis.Redis]:
    with redis.Redis.from_url(environment.redis_url()) as client:
        yield client


@pytest.fixture(autouse=True)
def _empty_stores(redis_client: redis.Redis) -> None:
    """No test sees the cached pages, limits or queued tasks of another."""
    redis_client.flushdb()
    page_cache.copies.clear()
    enqueue.trusted_until.clear()


@pytest.fixture(scope="session")
def _live_site(django_db_setup: None) -> Iterator[LiveSite]:
    site = LiveSite()
    yield site
    site.stop()


@pytest.fixture
def fresh_plans(db: None) -> None:
    """For a test that inserts thousands of rows."""
    database.forget_plans()


@pytest.fixture
def live_site(transactional_db: None, _live_site: LiveSite) -> LiveSite:
    """The site under its real web server, on this test's database: `live_site.url`."""
    return _live_site


@pytest.fixture
def celery_worker_process(transactional_db: None) -> Iterator[CeleryWorker]:
    """A real worker on this test's database and Redis, which the test may kill."""
    worker = CeleryWorker()
    yield worker
    worker.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium.running_browser() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, live_site: LiveSite) -> Iterator[Page]:
    """A visitor's first page on the live site; addresses are relative to it."""
    with chromium.new_page(browser, live_site.url) as page:
        yield page
