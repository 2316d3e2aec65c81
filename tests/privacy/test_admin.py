"""The consent ledger in the admin: read only, and without saying who."""

import pytest

from accounts.models import User
from privacy import consent
from privacy.consent import Purpose
from privacy.models import ConsentRecord

pytestmark = pytest.mark.django_db

LEDGER = "/admin/privacy/consentrecord/"


@pytest.fixture
def proof_id(samir):
    return consent.record(samir, Purpose.AUTHOR_UPDATES, scope="petition:12", language="fr", place="sign_form")


@pytest.fixture
def staff(client):
    client.force_login(User.objects.create_superuser("admin@example.org"))
    return client


@pytest.mark.parametrize("page", ["", "{}/change/"])
def test_a_proof_is_shown_without_its_subject(staff, samir, proof_id, page):
    content = staff.get(LEDGER + page.format(proof_id)).content.decode()

    assert "petition:12" in content
    assert samir.key not in content


@pytest.mark.parametrize("page", ["add/", "{}/delete/"])
def test_nobody_writes_the_ledger_in_the_admin(staff, proof_id, page):
    assert staff.post(LEDGER + page.format(proof_id), {"post": "yes"}).status_code == 403


def test_nobody_changes_a_proof_in_the_admin(staff, proof_id):
    assert staff.post(f"{LEDGER}{proof_id}/change/", {"granted": ""}).status_code == 403
    assert ConsentRecord.objects.get(pk=proof_id).granted
