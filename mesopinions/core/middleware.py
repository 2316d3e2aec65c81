"""Small middlewares that Django lacks."""

from collections.abc import Callable
from functools import cache
from http import HTTPStatus

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from mesopinions.core.views import error_page

GetResponse = Callable[[HttpRequest], HttpResponse]
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


class PathLanguageMiddleware:
    """The path decides the language: /en/… is English, all else French.

    Django's own LocaleMiddleware also looks at cookies and Accept-Language and says so in Vary, which would split the
    cache of every page by browser.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class PermissionsPolicyMiddleware:
    """No page of ours needs a camera, a place or a payment interface."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response


class ConstantCSPMiddleware(CSPMiddleware):
    """django-csp, with the policy of the settings put together once and not twice for each answer.

    A view with a policy of its own (csp.decorators) goes the library's way.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if any(name.startswith("_csp_") for name in vars(response)):
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, constant_policy())
        return response


@cache
def constant_policy() -> str:
    """Return the header that settings.CONTENT_SECURITY_POLICY makes."""
    return str(build_policy())


class PlainRequestMiddleware:
    """Refuse what no browser sends and no view should meet: NUL in an address or a cookie, a body that is not UTF-8.

    PostgreSQL cannot hold a NUL, and some charsets of Python (hex, unicode_escape) raise or give lone surrogates.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request) if _is_plain(request) else error_page(request, HTTPStatus.BAD_REQUEST)


class MethodPageMiddleware:
    """Give the empty 405 of Django's decorators the page of the site."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.content:
            return response
        page = error_page(request, HTTPStatus.METHOD_NOT_ALLOWED)
        page.headers["Allow"] = response.headers["Allow"]
        return page


def _is_plain(request: HttpRequest) -> bool:
    if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
        return False
    if any("\0" in value for value in request.COOKIES.values()):
        return False
    return (request.content_params or {}).get("charset", "utf-8").lower() == "utf-8"
