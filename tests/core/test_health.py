"""Whether the process lives, and whether the site can serve."""

import pytest
from django.db import connection

from tests.support.outages import NOBODY_LISTENS, database_down


def test_a_process_that_lives_says_so_without_asking_anybody(client, settings):
    settings.REDIS_URL = NOBODY_LISTENS  # no fixture gives a database either
    response = client.get("/healthz")

    assert (response.status_code, response.content, response["Cache-Control"]) == (200, b"ok\n", "no-store")


def test_a_site_that_has_everything_is_ready(client, db):
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (200, {"ready": True, "missing": []})
    assert response["Cache-Control"] == "no-store"


def missing(client):
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["ready"] is False
    return response.json()["missing"]


def test_a_missing_redis_is_named(client, db, settings):
    settings.REDIS_URL = NOBODY_LISTENS

    assert missing(client) == ["redis"]


def test_missing_migrations_are_named(client, db):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'petitions'")

    assert missing(client) == ["migrations"]


def test_a_missing_database_is_named(client, transactional_db):
    with database_down():
        assert missing(client) == ["database"]

    assert client.get("/readyz").status_code == 200


def test_all_that_is_missing_is_named_at_once(client, transactional_db, settings):
    settings.REDIS_URL = NOBODY_LISTENS
    with database_down():
        assert missing(client) == ["database", "redis"]


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_health_is_told_over_plain_http_and_to_no_cache(client, db, settings, address):
    settings.SECURE_SSL_REDIRECT = True

    assert client.get(address).status_code == 200
    assert client.get("/").status_code == 301
