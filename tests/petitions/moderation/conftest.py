from collections.abc import Callable
from datetime import datetime

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts.models import User
from petitions.models import Comment, Petition, Submission, Theme
from petitions.services import drafting
from petitions.services.moderating import reading
from tests.factories import make_signature, make_user

WHY = {"reason": "unclear", "statement": "Dites à qui vous demandez quoi."}
MODERATOR = (
    *(f"{verb}_{model}" for model in ("submission", "appeal", "petition", "comment") for verb in ("view", "change")),
    "view_decision",
)
TEXT = "Les rails sont là.\n\nNous demandons que la Région rouvre la ligne."


@pytest.fixture
def alice(db: None) -> User:
    return make_user("alice", public_name="Alice Martin")


@pytest.fixture
def mona(db: None) -> User:
    return make_user("mona", is_staff=True)


@pytest.fixture
def luc(db: None) -> User:
    return make_user("luc", is_staff=True)


def allow(user: User, *codenames: str) -> None:
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))


def browser_of(user: User, *codenames: str) -> Client:
    """Return the browser of somebody with these rights, those of a moderator unless said otherwise."""
    allow(user, *(codenames or MODERATOR))
    browser = Client()
    browser.force_login(user)
    return browser


def send(author: User, *, at: datetime | None = None, title: str = "Rouvrons la ligne", **fields: object) -> Submission:
    """Write a petition with the author's services, and send it."""
    at = at or timezone.now()
    words = {
        "text": TEXT,
        "recipients": [{"name": "La Région", "role": "autorité des transports", "email": "region@example.org"}],
        "theme": Theme.objects.get(slug="social"),
        "author_name": "Alice Martin",
        "goal": 500,
    }
    draft = drafting.start_draft(author=author, title=title, at=at, **{**words, **fields})
    return drafting.submit_draft(petition=draft.petition, language="fr", at=at)


@pytest.fixture
def sent(alice: User) -> Submission:
    """What Alice sent, and nobody has taken."""
    return send(alice)


@pytest.fixture
def taken(sent: Submission, mona: User) -> Submission:
    """What Alice sent, in Mona's hands."""
    assert reading.claim(submission=sent, by=mona, at=timezone.now())
    return sent


@pytest.fixture
def comment(petition: Petition) -> Comment:
    """Samir's public comment."""
    make_signature(petition, confirmed=True, comment="Un mot de trop")
    return Comment.objects.select_related("petition__theme", "petition__author", "signature").get()


@pytest.fixture
def commit(django_capture_on_commit_callbacks: Callable[..., object]) -> Callable[..., object]:
    """What runs after a commit, which a test's own transaction never reaches."""
    return django_capture_on_commit_callbacks
