"""JSON logs with a request id and without personal data."""

import json
import logging
import re
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

_request_id: ContextVar[str] = ContextVar("request_id", default="")
_META_KEY = "mesopinions.request_id"
# Addresses that carry a token: the token is the authority, so no log may keep it.
TOKEN_PATH = re.compile(
    r"/(signature|mes-signatures|adresse-bloquee|desabonnement|decision|destinataire|mes-droits|suppression)/[^/\s\"'?]{8,}"
)
# The look-behind makes a long text without @ cost one pass, not one for each of its characters.
EMAIL = re.compile(r"(?<![^\s@<>\"'(=])[^\s@<>\"'(=]+(?:@|%40)[^\s@<>\"')]+", re.IGNORECASE)
# PostgreSQL puts the offending row into DETAIL, the failing statement into QUERY or LINE and its values into CONTEXT.
# A value may hold line ends, and repr() writes them as two characters, so all goes up to the next part of a traceback.
DATABASE_DETAIL = re.compile(
    r"(?:\n|\\n)(?:DETAIL|CONTEXT|QUERY|LINE \d+)[: ].*?(?=\n\n(?:The above|During) |\nTraceback |\Z)", re.DOTALL
)
DATABASE_VALUE = re.compile(r"(invalid [a-z ]+ for [^:\n]+: )\"[^\n]*")


def masked(text: str) -> str:
    """Return `text` without tokens, e-mail addresses and database rows."""
    text = DATABASE_VALUE.sub(r"\1***", DATABASE_DETAIL.sub("", text))
    text = TOKEN_PATH.sub(r"/\1/***", text)
    return EMAIL.sub("***@***", text)


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": masked(record.getMessage()),
        }
        if request_id := _request_id.get() or _id_of(record):
            line["request"] = request_id
        if isinstance(status := getattr(record, "status_code", None), int):
            line["status"] = str(status)
        if record.exc_info and record.exc_info[0]:
            line["exception"] = masked("".join(traceback.format_exception(*record.exc_info)))
        # ASCII, because a text that the stream cannot encode would be printed by the logging module as it is.
        return json.dumps(line)


def _id_of(record: logging.LogRecord) -> str:
    """Return the id of the request that Django logs about once every middleware has returned, as it does for a 404."""
    request = getattr(record, "request", None)
    return str(request.META.get(_META_KEY, "")) if isinstance(request, HttpRequest) else ""


class RequestIdMiddleware:
    """Give each request an id, in the logs and in the answer, so that somebody can quote it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = request.META[_META_KEY] = uuid4().hex[:16]
        token = _request_id.set(request_id)
        try:
            response = self.get_response(request)
        finally:
            _request_id.reset(token)
        response.headers["X-Request-ID"] = request_id
        return response
