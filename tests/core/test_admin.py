"""The clockwork in the admin."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from mesopinions.core.models import JobClaim

pytestmark = pytest.mark.django_db

JOBS = "/admin/core/jobclaim/"


@pytest.fixture
def staff(client):
    client.force_login(User.objects.create_superuser("admin@example.org"))
    return client


@pytest.mark.parametrize(("age", "icon"), [(5, "icon-yes"), (60, "icon-no")])
def test_a_job_that_missed_a_slot_is_late(staff, age, icon):
    claimed_at = timezone.now() - timedelta(seconds=age)
    JobClaim.objects.create(name="petitions.fold_tally", slot=1, claimed_at=claimed_at)

    assert icon in staff.get(JOBS).content.decode()


def test_a_job_of_an_older_version_of_the_site_is_neither_late_nor_on_time(staff):
    JobClaim.objects.create(name="petitions.no_longer", slot=1)

    assert "icon-unknown" in staff.get(JOBS).content.decode()


def test_nobody_moves_the_clockwork_by_hand(staff):
    JobClaim.objects.create(name="petitions.fold_tally", slot=1)

    for page in ("add/", "petitions.fold_5Ftally/change/", "petitions.fold_5Ftally/delete/"):
        assert staff.post(JOBS + page, {"post": "yes"}).status_code == 403
