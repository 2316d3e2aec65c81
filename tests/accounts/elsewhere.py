"""Somebody between the site and a provider: what their browser does, over the provider's real HTTP."""

import json
import time
from typing import Any
from urllib.parse import urlencode, urlsplit

import redis
import requests
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.apps import apps
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from mesopinions.mail.models import OutgoingMail
from tests.fakes.oauth import NO, YES
from tests.support import environment

SIGNUP, CONNECTIONS, CONFIRM = "/compte/3rdparty/signup/", "/compte/3rdparty/", "/compte/confirm-email/"


def leave_for(client: Client, provider: str, **query: str) -> str:
    """Click on the button and return the address at the provider."""
    response = client.get(f"/compte/{provider}/login/", query)
    assert response.status_code == 302
    return str(response["Location"])


def answer(address: str, word: str = YES) -> str:
    """Answer at the provider and return the path on this site that it leads back to."""
    back = requests.get(f"{address}&{urlencode({'answer': word})}", allow_redirects=False, timeout=5)
    parts = urlsplit(back.headers["Location"])
    return f"{parts.path}?{parts.query}"


def log_in_with(client: Client, provider: str, word: str = YES, **query: str) -> HttpResponse:
    """Go there, answer, and come back."""
    return client.get(answer(leave_for(client, provider, **query), word))


def say_no(client: Client, provider: str, **query: str) -> HttpResponse:
    return log_in_with(client, provider, NO, **query)


def sign_up_with(client: Client, provider: str, **fields: str) -> HttpResponse:
    """Go there, come back, and send the form as it is shown, but for `fields`."""
    assert log_in_with(client, provider)["Location"] == SIGNUP
    shown = client.get(SIGNUP).context["form"].initial
    return client.post(SIGNUP, {name: shown[name] for name in ("first_name", "last_name", "email")} | fields)


def link(user: User, provider: str, uid: str, email: str = "") -> SocialAccount:
    """Link an account elsewhere to an account here, as if it had been long ago."""
    return SocialAccount.objects.create(user=user, provider=provider, uid=uid, extra_data={"email": email})


def uid_of(fake: Any) -> str:
    return str(fake.person.get("sub") or fake.person["id"])


def prove(client: Client) -> None:
    """Let this session have just proved who it is."""
    session = client.session
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": time.time(), "reauthenticated": True},
    ]
    session.save()


def is_logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def mails() -> list[tuple[str, str]]:
    """Return the kind and the recipient of every mail of the outbox, in order."""
    return list(OutgoingMail.objects.order_by("pk").values_list("kind", "recipient"))


def mailed_code() -> str:
    """Return the code of the last mail that brings one."""
    return str(OutgoingMail.objects.filter(kind="account_code").latest("pk").read_enclosed()["code"])


def made() -> tuple[int, int, int]:
    """Return how many accounts, addresses and links to accounts elsewhere there are."""
    assert not SocialToken.objects.exists()
    return User.objects.count(), EmailAddress.objects.count(), SocialAccount.objects.count()


def everything_stored() -> str:
    """Return all that tables, sessions and Redis hold, as one text."""
    rows = [list(model._base_manager.values()) for model in apps.get_models() if model._meta.managed]
    sessions = [session.get_decoded() for session in Session.objects.all()]
    with redis.Redis.from_url(environment.redis_url()) as store:
        kept = [(key, store.dump(key)) for key in store.scan_iter()]
    return json.dumps([rows, sessions], default=str) + repr(kept)
