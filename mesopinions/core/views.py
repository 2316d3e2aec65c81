"""Health addresses and the pages of errors."""

import sys
from http import HTTPStatus

import redis
from django.core.exceptions import ImproperlyConfigured, RequestDataTooBig
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from mesopinions.core.redis import client

OUTAGE_RETRY_AFTER = 60


def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the site can serve, else 503 with what is missing."""
    missing = missing_parts()
    status = HTTPStatus.SERVICE_UNAVAILABLE if missing else HTTPStatus.OK
    return JsonResponse(
        {"ready": not missing, "missing": missing}, status=status, headers={"Cache-Control": "no-store"}
    )


def missing_parts() -> list[str]:
    """Return which of database, migrations and redis the site still waits for."""
    missing = []
    try:
        if _has_unapplied_migrations():
            missing.append("migrations")
    except (DatabaseError, ImproperlyConfigured):
        missing.append("database")
    try:
        client().ping()
    except redis.RedisError:
        missing.append("redis")
    return missing


def _has_unapplied_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def error_page(request: HttpRequest, status: int, *, retry_after: int = 0) -> HttpResponse:
    """Return the site's page for an error status, with Retry-After in seconds where it helps."""
    # Our own failures get no request: a context processor may need what is broken.
    known = request if status < HTTPStatus.INTERNAL_SERVER_ERROR else None
    minutes = -(-retry_after // 60)  # rounded up: who comes back when told to is not sent away again
    page = render_to_string(f"{int(status)}.html", {"retry_after": retry_after, "minutes": minutes}, known)
    response = HttpResponse(page, status=status)
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    response.headers["Cache-Control"] = "no-store"
    return response


def see_other(address: str) -> HttpResponse:
    """Answer a POST that was done: 303, so that reloading the next page repeats nothing (RFC 9110, 15.4.4)."""
    return HttpResponse(status=HTTPStatus.SEE_OTHER, headers={"Location": address})


def too_many_requests(request: HttpRequest, wait: int) -> HttpResponse:
    """Answer 429 and say when to come back (`wait` in seconds)."""
    return error_page(request, HTTPStatus.TOO_MANY_REQUESTS, retry_after=wait)


def slow_down(request: HttpRequest) -> HttpResponse:
    """Answer 429 where a library counted: its limits are of a minute."""
    return too_many_requests(request, 60)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400, or 413 when the body is larger than DATA_UPLOAD_MAX_MEMORY_SIZE."""
    is_too_big = isinstance(exception, RequestDataTooBig)
    return error_page(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE if is_too_big else HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, HTTPStatus.FORBIDDEN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(request, HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 when the database cannot be reached or gave up, else 500. Django calls it while handling the error."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return error_page(request, HTTPStatus.SERVICE_UNAVAILABLE, retry_after=OUTAGE_RETRY_AFTER)
    return error_page(request, HTTPStatus.INTERNAL_SERVER_ERROR)
