"""The cast of the account tests."""

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

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
