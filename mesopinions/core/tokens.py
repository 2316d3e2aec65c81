"""Links that carry their own proof: an HMAC over a scope, some ids and a generation.

Nothing is stored: a link works as long as its row exists with the same generation, and a new generation revokes it.
Ids are not secret, the 128-bit proof is (RFC 2104; truncation as RFC 2104 section 5 allows).
"""

import binascii
import hashlib
import hmac
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from enum import StrEnum

from django.conf import settings

PROOF_BYTES = 16


class Scope(StrEnum):
    """What a link may do. A token of one scope is worthless in another."""

    DECISION = "decision"
    MANAGE = "manage"
    PREFERENCES = "preferences"
    SIGNATURES_LIST = "signatures-list"
    UNBLOCK = "unblock"
    UNSUBSCRIBE = "unsubscribe"


class BadToken(Exception):
    """The link was cut, altered or made for something else. Carries no detail on purpose."""


def make(scope: Scope, *ids: int, generation: int = 0) -> str:
    """Return the URL-safe token for `ids`, signed with the newest of LINK_KEYS."""
    packed = b"".join(_packed(number) for number in (*ids, generation))
    return urlsafe_b64encode(packed + _proof(settings.LINK_KEYS[0], scope, packed)).rstrip(b"=").decode("ascii")


def read(scope: Scope, token: str) -> tuple[int, ...]:
    """Return the ids, then the generation. Raises BadToken for anything that we did not make for `scope`."""
    try:
        raw = token.encode("ascii")
        decoded = urlsafe_b64decode(raw + b"=" * (-len(raw) % 4))
    except (UnicodeEncodeError, binascii.Error, ValueError):
        raise BadToken from None
    packed, proof = decoded[:-PROOF_BYTES], decoded[-PROOF_BYTES:]
    genuine = any(hmac.compare_digest(proof, _proof(key, scope, packed)) for key in settings.LINK_KEYS)
    # base64 leaves spare bits in the last character: only the spelling that we wrote is a link.
    if not genuine or urlsafe_b64encode(decoded).rstrip(b"=") != raw:
        raise BadToken
    return _unpacked(packed)


def _packed(number: int) -> bytes:
    """One length byte, then the number: no two lists of ids share a packing."""
    body = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return struct.pack("B", len(body)) + body


def _unpacked(packed: bytes) -> tuple[int, ...]:
    numbers, at = [], 0
    while at < len(packed):
        end = at + 1 + packed[at]
        numbers.append(int.from_bytes(packed[at + 1 : end], "big"))
        at = end
    return tuple(numbers)


def _proof(key: str, scope: Scope, packed: bytes) -> bytes:
    return hmac.digest(key.encode(), scope.encode() + b"\0" + packed, hashlib.sha256)[:PROOF_BYTES]
