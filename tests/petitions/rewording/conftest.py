from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from accounts.models import User
from petitions.models import Petition, Submission
from petitions.services.moderating import reading
from petitions.services.rewording import editing, publishing
from tests.factories import make_petition, make_user

WHY = {"reason": "unclear", "statement": "Dites à qui vous demandez quoi."}
TITLE = "Rouvrons la ligne et la gare"
NOTE = "La Région nous a demandé d’être précis."
REGION = {"name": "La Région", "role": "autorité des transports"}


def now():
    return timezone.now()


def send(petition: Petition, **fields: object) -> Submission:
    """Write another version as Alice does, and send it."""
    draft = editing.begin_edit(petition=petition, by=petition.author, at=now())
    editing.save_edit(draft=draft, at=now(), **{"note": NOTE, **fields})
    return editing.send_edit(petition=petition, at=now())


def take(submission: Submission, by: User) -> Submission:
    assert reading.claim(submission=submission, by=by, at=now())
    return submission


def publish(petition: Petition, by: User, *, tells_signers: bool = True, **fields: object) -> Submission:
    """Send another version and publish it. Returns what was sent."""
    submission = take(send(petition, **(fields or {"title": TITLE})), by)
    publishing.publish_edit(submission=submission, tells_signers=tells_signers, by=by, at=now())
    submission.refresh_from_db()
    return submission


@pytest.fixture(autouse=True)
def no_limits(settings: LazySettings) -> None:
    settings.RATE_LIMITS = {name: (100_000, seconds) for name, (_count, seconds) in settings.RATE_LIMITS.items()}


@pytest.fixture
def alice(db: None) -> User:
    return make_user("alice", public_name="Alice Martin")


@pytest.fixture
def mona(db: None) -> User:
    return make_user("mona", is_staff=True)


@pytest.fixture
def luc(db: None) -> User:
    return make_user("luc", is_staff=True)


@pytest.fixture
def petition(alice: User) -> Petition:
    """What Alice has published."""
    return make_petition(author=alice)


@pytest.fixture
def author(client: Client, alice: User) -> Client:
    """Alice's browser."""
    client.force_login(alice)
    return client


@pytest.fixture
def commit(django_capture_on_commit_callbacks: Callable[..., object]) -> Callable[..., object]:
    return django_capture_on_commit_callbacks
