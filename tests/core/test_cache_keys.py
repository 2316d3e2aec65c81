"""The cache never holds what people type, nor a hash that others could make of it."""

import hashlib

import pytest
from django.core.cache import cache

from mesopinions.core.cache_keys import keyed

ADDRESS = "alice@example.org"


@pytest.mark.django_db
def test_a_failed_login_leaves_no_address_in_redis(client, redis_client):
    client.post("/compte/login/", {"login": ADDRESS, "password": "wrong"})
    client.post("/compte/login/code/", {"email": ADDRESS})
    client.post("/compte/signup/", {"email": ADDRESS})

    keys = redis_client.keys()
    kept = b"\n".join([*keys, *(redis_client.dump(key) or b"" for key in keys)])
    hashes = (hashlib.new(name, ADDRESS.encode()) for name in ("md5", "sha1", "sha256", "sha512", "blake2b"))
    assert any(key.startswith(b"limit:login-email:") for key in keys)
    for trace in (ADDRESS.encode(), b"alice", b"127.0.0.1", *(digest.hexdigest().encode()[:16] for digest in hashes)):
        assert trace not in kept


def test_a_key_with_an_address_is_stored_under_a_keyed_hash(redis_client):
    cache.set(f"allauth:{ADDRESS}:{hashlib.sha256(ADDRESS.encode()).hexdigest()}", "x")

    [key] = redis_client.keys()
    assert ADDRESS.encode() not in key
    assert hashlib.sha256(ADDRESS.encode()).hexdigest().encode() not in key
    assert cache.get(f"allauth:{ADDRESS}:{hashlib.sha256(ADDRESS.encode()).hexdigest()}") == "x"


def test_another_key_of_the_site_gives_another_key_of_the_cache(settings):
    before = keyed(ADDRESS, "cache", 1)
    settings.PSEUDONYM_KEY = "another key of the site, as long as the first"

    assert keyed(ADDRESS, "cache", 1) != before
    assert keyed(ADDRESS, "cache", 1).startswith("cache:1:")
