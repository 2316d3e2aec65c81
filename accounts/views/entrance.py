"""Logging out."""

from typing import Any

from allauth.account.views import LogoutView
from django.conf import settings
from django.http import HttpRequest, HttpResponse


class Logout(LogoutView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Log out and leave no cookie behind: the visitor reads cached pages again."""
        response: HttpResponse = super().post(request, *args, **kwargs)
        response.delete_cookie(settings.CSRF_COOKIE_NAME)
        return response
