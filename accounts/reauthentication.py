"""Who is there? Asked again before an act that could take an account from its owner."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import urlencode

View = Callable[..., HttpResponseBase]


def has_just_reauthenticated(request: HttpRequest) -> bool:
    """Tell whether the visitor proved again who they are, within settings.ACCOUNT_REAUTHENTICATION_TIMEOUT.

    A login is no such proof: whoever finds an open browser inherits it.
    """
    records = get_authentication_records(request, request.user)
    latest = max((record["at"] for record in records if record.get("reauthenticated")), default=0)
    return bool(time.time() - latest < app_settings.REAUTHENTICATION_TIMEOUT)


def reauthentication_required(view: View) -> View:
    """Open the view to somebody who just proved again who they are, and lead others to where they can, and back.

    Unlike allauth's decorator it asks everybody, with a mailed code if they have nothing else, and keeps no copy of a
    form that was sent: it may hold a password. The way back opens the page again.
    """

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if has_just_reauthenticated(request):
            return view(request, *args, **kwargs)
        return ask_again(request)

    return guarded


def ask_again(request: HttpRequest) -> HttpResponse:
    """Lead to the first of the ways in which this account can be proved, and from there back to this page."""
    way = get_adapter(request).get_reauthentication_methods(request.user)[0]
    return redirect(f"{way['url']}?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}")
