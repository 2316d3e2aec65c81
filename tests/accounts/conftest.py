"""The cast of the account tests."""

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from tests.fakes.facebook import FakeFacebook
from tests.fakes.google import FakeGoogle
from tests.fakes.oauth import running
from tests.support import environment

PASSWORD = "trois petits tigres"


@pytest.fixture
def alice(db):
    return get_user_model().objects.create_user("Alice@example.org", PASSWORD, email_confirmed_at=timezone.now())


@pytest.fixture
def mona(db):
    """Mona moderates: she is staff, and may look at accounts and change them."""
    return get_user_model().objects.create_user("mona@example.org", is_staff=True)


@pytest.fixture
def admin(db):
    return get_user_model().objects.create_superuser("admin@example.org")


@pytest.fixture
def google():
    with running(FakeGoogle(environment.GOOGLE_PORT)) as fake:
        yield fake


@pytest.fixture
def facebook():
    with running(FakeFacebook(environment.FACEBOOK_PORT)) as fake:
        yield fake


@pytest.fixture(params=["google", "facebook"])
def elsewhere(request):
    """Each provider in turn."""
    return request.getfixturevalue(request.param)
