import pytest
from django.test import Client

from petitions.models import Petition, Signature
from tests.factories import make_petition, make_signature, make_user


@pytest.fixture
def petition(db: None) -> Petition:
    return make_petition()


@pytest.fixture
def pending(petition: Petition) -> Signature:
    return make_signature(petition)


@pytest.fixture
def confirmed(petition: Petition) -> Signature:
    return make_signature(petition, confirmed=True)


@pytest.fixture
def staff(client: Client, db: None) -> Client:
    """The browser of somebody who may do everything in the admin."""
    client.force_login(make_user("admin", is_staff=True, is_superuser=True))
    return client
