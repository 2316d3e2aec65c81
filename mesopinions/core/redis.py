"""One Redis client for the process, which stops asking for a moment when Redis does not answer."""

import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Self, TypeVar

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.maint_notifications import MaintNotificationsConfig
from redis.retry import Retry

T = TypeVar("T")

TIMEOUT_SECONDS = 0.3
REST_SECONDS = 1.0


class CircuitBreaker(Retry):
    """No retry, and after a failure none of the next calls waits: they fail at once until the rest is over.

    A Redis that hangs then costs one timeout a second and process, not one a request. redis-py sends every connection
    attempt, command and pipeline through its retry policy, so this is the one place that sees them all.
    """

    def __init__(self) -> None:
        super().__init__(NoBackoff(), 0)
        self.rests_until = 0.0

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        # redis-py copies the policy for each connection: they must share what they learned.
        return self

    def call_with_retry(self, do: Callable[[], T], *args: Any, **options: Any) -> T:
        """Call `do` once. Raises redis.ConnectionError without calling while Redis rests."""
        if time.monotonic() < self.rests_until:
            raise redis.ConnectionError("Redis did not answer a moment ago.")
        try:
            return super().call_with_retry(do, *args, **options)
        except self._supported_errors:
            self.rests_until = time.monotonic() + REST_SECONDS
            raise


def client() -> redis.Redis:
    """Return the shared client. Thread-safe; its calls raise redis.RedisError within `TIMEOUT_SECONDS`."""
    return _client(settings.REDIS_URL)


@lru_cache(maxsize=1)
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(
        url,
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        retry=CircuitBreaker(),
        protocol=2,
        maint_notifications_config=MaintNotificationsConfig(enabled=False),
    )
