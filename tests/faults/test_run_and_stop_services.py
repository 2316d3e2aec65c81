"""The embedded PostgreSQL and Redis by themselves."""

import threading

import psycopg
import pytest
import redis

from mesopinions.local import redis as local_redis
from mesopinions.local.data_dir import DataDir
from mesopinions.local.services import embedded_services
from tests.faults.sites import processes_on


def test_they_last_as_long_as_the_block(folder):
    with embedded_services(DataDir(folder), durable=False) as (database_url, redis_url):
        with psycopg.connect(database_url) as connection:
            locale = connection.execute(
                "SELECT datlocprovider, datlocale, datcollate FROM pg_database WHERE datname = current_database()"
            ).fetchone()
        with redis.Redis.from_url(redis_url) as client:
            assert client.ping()

    assert locale == ("b", "PG_UNICODE_FAST", "C")
    assert processes_on(folder) == []


def test_only_their_owner_reaches_them(folder):
    data_dir = DataDir(folder)
    with embedded_services(data_dir, durable=False):
        for private in (data_dir.sockets, data_dir.postgres, data_dir.redis, data_dir.logs, data_dir.mail):
            assert private.stat().st_mode & 0o077 == 0, private


def test_no_statement_and_no_value_reaches_the_log_of_the_database(folder):
    data_dir = DataDir(folder)
    with embedded_services(data_dir, durable=False) as (url, _), psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE signer (email text UNIQUE, age int CHECK (age > 0))")
        connection.execute("INSERT INTO signer VALUES ('samir@example.org', 30)")
        for statement, values in [
            ("INSERT INTO signer VALUES (%s, 30)", ["samir@example.org"]),
            ("INSERT INTO signer VALUES (%s, -1)", ["samir+1@example.org"]),
            ("SELECT %s::int", ["samir@example.org"]),
            ("SELECT 'samir@example.org' FROM nowhere", []),
            ("DO $$ BEGIN RAISE WARNING 'samir@example.org'; END $$", []),
        ]:
            try:
                connection.execute(statement, values)
            except psycopg.Error:
                continue

    assert "samir" not in (data_dir.logs / "postgres.log").read_text()


def test_without_a_redis_server_one_in_python_takes_its_place(folder, monkeypatch):
    monkeypatch.setattr(local_redis, "_server", lambda: None)
    with embedded_services(DataDir(folder), durable=False) as (_, url), redis.Redis.from_url(url) as client:
        assert url.startswith("redis://127.0.0.1:")
        later = threading.Timer(0.2, lambda: client.lpush("celery", "a task"))
        later.start()
        assert client.brpop(["celery"], timeout=5) == (b"celery", b"a task")
        later.join()
        # By EVAL: this server closes the connection after an error reply, such as that to an unknown EVALSHA.
        assert client.eval("return redis.call('SET', KEYS[1], 1, 'NX') and 1", 1, "a lock of Celery's") == 1

    assert processes_on(folder) == []


def test_a_block_that_fails_leaves_nothing(folder):
    with pytest.raises(ZeroDivisionError), embedded_services(DataDir(folder), durable=False):
        1 / 0  # noqa: B018 - any error

    assert processes_on(folder) == []
