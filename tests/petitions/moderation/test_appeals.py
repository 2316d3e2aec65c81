"""An appeal: for six months, once, answered by somebody else, and carried out."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from mesopinions.mail.compose import compose
from mesopinions.mail.models import OutgoingMail
from petitions.models import Appeal, Comment, Decision, Draft, Petition
from petitions.selectors.decisions import appeal_until
from petitions.services import drafting
from petitions.services.moderating import appeals, comments, deciding, reading, refusals
from tests.factories import make_petition, make_user
from tests.petitions.moderation.conftest import WHY, send
from tests.support.concurrency import run_all_together, run_together

pytestmark = pytest.mark.django_db

now = timezone.now
WORDS = "Vous n’avez pas vu la dernière phrase."


@pytest.fixture
def refused(taken, mona):
    return deciding.refuse(submission=taken, **WHY, by=mona, at=now())


@pytest.fixture
def appeal(refused):
    return appeals.file_appeal(decision=refused, text=WORDS, at=now())


def answer(appeal, by, outcome="reversed"):
    assert appeals.claim_appeal(appeal=appeal, by=by, at=now())
    return appeals.answer_appeal(appeal=appeal, outcome=outcome, answer="Elle est claire.", by=by, at=now())


def mail(kind):
    return OutgoingMail.objects.get(kind=kind)


# --- Filing ----------------------------------------------------------------------------------------------------------


def test_an_appeal_is_acknowledged_and_due_in_a_fortnight_of_paris(refused):
    at = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)  # already the first of December in Paris
    appeal = appeals.file_appeal(decision=refused, text=WORDS, at=at)

    assert appeal.due_on.isoformat() == "2026-12-15"
    assert appeal.first_decider == refused.decided_by
    assert "15\u00a0décembre\u00a02026" in compose(mail("appeal_received")).body


def test_an_appeal_may_be_filed_for_six_months_to_the_day(taken, mona):
    with time_machine.travel(datetime(2026, 8, 31, 10, tzinfo=UTC), tick=False):
        refused = deciding.refuse(submission=taken, **WHY, by=mona, at=now())
    assert appeal_until(refused).isoformat() == "2027-02-28"

    with pytest.raises(refusals.NotOpenToAppeal):
        appeals.file_appeal(decision=refused, text=WORDS, at=datetime(2027, 2, 28, 23, 1, tzinfo=UTC))
    assert appeals.file_appeal(decision=refused, text=WORDS, at=datetime(2027, 2, 28, 22, 59, tzinfo=UTC))


def test_a_second_appeal_is_the_first(refused, appeal):
    with pytest.raises(refusals.AlreadyAppealed):
        appeals.file_appeal(decision=refused, text="Encore", at=now())

    assert Appeal.objects.get().text == WORDS


@pytest.mark.django_db(transaction=True)
def test_two_appeals_at_once_are_one():
    mona = make_user("mona", is_staff=True)
    submission = send(make_user("alice"))
    reading.claim(submission=submission, by=mona, at=now())
    decision = deciding.refuse(submission=submission, **WHY, by=mona, at=now())

    def file():
        try:
            return appeals.file_appeal(decision=decision, text=WORDS, at=now()).pk
        except refusals.AlreadyAppealed:
            return None

    assert len([pk for pk in run_together(6, file) if pk]) == 1
    assert OutgoingMail.objects.filter(kind="appeal_received").count() == 1


def test_what_went_well_is_not_open_to_appeal(taken, mona):
    published = deciding.publish_launch(submission=taken, by=mona, at=now())

    with pytest.raises(refusals.NotOpenToAppeal):
        appeals.file_appeal(decision=published, text=WORDS, at=now())


# --- Who answers -----------------------------------------------------------------------------------------------------


def test_the_first_decider_never_handles_the_appeal(appeal, mona):
    with pytest.raises(refusals.FirstDecider):
        appeals.claim_appeal(appeal=appeal, by=mona, at=now())
    with pytest.raises(refusals.FirstDecider):
        appeals.answer_appeal(appeal=appeal, outcome="upheld", answer="Non.", by=mona, at=now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.update(handler=mona)


def test_nobody_answers_their_own_appeal(appeal, alice):
    with pytest.raises(refusals.OwnContent):
        appeals.claim_appeal(appeal=appeal, by=alice, at=now())


def test_an_answer_needs_the_claim(appeal, luc):
    with pytest.raises(refusals.NotYours):
        appeals.answer_appeal(appeal=appeal, outcome="upheld", answer="Non.", by=luc, at=now())


def test_an_appeal_that_was_left_for_a_day_is_free_again(appeal, luc):
    other = make_user("ada", is_staff=True)
    appeals.claim_appeal(appeal=appeal, by=luc, at=now())

    assert not appeals.claim_appeal(appeal=appeal, by=other, at=now())
    assert appeals.claim_appeal(appeal=appeal, by=other, at=now() + timedelta(hours=25))


@pytest.mark.django_db(transaction=True)
def test_two_who_take_an_appeal_at_once_one_has_it():
    mona = make_user("mona", is_staff=True)
    submission = send(make_user("alice"))
    reading.claim(submission=submission, by=mona, at=now())
    decision = deciding.refuse(submission=submission, **WHY, by=mona, at=now())
    appeal = appeals.file_appeal(decision=decision, text=WORDS, at=now())
    people = [make_user(f"staff{number}", is_staff=True) for number in range(6)]

    taken = run_all_together([lambda one=one: appeals.claim_appeal(appeal=appeal, by=one, at=now()) for one in people])

    assert sum(taken) == 1


# --- What comes of it ------------------------------------------------------------------------------------------------


def test_a_refusal_that_is_reversed_publishes_what_was_sent(appeal, luc, client):
    undone = answer(appeal, luc)

    petition = Petition.objects.get()
    assert (petition.status, petition.refused_at, petition.shows_refusal) == ("published", None, False)
    assert (undone.act, undone.decided_by) == ("published", luc)
    assert client.get(petition.get_absolute_url()).status_code == 200
    words = compose(mail("appeal_answered")).body
    assert "Elle est claire." in words
    assert petition.get_absolute_url() in words
    assert not OutgoingMail.objects.filter(kind="petition_published").exists()  # the answer says it


def test_a_readable_refusal_that_is_reversed_is_public_like_any_other(alice, mona, luc):
    submission = send(alice, shows_refusal=True)
    reading.claim(submission=submission, by=mona, at=now())
    refused = deciding.refuse(submission=submission, **WHY, by=mona, at=now())
    assert Petition.objects.get().shows_refusal

    answer(appeals.file_appeal(decision=refused, text=WORDS, at=now()), luc)

    petition = Petition.objects.get()
    assert (petition.status, petition.shows_refusal, petition.text.number) == ("published", False, 1)


def test_a_return_that_is_reversed_publishes(taken, mona, luc):
    returned = deciding.return_petition(submission=taken, **WHY, by=mona, at=now())

    answer(appeals.file_appeal(decision=returned, text=WORDS, at=now()), luc)

    assert Petition.objects.get().status == "published"
    assert not Draft.objects.exists()


def test_a_return_that_is_reversed_too_late_leaves_the_new_text_to_its_reader(taken, mona, luc):
    returned = deciding.return_petition(submission=taken, **WHY, by=mona, at=now())
    appeal = appeals.file_appeal(decision=returned, text=WORDS, at=now())
    drafting.submit_draft(petition=Petition.objects.get(), language="fr", at=now())

    assert answer(appeal, luc) is None

    assert Petition.objects.get().status == "submitted"
    assert Appeal.objects.get().outcome == "reversed"


def test_what_its_author_changed_since_is_read_before_it_is_published(taken, mona, luc):
    returned = deciding.return_petition(submission=taken, **WHY, by=mona, at=now())
    appeal = appeals.file_appeal(decision=returned, text=WORDS, at=now())
    drafting.save_draft(draft=Draft.objects.get(), at=now(), author_name="Un nom que personne n’a lu")

    assert answer(appeal, luc) is None

    assert Petition.objects.get().status == "returned"
    assert Draft.objects.get().author_name == "Un nom que personne n’a lu"
    assert "Vous avez changé votre pétition depuis." in compose(mail("appeal_answered")).body


def test_an_older_text_is_not_published_instead_of_the_last(taken, mona, luc):
    returned = deciding.return_petition(submission=taken, **WHY, by=mona, at=now())
    appeal = appeals.file_appeal(decision=returned, text=WORDS, at=now())
    again = drafting.submit_draft(petition=Petition.objects.get(), language="fr", at=now())
    reading.claim(submission=again, by=mona, at=now())
    deciding.refuse(submission=again, **WHY, by=mona, at=now())

    assert answer(appeal, luc) is None

    assert Petition.objects.get().status == "rejected"


def test_a_closing_that_is_reversed_lets_people_sign_again(alice, mona, luc):
    petition = make_petition(author=alice)
    closed = deciding.close(petition=petition, **WHY, by=mona, at=now())

    answer(appeals.file_appeal(decision=closed, text=WORDS, at=now()), luc)

    assert Petition.objects.get().accepts_signatures(timezone.localdate())


def test_an_appeal_is_given_back_by_who_has_it_only(appeal, luc, mona):
    appeals.claim_appeal(appeal=appeal, by=luc, at=now())

    assert not appeals.release_appeal(appeal=appeal, by=mona)
    assert appeals.release_appeal(appeal=appeal, by=luc)
    assert Appeal.objects.get().handler is None


@pytest.mark.parametrize("status", ["published", "closed"])
def test_a_removal_that_is_reversed_puts_the_petition_back(alice, mona, luc, status):
    petition = make_petition(author=alice, status=status)
    removed = deciding.remove(petition=petition, **WHY, by=mona, at=now())

    answer(appeals.file_appeal(decision=removed, text=WORDS, at=now()), luc)

    assert Petition.objects.get().status == status


def test_a_signer_without_an_account_gets_a_hidden_comment_back(comment, mona, luc):
    comments.hide_comment(comment=comment, reason="hate", statement="Ce mot blesse.", by=mona, at=now())
    hidden = Decision.objects.get()
    told = mail("decision")
    assert (told.recipient, hidden.told) == ("samir@example.org", None)
    assert "Votre commentaire est masqué" in compose(told).body

    answer(appeals.file_appeal(decision=hidden, text=WORDS, at=now()), luc)

    assert Comment.objects.get().hidden_at is None
    assert mail("appeal_answered").recipient == "samir@example.org"


def test_a_comment_that_is_gone_is_not_brought_back(comment, mona, luc):
    comments.hide_comment(comment=comment, reason="hate", statement="Ce mot blesse.", by=mona, at=now())
    appeal = appeals.file_appeal(decision=Decision.objects.get(), text=WORDS, at=now())
    comment.delete()

    assert answer(appeal, luc) is None


def test_nobody_hides_or_shows_their_own_comment(comment, mona):
    comment.signature.user = mona
    comment.signature.save()

    with pytest.raises(refusals.OwnContent):
        comments.hide_comment(comment=comment, reason="hate", statement="Non.", by=mona, at=now())


def test_a_decision_that_is_upheld_changes_nothing_else(appeal, luc):
    assert answer(appeal, luc, "upheld") is None

    assert Petition.objects.get().status == "rejected"
    assert "La décision est maintenue" in compose(mail("appeal_answered")).body


def test_an_appeal_is_answered_once(appeal, luc):
    answer(appeal, luc, "upheld")

    with pytest.raises(refusals.AlreadyDecided):
        appeals.answer_appeal(appeal=appeal, outcome="reversed", answer="Oui.", by=luc, at=now())


def test_an_answer_killed_in_the_middle_leaves_nothing(appeal, luc, monkeypatch):
    appeals.claim_appeal(appeal=appeal, by=luc, at=now())

    def killed(*_about):
        raise SystemError

    monkeypatch.setattr(appeals.emails, "tell_of_appeal", killed)
    with pytest.raises(SystemError), transaction.atomic():
        appeals.answer_appeal(appeal=appeal, outcome="reversed", answer="Oui.", by=luc, at=now())

    assert (Petition.objects.get().status, Appeal.objects.get().closed_at) == ("rejected", None)
    assert Decision.objects.count() == 1
