"""Who is logged in, and from where they act."""

from django.http import Http404, HttpRequest

from accounts.models import User
from accounts.services.visits import Visit
from mesopinions.core.client_ip import client_ip


def owner_of(request: HttpRequest) -> User:
    """Return who is logged in. For views that let nobody else through; raises Http404 if they do."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def visit_here(request: HttpRequest) -> Visit:
    """Return from where this request comes."""
    return Visit(ip=client_ip(request), browser=request.META.get("HTTP_USER_AGENT", ""))
