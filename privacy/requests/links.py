"""The links that lead to a request: random, only in the mail that carries them, stored as their SHA-256."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db.models import Q

from privacy.models import RightsRequest

CONFIRM_WITHIN = timedelta(hours=48)
READABLE_FOR = timedelta(days=7)


class BadLink(Exception):
    """The link was never made, is too old, or a newer one replaced it."""


def new_link(*, request: RightsRequest, at: datetime) -> str:
    """Return a new random token for the request; the one that the last mail of its sort carried leads nowhere now.

    A request that is closed keeps the link that it was confirmed with beside this one: somebody may have its page open.
    """
    token = secrets.token_urlsafe(32)
    if request.closed_at is None:
        request.token_hash = _hash(token)
    else:
        request.result_token_hash = _hash(token)
    lasts = CONFIRM_WITHIN if request.status == RightsRequest.Status.EMAIL_PENDING else READABLE_FOR
    request.token_expires_at = (request.file_ready_at or at) + lasts  # a file does not wait for a late mail
    request.save(update_fields=["token_hash", "result_token_hash", "token_expires_at"])
    return token


def request_of(token: str, at: datetime) -> RightsRequest:
    """Return the request that the link leads to (1 query). Raises BadLink."""
    digest = _hash(token)
    found = Q(token_hash=digest) | Q(result_token_hash=digest)
    request = RightsRequest.objects.filter(found, token_expires_at__gt=at).first()
    if request is None:
        raise BadLink
    return request


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
