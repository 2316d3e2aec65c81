"""One text, one reader."""

from datetime import timedelta

import pytest
from django.utils import timezone

from petitions.models import Submission
from petitions.services import drafting
from petitions.services.moderating import deciding, reading, refusals
from petitions.services.moderating.reading import CLAIM_LASTS
from tests.factories import make_user
from tests.petitions.moderation.conftest import WHY, send
from tests.support.concurrency import run_all_together

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_two_moderators_who_claim_the_same_text_at_once_one_has_it():
    submission = send(make_user("alice"))
    people = [make_user(f"staff{number}", is_staff=True) for number in range(8)]
    now = timezone.now()

    taken = run_all_together([lambda one=one: reading.claim(submission=submission, by=one, at=now) for one in people])

    assert sorted(taken) == [False] * 7 + [True]
    assert Submission.objects.get().claimed_by == people[taken.index(True)]


def test_who_has_it_takes_it_again_and_keeps_it(taken, mona, luc):
    assert reading.claim(submission=taken, by=mona, at=timezone.now())
    assert not reading.claim(submission=taken, by=luc, at=timezone.now())


def test_a_text_that_was_left_for_a_day_is_free_again(taken, luc):
    assert not reading.claim(submission=taken, by=luc, at=timezone.now() + CLAIM_LASTS - timedelta(minutes=1))
    assert reading.claim(submission=taken, by=luc, at=timezone.now() + CLAIM_LASTS + timedelta(minutes=1))


def test_a_text_given_back_is_free_and_only_its_reader_gives_it_back(taken, mona, luc):
    assert not reading.release(submission=taken, by=luc)
    assert reading.release(submission=taken, by=mona)
    assert not reading.release(submission=taken, by=mona)
    assert reading.claim(submission=taken, by=luc, at=timezone.now())


def test_nobody_takes_their_own_text(sent, alice):
    with pytest.raises(refusals.OwnContent):
        reading.claim(submission=sent, by=alice, at=timezone.now())


def test_a_text_that_was_decided_cannot_be_taken(taken, mona, luc):
    deciding.refuse(submission=taken, **WHY, by=mona, at=timezone.now())

    assert not reading.claim(submission=taken, by=luc, at=timezone.now() + 2 * CLAIM_LASTS)


def test_a_text_that_its_author_took_back_cannot_be_taken(sent, mona):
    drafting.take_back(petition=sent.petition, at=timezone.now())

    assert not reading.claim(submission=sent, by=mona, at=timezone.now())
