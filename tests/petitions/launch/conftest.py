import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from petitions.models import Draft, Theme
from petitions.services import drafting
from tests.factories import make_user

TEXT = "Les rails sont là, la gare aussi, et personne ne s’arrête plus. " * 6


def complete(draft: Draft, **fields: object) -> Draft:
    """Fill in all that a petition needs."""
    parts = {
        "text": TEXT,
        "recipients": [{"name": "La Région", "role": "transports", "email": "region@example.org"}],
        "theme": Theme.objects.get(slug="social"),
        "author_name": "Alice Martin",
    }
    return drafting.save_draft(draft=draft, at=timezone.now(), **{**parts, **fields})


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
