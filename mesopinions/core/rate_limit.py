"""How often one visitor or one address may do a thing. Windows and counts are settings.RATE_LIMITS.

Counters live in Redis under a keyed hash, never an address in clear. When Redis is down each process counts for itself:
signing stays up.
"""

import hashlib
import hmac
import threading
import time
from collections.abc import Mapping

import redis
from django.conf import settings

from mesopinions.core.redis import client

_local: dict[str, tuple[int, float]] = {}
_local_lock = threading.Lock()
LOCAL_KEYS_AT_MOST = 50_000


def hit(subjects: Mapping[str, str]) -> int:
    """Count one request against each named limit and return 0, or the seconds to wait.

    `subjects` maps a name of settings.RATE_LIMITS to who is counted: an IP address or an e-mail key.
    """
    limits = [(_key(name, who), *settings.RATE_LIMITS[name]) for name, who in subjects.items() if who]
    if not limits:
        return 0
    try:
        return _hit_redis(limits)
    except redis.RedisError:
        with _local_lock:
            return _hit_local(limits, time.monotonic())


def _hit_redis(limits: list[tuple[str, int, int]]) -> int:
    # SET NX EX then INCR in one transaction: a counter can never be left without its end.
    pipeline = client().pipeline(transaction=True)
    for key, _allowed, seconds in limits:
        pipeline.set(key, 0, ex=seconds, nx=True)
        pipeline.incr(key)
        pipeline.ttl(key)
    answers = pipeline.execute()
    waits = [
        max(1, int(answers[3 * place + 2]))
        for place, (_key_, allowed, _seconds) in enumerate(limits)
        if int(answers[3 * place + 1]) > allowed
    ]
    return max(waits, default=0)


def _hit_local(limits: list[tuple[str, int, int]], now: float) -> int:
    if len(_local) > LOCAL_KEYS_AT_MOST:
        _local.clear()
    wait = 0.0
    for key, allowed, seconds in limits:
        count, ends = _local.get(key, (0, now + seconds))
        if ends <= now:
            count, ends = 0, now + seconds
        _local[key] = (count + 1, ends)
        if count + 1 > allowed:
            wait = max(wait, ends - now)
    return 0 if not wait else max(1, round(wait))


def _key(name: str, who: str) -> str:
    digest = hmac.digest(settings.PSEUDONYM_KEY.encode(), f"{name}\0{who}".encode(), hashlib.sha256)
    return f"limit:{name}:{digest.hex()[:32]}"
