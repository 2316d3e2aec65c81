"""Where Google and Facebook are asked who somebody is. Settings import this page, so it imports nothing of ours."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured

GRAPH = "v24.0"
GOOGLE_ISSUER = "https://accounts.google.com"


@dataclass(frozen=True, slots=True)
class Keys:
    """What the environment says of one provider. Without a client there is no button; `base_url` is for fakes."""

    client_id: str
    secret: str
    base_url: str


def configured(*, google: Keys, facebook: Keys) -> dict[str, Any]:
    """Return allauth's SOCIALACCOUNT_PROVIDERS: PKCE on, and no more asked for than an account needs.

    Raises ImproperlyConfigured for a client without a secret: anybody could sign in Meta's name.
    """
    return {"google": _google(google), "facebook": _facebook(facebook)}


def _google(keys: Keys) -> dict[str, Any]:
    base = keys.base_url.rstrip("/")
    return {
        "APPS": _apps("Google", keys),
        "SCOPE": ["profile", "email"],
        "OAUTH_PKCE_ENABLED": True,
        "AUTHORIZE_URL": f"{base or 'https://accounts.google.com'}/o/oauth2/v2/auth",
        "ACCESS_TOKEN_URL": f"{base or 'https://oauth2.googleapis.com'}/token",
        "IDENTITY_URL": f"{base or 'https://www.googleapis.com'}/oauth2/v2/userinfo",
        "CERTS_URL": f"{base or 'https://www.googleapis.com'}/oauth2/v1/certs",
        "ID_TOKEN_ISSUER": [GOOGLE_ISSUER, base] if base else GOOGLE_ISSUER,
    }


def _facebook(keys: Keys) -> dict[str, Any]:
    base = keys.base_url.rstrip("/")
    return {
        "APPS": _apps("Facebook", keys),
        "SCOPE": ["email", "public_profile"],
        "FIELDS": ["id", "email", "first_name", "last_name"],
        "OAUTH_PKCE_ENABLED": True,
        "VERIFIED_EMAIL": False,  # Facebook does not say whether somebody reads that mailbox
        "VERSION": GRAPH,
        "AUTHORIZE_URL": f"{base or 'https://www.facebook.com'}/{GRAPH}/dialog/oauth",
        "GRAPH_API_URL": f"{base or 'https://graph.facebook.com'}/{GRAPH}",
    }


def _apps(name: str, keys: Keys) -> list[dict[str, str]]:
    if not keys.client_id:
        return []
    if not keys.secret:
        raise ImproperlyConfigured(f"{name.upper()}_CLIENT_ID needs {name.upper()}_CLIENT_SECRET.")
    return [{"name": name, "client_id": keys.client_id, "secret": keys.secret}]
