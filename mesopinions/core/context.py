"""What every template may read. Nothing here touches the session of a visitor who has none."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from mesopinions.core.sessionless import has_session


def site(request: HttpRequest) -> dict[str, Any]:
    """Give templates `visitor` (the signed-in user, or something false) and `site_origin` for absolute links."""
    return {"visitor": SimpleLazyObject(lambda: _visitor(request)), "site_origin": settings.SITE_ORIGIN}


def _visitor(request: HttpRequest) -> Any:
    # A failure before the authentication middleware renders an error page whose request has no user.
    user = getattr(request, "user", None) if has_session(request) else None
    return user if user is not None and user.is_authenticated else None
