import pytest

from petitions.models import Petition, Signature
from tests.factories import make_petition, make_signature


@pytest.fixture
def petition(db: None) -> Petition:
    return make_petition()


@pytest.fixture
def pending(petition: Petition) -> Signature:
    return make_signature(petition)


@pytest.fixture
def confirmed(petition: Petition) -> Signature:
    return make_signature(petition, confirmed=True)
