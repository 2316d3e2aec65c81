"""« Tendances »: what rises now comes first, and no reader pays for the sum."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from petitions.models import DailyTally, Petition, TallyDelta
from petitions.models.tally import Kind
from petitions.services import tally, trending
from petitions.tasks import score_trends
from tests.factories import make_petition, make_signature
from tests.support.concurrency import run_together

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def rise(petition, *, by=1, days_ago=0, kind=Kind.CONFIRMATION, departement="59"):
    DailyTally.objects.create(
        petition=petition, day=TODAY - timedelta(days=days_ago), departement=departement, kind=kind, total=by
    )


def trend_of(petition):
    return Petition.objects.values_list("trend", flat=True).get(pk=petition.pk)


def score():
    return trending.score(TODAY)


@pytest.mark.parametrize(
    ("days_ago", "trend"), [(0, 64), (1, 32), (2, 16), (3, 8), (4, 4), (5, 2), (6, 1), (7, 0), (400, 0), (-1, 0)]
)
def test_each_day_weighs_half_of_the_day_after_it_and_a_week_ago_nothing(petition, days_ago, trend):
    rise(petition, days_ago=days_ago)
    score()

    assert trend_of(petition) == trend


def test_a_confirmation_counts_whether_or_not_it_is_folded(petition):
    for number in range(3):
        make_signature(petition, f"signer{number}", confirmed=True)
    score()
    waiting = trend_of(petition)
    tally.fold()
    score()

    assert waiting == trend_of(petition) == 3 * 64


def test_a_signature_that_waits_for_its_mail_moves_nothing(petition, pending):
    score()

    assert trend_of(petition) == 0


@pytest.mark.parametrize("kind", [Kind.WITHDRAWAL, Kind.INVALIDATION, Kind.ERASURE])
def test_what_is_taken_back_lifts_nothing(petition, kind):
    rise(petition, by=10)
    rise(petition, by=-10, kind=kind)
    score()

    assert trend_of(petition) == 0


def test_a_count_that_sinks_is_no_less_than_still(petition):
    rise(petition, by=-10, kind=Kind.WITHDRAWAL)
    score()

    assert trend_of(petition) == 0


def test_a_corrected_postal_code_moves_nothing(petition):
    for departement, delta in (("59", -1), ("62", 1)):
        TallyDelta.objects.create(
            petition=petition, day=TODAY, departement=departement, kind=Kind.CORRECTION, delta=delta
        )
    score()

    assert trend_of(petition) == 0


@pytest.mark.parametrize(
    "fields", [{"status": "closed"}, {"status": "removed"}, {"closes_on": TODAY - timedelta(days=1)}]
)
def test_what_nobody_can_sign_any_more_has_no_trend(fields):
    petition = make_petition(trend=500, **fields)
    rise(petition, by=10)
    score()

    assert trend_of(petition) == 0


def test_a_petition_that_moves_no_more_sinks_back(petition):
    Petition.objects.filter(pk=petition.pk).update(trend=500)
    score()

    assert trend_of(petition) == 0


def test_a_count_beyond_all_measure_is_no_error(petition):
    rise(petition, by=2_147_483_647)
    score()

    assert trend_of(petition) == 2_147_483_647


def test_a_second_run_writes_nothing(petition):
    rise(petition)

    assert (score(), score()) == (1, 0)


def test_all_scores_are_one_statement():
    for number in range(20):
        rise(make_petition(slug=f"p{number}"), by=number)
    with CaptureQueriesContext(connection) as queries:
        score()

    assert len(queries) == 1


def test_the_job_runs_by_the_clock(petition):
    rise(petition)
    score_trends()

    assert trend_of(petition) == 64


@pytest.mark.django_db(transaction=True)
def test_a_row_that_somebody_holds_is_left_for_the_next_run():
    held, free = make_petition(slug="a"), make_petition(slug="b")
    rise(held)
    rise(free)
    with transaction.atomic():
        Petition.objects.select_for_update().get(pk=held.pk)
        run_together(1, score)

        assert (trend_of(held), trend_of(free)) == (0, 64)
    score()

    assert trend_of(held) == 64


@pytest.mark.django_db(transaction=True)
def test_scores_and_folds_at_once_wait_for_nobody_and_end_right():
    petitions = [make_petition(slug=f"p{number}") for number in range(5)]
    for number, petition in enumerate(petitions * 3):
        make_signature(petition, f"signer{number}", confirmed=True)
    run_together(4, lambda: (tally.fold(), score()))
    score()

    assert [trend_of(petition) for petition in petitions] == [3 * 64] * 5
