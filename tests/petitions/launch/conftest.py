import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from petitions.models import Draft, Theme
from petitions.services import drafting
from tests.factories import make_user

TEXT = "Les rails sont là, la gare aussi, et personne ne s’arrête plus. " * 6

LAUNCH = "/petitions/lancer/"
EVERYTHING = {
    "title": "Rouvrez la gare",
    "theme": "social",
    "text": TEXT,
    "author_name": "Collectif Rail",
    "recipients-0-name": "La Région",
    "recipients-0-role": "transports",
    "recipients-0-email": "region@example.org",
    "recipients-1-name": "SNCF Réseau",
    "goal": "1 000",
    "video_url": "https://www.youtube.com/watch?v=aqz-KE-bpKQ",
}


def address(draft: Draft, word: str) -> str:
    return reverse("launch_step", args=[draft.pk, word])


def page_of(browser: Client, draft: Draft, word: str) -> str:
    response = browser.get(address(draft, word))
    assert response.status_code == 200
    return response.content.decode()


def complete(draft: Draft, **fields: object) -> Draft:
    """Fill in all that a petition needs."""
    parts = {
        "text": TEXT,
        "recipients": [{"name": "La Région", "role": "transports", "email": "region@example.org"}],
        "theme": Theme.objects.get(slug="social"),
        "author_name": "Alice Martin",
    }
    return drafting.save_draft(draft=draft, at=timezone.now(), **{**parts, **fields})


@pytest.fixture(autouse=True)
def no_limits(settings: LazySettings) -> None:
    settings.RATE_LIMITS = {name: (100_000, seconds) for name, (_count, seconds) in settings.RATE_LIMITS.items()}


@pytest.fixture
def alice(db: None) -> User:
    return make_user("alice", public_name="Alice Martin")


@pytest.fixture
def draft(alice: User) -> Draft:
    return drafting.start_draft(author=alice, title="Rouvrez la ligne", at=timezone.now())


@pytest.fixture
def ready(draft: Draft) -> Draft:
    return complete(draft)


@pytest.fixture
def author(client: Client, alice: User) -> Client:
    """Alice's browser."""
    client.force_login(alice)
    return client


@pytest.fixture
def oscar(db: None) -> Client:
    """Somebody else's browser."""
    browser = Client()
    browser.force_login(make_user("oscar"))
    return browser
