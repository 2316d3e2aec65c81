"""The shared Redis client and its circuit breaker."""

import socket

import pytest
import redis
from pytest_django.fixtures import Settings

from mesopinions.core.redis import client


def test_one_client_serves_the_process():
    assert client() is client()
    assert client().ping()


def test_after_a_failure_calls_fail_at_once_for_a_second_and_then_redis_is_asked_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    good = settings.REDIS_URL
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
    now = [1000.0]
    monkeypatch.setattr("mesopinions.core.redis.time.monotonic", lambda: now[0])
    with pytest.raises(redis.ConnectionError, match="refused"):
        client().ping()

    with pytest.raises(redis.ConnectionError, match="a moment ago"):
        client().pipeline().incr("x").execute()
    now[0] += 1.1
    with pytest.raises(redis.ConnectionError, match="refused"):
        client().ping()

    settings.REDIS_URL = good
    assert client().ping()


def test_an_answer_that_is_an_error_does_not_trip_the_breaker():
    with pytest.raises(redis.ResponseError):
        client().execute_command("NONSENSE")

    assert client().ping()
