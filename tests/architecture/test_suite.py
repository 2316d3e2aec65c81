"""The suite stands on what it promises: clean stores, a closed network, real processes."""

import socket
import urllib.request

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from petitions.models import Theme
from tests.support.concurrency import run_together


@pytest.mark.parametrize("round_", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_rows_that_migrations_seed_survive_a_test_that_commits(round_):
    assert Theme.objects.count() == 13
    assert ContentType.objects.exists()

    Theme.objects.all().delete()
    ContentType.objects.create(app_label="left", model="behind")


@pytest.mark.parametrize("round_", [1, 2])
def test_no_test_sees_the_redis_keys_of_another(redis_client, round_):
    assert redis_client.dbsize() == 0

    redis_client.set("left", "behind")


def test_another_machine_cannot_be_reached():
    with pytest.raises(RuntimeError, match=r"example\.org"):
        urllib.request.urlopen("https://example.org")
    with socket.socket() as unconnected, pytest.raises(RuntimeError, match=r"192\.0\.2\.1"):
        unconnected.connect(("192.0.2.1", 80))


@pytest.mark.django_db(transaction=True)
def test_threads_that_run_together_have_a_connection_each():
    def backend() -> int:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid() FROM pg_sleep(0.1)")
            return cursor.fetchone()[0]

    assert len(set(run_together(8, backend))) == 8


def test_what_a_thread_raises_fails_the_test():
    with pytest.raises(ExceptionGroup, match="threads failed"):
        run_together(2, lambda: 1 / 0)


@pytest.mark.django_db
def test_a_worker_runs_beside_the_test(celery_worker_process):
    assert celery_worker_process.pid


@pytest.mark.browser
def test_a_browser_opens_the_live_site(page):
    assert page.goto("/healthz").ok
