"""Who is at the other end of a request."""

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest

from accounts.models import Login, User
from accounts.services.visits import Visit
from mesopinions.core.client_ip import client_ip

METHODS = {
    "password": Login.Method.PASSWORD,
    "code": Login.Method.CODE,
    "mfa": Login.Method.PASSKEY,
    "password_reset": Login.Method.RESET,
}


def visit_of(request: HttpRequest, user: User | None = None) -> Visit:
    """Return from where this request comes and, for `user`, what was shown in this session to get in."""
    records = get_authentication_records(request, user)
    first = records[0] if records else {}
    method = Login.Method(first["provider"]) if "provider" in first else METHODS.get(first.get("method", ""))
    return Visit(
        ip=client_ip(request),
        browser=request.META.get("HTTP_USER_AGENT", ""),
        method=method,
        with_second_factor=any(record["method"] == "mfa" for record in records),
    )
