"""Forms that need no session: sign, confirm, manage, resend, block…

A page without a cookie holds no authority that another site could abuse, so its form needs no CSRF token, and the page
can be cached. Somebody who is logged in does hold authority: there the token is asked for.
"""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponse]
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def sessionless_form(*, again: View) -> Callable[[View], View]:
    """Protect a form that works without a session.

    `again` renders the form once more with a fresh token and the words typed, with the same arguments as the view: it
    answers somebody who logged in from another tab after the page was loaded.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def protected(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.method in SAFE_METHODS:
                return view(request, *args, **kwargs)
            if has_session(request):
                return view(request, *args, **kwargs) if _has_csrf_token(request) else again(request, *args, **kwargs)
            if not is_same_origin(request):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return csrf_exempt(protected)

    return decorate


def has_session(request: HttpRequest) -> bool:
    """Say whether the browser sent a session cookie, without reading the session."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def is_same_origin(request: HttpRequest) -> bool:
    """Say whether our own page sent this form: by Sec-Fetch-Site, else by Origin.

    A request without either header comes from no browser in use, and so from no victim of another site.
    """
    fetch_site = request.META.get("HTTP_SEC_FETCH_SITE")
    if fetch_site is not None:
        return fetch_site in {"same-origin", "none"}
    origin = request.META.get("HTTP_ORIGIN")
    return origin is None or origin in {f"https://{request.get_host()}", f"http://{request.get_host()}"}


def _has_csrf_token(request: HttpRequest) -> bool:
    def unreached(_request: HttpRequest) -> HttpResponseBase:
        return HttpResponse()

    middleware = CsrfViewMiddleware(unreached)
    middleware.process_request(request)
    return middleware.process_view(request, unreached, (), {}) is None
