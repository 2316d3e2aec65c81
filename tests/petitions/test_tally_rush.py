"""A rush after a quiet time: the ledger folds in a moment although the database believes it to be empty."""

import time

import pytest
from django.db import connection
from django.utils import timezone

from petitions.models import Petition, TallyDelta
from petitions.services import tally
from tests.factories import make_petition

RUSH = 10_000


def confirm(petition: Petition, count: int) -> None:
    TallyDelta.objects.bulk_create(
        TallyDelta(petition=petition, day=timezone.localdate(), departement="59", kind="confirmation", delta=1)
        for _ in range(count)
    )


@pytest.mark.django_db(transaction=True)
def test_ten_thousand_confirmations_fold_at_once_after_a_quiet_day():
    petition = make_petition()
    confirm(petition, 2_000)
    tally.fold()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE petitions_tallydelta")  # as PostgreSQL does by itself: pages, and no row in them
    confirm(petition, RUSH)

    began = time.monotonic()
    assert tally.fold() == RUSH

    assert time.monotonic() - began < 4
    petition.refresh_from_db()
    assert petition.signatures_total == 2_000 + RUSH
