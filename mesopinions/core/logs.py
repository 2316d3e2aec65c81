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
# Addresses that carry a token: the token is the authority, so no log may keep it.
TOKEN_PATH = re.compile(r"/(signature|mes-signatures|adresse-bloquee|decision|destinataire|mes-droits)/[^/\s\"'?]{8,}")
EMAIL = re.compile(r"[^\s@<>\"'(=]+@[^\s@<>\"')]+")
# PostgreSQL puts the offending row into DETAIL, and the failing statement into QUERY.
DATABASE_DETAIL = re.compile(r"\n(DETAIL|CONTEXT|QUERY|LINE \d+)[: ].*?(?=\n\S|\Z)", re.DOTALL)


def masked(text: str) -> str:
    """Return `text` without tokens, e-mail addresses and database rows."""
    text = DATABASE_DETAIL.sub("", text)
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
        if request_id := _request_id.get():
            line["request"] = request_id
        if isinstance(status := getattr(record, "status_code", None), int):
            line["status"] = str(status)
        if record.exc_info and record.exc_info[0]:
            line["exception"] = masked("".join(traceback.format_exception(*record.exc_info)))
        return json.dumps(line, ensure_ascii=False)


class RequestIdMiddleware:
    """Give each request an id, in the logs and in the answer, so that somebody can quote it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid4().hex[:16]
        token = _request_id.set(request_id)
        try:
            response = self.get_response(request)
        finally:
            _request_id.reset(token)
        response.headers["X-Request-ID"] = request_id
        return response
