"""Where Google and Facebook send people back to, and what the site then asks them over the wire.

Whatever they answer that they do not document is a failure of theirs, shown as such: never a 500, nothing stored.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base import ProviderException
from allauth.socialaccount.providers.facebook.views import FacebookOAuth2Adapter
from allauth.socialaccount.providers.google.views import GoogleOAuth2Adapter
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter, OAuth2CallbackView
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET
from requests import RequestException

# Google's are digits of at most 255 signs, Facebook's too: what else comes is no account, and might not fit a column.
UID = re.compile(r"[\x21-\x7e]{1,191}")


@contextmanager
def _as_documented() -> Iterator[None]:
    """Turn what a strange answer does to allauth's reading of it into an error of the provider."""
    try:
        yield
    except RequestException:
        raise
    except (AttributeError, LookupError, TypeError, ValueError, ImproperlyConfigured):
        raise ProviderException from None  # the answer, which may name somebody, stays out of tracebacks


class _Careful(OAuth2Adapter):
    """An adapter of allauth that takes any answer."""

    def get_access_token_data(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with _as_documented():
            return super().get_access_token_data(request, *args, **kwargs)

    def parse_token(self, data: Any) -> SocialToken:
        with _as_documented():
            return super().parse_token(data)

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        with _as_documented():
            login: SocialLogin = super().complete_login(request, app, token, **kwargs)
        if not UID.fullmatch(login.account.uid):
            raise ProviderException
        return login


class GoogleAdapter(_Careful, GoogleOAuth2Adapter):
    pass


class FacebookAdapter(_Careful, FacebookOAuth2Adapter):
    # By GET, allauth leaves out the verifier of PKCE, and the secret stands in an address.
    access_token_method = "POST"  # noqa: S105  no password


class Callback(OAuth2CallbackView):
    """The way back from a provider."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Log in, connect, or show the form. Raises Http404 for a provider that this site has no keys of."""
        try:
            response: HttpResponse = super().dispatch(request, *args, **kwargs)
        except SocialApp.DoesNotExist:
            raise Http404 from None
        except IntegrityError:  # another tab connected the same account meanwhile
            return redirect("socialaccount_connections")
        return response


google = require_GET(Callback.adapter_view(GoogleAdapter))
facebook = require_GET(Callback.adapter_view(FacebookAdapter))
