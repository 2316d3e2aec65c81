import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from petitions.models import Petition
from tests.factories import make_petition, make_user
from tests.support.floods import Crowd, write

FRAUD = ("view_invalidation", "change_invalidation", "view_dispute", "change_dispute", "view_petition")


@pytest.fixture
def petition(db: None) -> Petition:
    return make_petition()


@pytest.fixture
def mona(db: None) -> User:
    """Who invalidates."""
    return make_user("mona", is_staff=True)


@pytest.fixture
def luc(db: None) -> User:
    """Who answers what Mona did."""
    return make_user("luc", is_staff=True)


@pytest.fixture
def crowd(petition: Petition) -> Crowd:
    return Crowd(petition)


@pytest.fixture
def flood(petition: Petition, crowd: Crowd) -> list[int]:
    """Forty signatures that a program made."""
    return write(petition, crowd.fast_network(40))


def browser_of(user: User, *codenames: str) -> Client:
    """Return the browser of somebody with these rights, all those about fraud unless said otherwise."""
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames or FRAUD))
    browser = Client()
    browser.force_login(user)
    return browser
