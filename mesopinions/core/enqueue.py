"""Send Celery tasks by name, after the commit, so that no service imports a task.

The database holds the work and a periodic sweep finds it: a message only makes it happen sooner. So a broker that is
down is logged and never an error for the person who signs.
"""

import logging
import time
from functools import partial

import redis
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from mesopinions.core.redis import client

logger = logging.getLogger(__name__)

# A message lost by the broker holds later ones back no longer than this.
SOON_MILLISECONDS = 30_000
# A process that has just seen a message on its way asks Redis no more for this long, and the task waits as long before
# it looks for work: whatever was committed meanwhile is there by then.
TRUST_SECONDS = 0.1
trusted_until: dict[str, float] = {}
BROKER_ERRORS = (OperationalError, redis.RedisError, OSError)


def enqueue(task_name: str, *ids: int) -> None:
    """Send the task when the transaction commits, at once outside one. Arguments are ids, never personal data."""
    transaction.on_commit(partial(_send, task_name, ids))


def enqueue_soon(task_name: str) -> None:
    """Send a task that does all the work there is when the transaction commits, unless one is already on its way.

    Costs one Redis round trip, on a busy site none. The task calls `starting(task_name)` before it looks for work:
    whatever is committed later then sends another one.
    """
    transaction.on_commit(partial(_send_once, task_name))


def starting(task_name: str) -> None:
    """Say that a task sent by `enqueue_soon` looks for work once this returns."""
    try:
        client().delete(_flag(task_name))
    except redis.RedisError:
        logger.warning("Redis is down: %s may start late", task_name)
    time.sleep(TRUST_SECONDS)


def _send_once(task_name: str) -> None:
    asked = time.monotonic()
    if asked < trusted_until.get(task_name, 0.0):
        return
    try:
        is_first = client().set(_flag(task_name), 1, nx=True, px=SOON_MILLISECONDS)
    except redis.RedisError:
        logger.warning("Redis is down: the sweep will run %s", task_name)
        return
    trusted_until[task_name] = asked + TRUST_SECONDS
    if is_first:
        _send(task_name, ())


def _send(task_name: str, ids: tuple[int, ...]) -> None:
    try:
        # The ping passes the circuit breaker: a hanging broker costs a request one short timeout, not Celery's.
        client().ping()
        current_app.send_task(task_name, args=ids, retry=False)
    except BROKER_ERRORS:
        logger.warning("The broker is down: the sweep will run %s", task_name)


def _flag(task_name: str) -> str:
    return f"soon:{task_name}"
