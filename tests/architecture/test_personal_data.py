"""A store that forgets nothing on request must hold nobody's name: Redis has keys, limits, pages and messages."""

import base64
import json

import pytest
import redis
from django.urls import reverse

from mesopinions.mail.tasks import SEND_DUE
from tests.factories import make_petition, sign_data

OF_SAMIR = ("samir", "benali", "avesnes", "59440", "203.0.113.7")


def everything_in(store: redis.Redis) -> str:
    """Return every key and value, Celery's messages with their bodies decoded."""
    words = []
    for key in store.scan_iter():
        kind = store.type(key)
        words.append(key)
        if kind == b"string":
            words.append(store.get(key))
        elif kind == b"list":
            words += [word for message in store.lrange(key, 0, -1) for word in (message, _body_of(message))]
        elif kind == b"set":
            words += store.smembers(key)
        elif kind in {b"zset", b"hash"}:
            words.append(repr(store.zrange(key, 0, -1) if kind == b"zset" else store.hgetall(key)).encode())
    return b"\n".join(words).decode(errors="replace").lower()


def _body_of(message: bytes) -> bytes:
    return base64.b64decode(json.loads(message)["body"])


@pytest.mark.django_db(transaction=True)
def test_redis_learns_nothing_about_who_signs(client, redis_client):
    petition = make_petition()

    response = client.post(reverse("sign", args=[petition.pk]), sign_data(), REMOTE_ADDR=OF_SAMIR[-1])
    client.get(response.headers["Location"])
    client.post(reverse("my_signatures"), {"email": "samir@example.org"}, REMOTE_ADDR=OF_SAMIR[-1])

    found = everything_in(redis_client)
    assert "limit:" in found
    assert SEND_DUE in found
    assert not [word for word in OF_SAMIR if word in found]
