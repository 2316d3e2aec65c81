"""How often one may do a thing, with Redis and without it."""

import socket
import time

import pytest
from django.urls import reverse

from mesopinions.core import rate_limit
from mesopinions.core.addresses import address_key
from tests.factories import make_petition, sign_data
from tests.support.concurrency import run_together
from tests.support.outages import NOBODY_LISTENS

VISITOR, ADDRESS = "192.0.2.7", "samir@example.org"


@pytest.fixture(autouse=True)
def limits(settings):
    rate_limit._local.clear()
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"door": (3, 60), "window": (1, 1), "roof": (5, 3600)}
    yield
    rate_limit._local.clear()


@pytest.fixture(params=["redis", "local"])
def store(request, settings):
    if request.param == "local":
        settings.REDIS_URL = NOBODY_LISTENS
    return request.param


def waits(count, **subjects):
    return [rate_limit.hit(subjects) for _ in range(count)]


def test_the_allowed_number_passes_and_the_next_one_waits(store):
    *passed, wait = waits(4, door=VISITOR)

    assert passed == [0, 0, 0]
    assert 1 <= wait <= 60


def test_one_visitor_does_not_use_up_the_limit_of_another(store):
    waits(4, door=VISITOR)

    assert waits(1, door="192.0.2.8") == [0]


def test_one_limit_does_not_use_up_another(store):
    waits(4, door=VISITOR)

    assert waits(1, roof=VISITOR) == [0]


def test_several_limits_are_counted_at_once_and_the_longest_wait_is_told(store):
    waits(4, door=VISITOR, roof=ADDRESS)

    assert waits(1, roof=ADDRESS) == [0]
    assert rate_limit.hit({"door": VISITOR, "roof": ADDRESS}) > 60


def test_a_window_ends(store):
    first, second = waits(2, window=VISITOR)
    assert (first, second) == (0, 1)
    time.sleep(1.05)

    assert waits(1, window=VISITOR) == [0]


def test_trying_again_and_again_does_not_make_the_window_longer(redis_client):
    waits(1, door=VISITOR)
    (key,) = redis_client.keys("limit:door:*")
    redis_client.expire(key, 20)
    waits(3, door=VISITOR)

    assert redis_client.ttl(key) <= 20


def test_somebody_without_an_address_is_not_counted(store, redis_client):
    assert waits(9, door="") == [0] * 9
    assert redis_client.dbsize() == 0


def test_threads_at_the_same_instant_pass_exactly_as_often_as_allowed(store):
    answers = run_together(12, lambda: [rate_limit.hit({"door": VISITOR}) for _ in range(5)])

    assert sum(wait == 0 for answer in answers for wait in answer) == 3


def test_no_counter_lives_forever(redis_client):
    waits(5, door=VISITOR, roof=ADDRESS)

    assert all(0 < redis_client.ttl(key) <= 3600 for key in redis_client.keys("*"))


def test_redis_holds_no_address_that_anybody_could_read(client, db, redis_client):
    client.post(
        reverse("sign", args=[make_petition().pk]), sign_data(), REMOTE_ADDR="2001:db8:1:2::7", HTTP_USER_AGENT="Samir"
    )
    kept = b" ".join(
        key + (redis_client.get(key) if redis_client.type(key) == b"string" else b"")
        for key in redis_client.keys("limit:*")
    )

    assert kept.count(b"limit:sign-") == 2
    assert not [word for word in (b"samir", b"2001", b"db8", address_key(ADDRESS).encode()) if word in kept.lower()]


def test_the_same_hash_is_not_shared_between_limits(redis_client):
    waits(1, door=VISITOR, roof=VISITOR)

    assert len({key.rpartition(b":")[2] for key in redis_client.keys("limit:*")}) == 2


def test_without_redis_memory_stays_small(settings, monkeypatch):
    settings.REDIS_URL = NOBODY_LISTENS
    monkeypatch.setattr(rate_limit, "LOCAL_KEYS_AT_MOST", 50)
    for number in range(200):
        waits(1, door=f"192.0.2.{number}")

    assert len(rate_limit._local) <= 51


def test_signing_stays_up_without_redis_and_still_has_its_limit(client, db, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"sign-ip": (2, 60)}
    petition = make_petition()
    settings.REDIS_URL = NOBODY_LISTENS

    answers = [
        client.post(reverse("sign", args=[petition.pk]), sign_data(name)).status_code for name in ("a", "b", "c")
    ]

    assert answers == [303, 303, 429]


def test_a_redis_that_hangs_slows_one_signature_and_not_the_next_ones(client, db, settings):
    petition = make_petition()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        began = time.monotonic()
        answers = [
            client.post(reverse("sign", args=[petition.pk]), sign_data(f"signer{n}")).status_code for n in range(5)
        ]
        took = time.monotonic() - began

    assert answers == [303] * 5
    assert took < 2.5  # two calls of 0.3 s for each signature would take more than 3 s
