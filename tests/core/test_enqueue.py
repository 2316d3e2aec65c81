"""Tasks are sent after the commit, once, and a broker that is down bothers nobody."""

import socket
import time

import pytest
import redis
from django.db import transaction
from pytest_django.fixtures import Settings

from mesopinions.core.enqueue import TRUST_SECONDS, enqueue, enqueue_soon, starting
from tests.support.concurrency import run_together

QUEUE = "celery"


def test_a_task_is_sent_when_the_transaction_commits(transactional_db, redis_client: redis.Redis):
    with transaction.atomic():
        enqueue("tests.nothing", 7)
        assert redis_client.llen(QUEUE) == 0

    assert redis_client.llen(QUEUE) == 1


def test_a_transaction_that_fails_sends_nothing(transactional_db, redis_client: redis.Redis):
    with pytest.raises(RuntimeError), transaction.atomic():
        enqueue("tests.nothing", 7)
        enqueue_soon("tests.nothing")
        raise RuntimeError

    assert redis_client.llen(QUEUE) == 0


def test_many_requests_at_once_send_one_task(transactional_db, redis_client: redis.Redis):
    # In threads, as in the web server: they must know our Celery application too.
    run_together(8, lambda: enqueue_soon("tests.nothing"))

    assert redis_client.llen(QUEUE) == 1


def test_work_committed_after_the_task_started_sends_another_one(transactional_db, redis_client: redis.Redis):
    enqueue_soon("tests.nothing")
    starting("tests.nothing")
    enqueue_soon("tests.nothing")

    assert redis_client.llen(QUEUE) == 2


def test_a_task_waits_until_no_process_trusts_its_message_any_more(transactional_db, redis_client: redis.Redis):
    enqueue_soon("tests.nothing")
    redis_client.delete("soon:tests.nothing")  # as the worker does when its task starts
    enqueue_soon("tests.nothing")
    assert redis_client.llen(QUEUE) == 1

    began = time.monotonic()
    starting("tests.nothing")
    enqueue_soon("tests.nothing")

    assert time.monotonic() - began >= TRUST_SECONDS
    assert redis_client.llen(QUEUE) == 2


def test_a_lost_message_holds_later_ones_back_for_half_a_minute_at_most(transactional_db, redis_client: redis.Redis):
    enqueue_soon("tests.nothing")

    assert 0 < redis_client.pttl("soon:tests.nothing") <= 30_000


def test_a_broker_that_is_down_is_no_error(transactional_db, settings: Settings, caplog):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    enqueue("tests.nothing", 7)
    enqueue_soon("tests.nothing")
    starting("tests.nothing")

    assert "the sweep will run tests.nothing" in caplog.text


def test_a_broker_that_hangs_costs_one_timeout_for_many_requests(transactional_db, settings: Settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        began = time.monotonic()
        for _ in range(50):
            enqueue_soon("tests.nothing")

        assert time.monotonic() - began < 0.8
