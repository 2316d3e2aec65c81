"""Edits at the moderators' desk: what is asked before mails leave, and what is left to decide."""

import pytest

from petitions.models import Submission
from petitions.services.moderating import deciding
from tests.factories import make_signature
from tests.petitions.moderation.conftest import browser_of
from tests.petitions.rewording.conftest import TITLE, WHY, now, send, take

pytestmark = pytest.mark.django_db

TEXTS = "/admin/petitions/submission/"


def test_mails_to_signers_are_asked_for_twice(petition, mona):
    make_signature(petition, confirmed=True)
    submission = take(send(petition, title=TITLE), mona)
    address = f"{TEXTS}{submission.pk}/decider/publier/"
    desk = browser_of(mona)

    asked = desk.post(address).content.decode()
    assert "Un e-mail parti ne revient pas." in asked
    assert Submission.objects.get().closed_at is None

    desk.post(address, {"confirmed": "1"})
    assert Submission.objects.get().tells_signers


def test_an_edit_that_nobody_signed_is_published_with_one_click(petition, mona):
    submission = take(send(petition, title=TITLE), mona)

    browser_of(mona).post(f"{TEXTS}{submission.pk}/decider/publier/")

    assert Submission.objects.get().closed_at


def test_an_edit_of_a_removed_petition_is_only_refused(petition, mona):
    submission = take(send(petition, title=TITLE), mona)
    deciding.remove(petition=petition, **WHY, by=mona, at=now())
    desk = browser_of(mona)

    page = desk.get(f"{TEXTS}{submission.pk}/change/").content.decode()

    assert "ce texte ne peut plus qu’être refusé" in page
    assert "decider/publier" not in page
    assert desk.post(f"{TEXTS}{submission.pk}/decider/publier/").status_code == 404
