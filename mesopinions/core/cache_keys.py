"""Keys of Django's cache: a keyed hash, because allauth counts its limits by what people type."""

import hashlib
import hmac

from django.conf import settings


def keyed(key: str, prefix: str, version: int) -> str:
    """Return the key under which the cache stores `key` (the signature of Django's KEY_FUNCTION)."""
    digest = hmac.digest(settings.PSEUDONYM_KEY.encode(), str(key).encode(), hashlib.sha256)
    return f"{prefix}:{version}:{digest.hex()[:32]}"
