"""How often one visitor or one address may do a thing. Windows and counts are settings.RATE_LIMITS.

Counters live in Redis under a keyed hash, never an address in clear. When Redis is down each process counts for itself:
signing stays up.
"""

import hashlib
import hmac
import threading
import time
from collections.abc import Mapping
from functools import lru_cache

import redis
from django.conf import settings
from redis.commands.core import Script

from mesopinions.core.redis import client

# One script, so one round trip for all limits of a request, and a counter can never be left without its end.
COUNT = """
local wait = 0
for place, key in ipairs(KEYS) do
    local allowed, seconds = tonumber(ARGV[2 * place - 1]), ARGV[2 * place]
    local count = redis.call("INCR", key)
    if count == 1 then redis.call("EXPIRE", key, seconds) end
    if count > allowed then wait = math.max(wait, redis.call("TTL", key), 1) end
end
return wait
"""
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
    keys = [key for key, _allowed, _seconds in limits]
    amounts = [amount for _key_, *both in limits for amount in both]
    return int(_script(client())(keys=keys, args=amounts))


@lru_cache(maxsize=1)
def _script(redis_client: redis.Redis) -> Script:
    return redis_client.register_script(COUNT)


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
