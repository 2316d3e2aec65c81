"""Drafts: begun, kept at each step, sent once, taken back, deleted, forgotten."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from petitions.dates import latest_last_day, proposed_last_day
from petitions.models import Draft, Petition, Recipient, Submission
from petitions.services import closing, drafting
from privacy import consent
from privacy.consent import Purpose
from privacy.models import ConsentRecord
from privacy.registry import Subject
from privacy.services.purging import purge_due
from privacy.services.rules import all_rules
from tests.factories import make_petition, make_user
from tests.petitions.launch.conftest import TEXT
from tests.support.concurrency import run_all_together, run_together

NOW = timezone.now()


def start(author, title="Rouvrez la ligne", **fields):
    return drafting.start_draft(author=author, title=title, at=NOW, **fields)


def save(draft, **fields):
    return drafting.save_draft(draft=draft, at=NOW, **fields)


def submit(draft):
    return drafting.submit_draft(petition=draft.petition, language="fr", at=NOW)


def agrees(author, draft):
    return consent.is_granted(Subject(author.email, author.pk), Purpose.PUBLISH_PETITION, scope=f"petition:{draft.pk}")


def in_thread(act, refusal):
    try:
        return act()
    except refusal:
        return None


# --- Beginning -------------------------------------------------------------------------------------------------------


def test_a_draft_begins_with_a_title_a_public_name_and_six_months(alice):
    draft = start(alice)

    assert (draft.title, draft.author_name) == ("Rouvrez la ligne", "Alice Martin")
    assert draft.closes_on == proposed_last_day(timezone.localdate(NOW))
    assert (draft.petition.status, draft.petition.theme.slug) == ("draft", "autres")


@pytest.mark.parametrize(
    ("today", "proposed"),
    [
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2026, 12, 15), date(2027, 6, 15)),
        (date(2027, 8, 31), date(2028, 2, 29)),
    ],
)
def test_six_months_follow_the_calendar(today, proposed):
    assert proposed_last_day(today) == proposed


def test_somebody_without_a_confirmed_address_cannot_begin(db):
    with pytest.raises(drafting.NotConfirmed):
        start(make_user("oscar", confirmed=False))


def test_the_same_title_sent_twice_is_one_draft(alice):
    assert start(alice).pk == start(alice).pk


def test_a_title_that_has_a_text_already_is_another_petition_the_next_time(alice):
    first = start(alice)
    save(first, text=TEXT)

    assert start(alice).pk != first.pk


def test_an_author_has_ten_open_drafts_at_most(alice):
    for number in range(drafting.OPEN_DRAFTS_AT_MOST):
        start(alice, f"Titre {number}")

    with pytest.raises(drafting.TooManyDrafts):
        start(alice, "Un de trop")


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_do_not_pass_the_limit(alice):
    for number in range(drafting.OPEN_DRAFTS_AT_MOST - 1):
        start(alice, f"Titre {number}")
    names = iter(["un", "deux", "trois", "quatre"])

    run_together(4, lambda: in_thread(lambda: start(alice, next(names)), drafting.TooManyDrafts))

    assert Draft.objects.count() == drafting.OPEN_DRAFTS_AT_MOST


# --- Keeping ---------------------------------------------------------------------------------------------------------


def test_each_step_keeps_what_it_has_and_leaves_the_rest(draft):
    save(draft, text="Le début.")
    save(draft, author_name="Collectif")

    draft.refresh_from_db()
    assert (draft.title, draft.text, draft.author_name) == ("Rouvrez la ligne", "Le début.", "Collectif")


def test_an_older_tab_does_not_overwrite_newer_words(draft):
    seen = drafting.fingerprint(draft, ["text"])
    save(draft, text="Des mots nouveaux.", seen=seen)

    with pytest.raises(drafting.WrittenElsewhere) as refusal:
        save(draft, text="De vieux mots.", seen=seen)
    assert refusal.value.draft.text == "Des mots nouveaux."


def test_an_older_tab_that_says_the_same_is_no_conflict(draft):
    seen = drafting.fingerprint(draft, ["text"])
    save(draft, text="Des mots.", seen=seen)

    assert save(draft, text="Des mots.", seen=seen).text == "Des mots."


def test_what_changed_in_another_step_is_no_conflict(draft):
    seen = drafting.fingerprint(draft, ["text"])
    save(draft, title="Un autre titre")

    assert save(draft, text="Des mots.", seen=seen).title == "Un autre titre"


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_save_at_once_lose_nothing_without_saying_so(draft):
    seen = drafting.fingerprint(draft, ["text"])
    acts = [
        lambda words=words: in_thread(lambda: save(draft, text=words, seen=seen), drafting.WrittenElsewhere)
        for words in ("Un.", "Deux.")
    ]

    saved = run_all_together(acts)

    assert [bool(one) for one in saved].count(True) == 1


def test_nobody_writes_in_a_petition_that_was_sent(ready):
    submit(ready)

    with pytest.raises(drafting.AlreadySent):
        save(ready, text="Autre chose.")


# --- Sending ---------------------------------------------------------------------------------------------------------


def test_sending_makes_one_submission_without_addresses_and_keeps_the_agreement(alice, ready):
    submission = submit(ready)

    assert (submission.title, submission.text) == (ready.title, TEXT)
    assert submission.recipients == [{"name": "La Région", "role": "transports"}]
    assert Petition.objects.get().status == "submitted"
    assert agrees(alice, ready)


def test_sending_twice_is_one_submission(ready):
    assert submit(ready) == submit(ready)
    assert ConsentRecord.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_send_at_once_make_one_submission(ready):
    found = run_together(4, lambda: submit(ready).pk)

    assert len(set(found)) == 1
    assert Submission.objects.count() == ConsentRecord.objects.count() == 1


@pytest.mark.parametrize(
    ("missing", "value"),
    [("text", ""), ("text", "x" * 20_001), ("recipients", []), ("theme", None), ("author_name", ""), ("title", "")],
)
def test_an_incomplete_petition_is_not_sent(ready, missing, value):
    save(ready, **{missing: value})

    with pytest.raises(drafting.Incomplete) as refusal:
        submit(ready)
    assert refusal.value.parts == [missing]
    assert not Submission.objects.exists()


def test_a_last_day_that_has_passed_or_is_too_far_is_missing(ready):
    today = timezone.localdate(NOW)
    for day in (today, latest_last_day(today) + timedelta(days=1), None):
        assert drafting.missing_parts(save(ready, closes_on=day), today) == ["closes_on"]


def test_an_address_that_is_no_longer_confirmed_sends_nothing(alice, ready):
    alice.email_confirmed_at = None
    alice.save()

    with pytest.raises(drafting.NotConfirmed):
        submit(ready)


def test_a_returned_petition_is_sent_again(ready):
    first = submit(ready)
    Submission.objects.filter(pk=first.pk).update(closed_at=NOW)
    Petition.objects.update(status="returned")

    save(ready, text=TEXT + "Mieux.")

    assert submit(ready).pk != first.pk


# --- Taking back and deleting ----------------------------------------------------------------------------------------


def test_what_nobody_reads_yet_can_be_taken_back_with_the_agreement(alice, ready):
    submit(ready)

    assert drafting.take_back(petition=ready.petition, at=NOW)

    assert not drafting.take_back(petition=ready.petition, at=NOW)
    assert Petition.objects.get().status == "draft"
    assert not Submission.objects.exists()
    assert not agrees(alice, ready)
    submit(ready)
    assert agrees(alice, ready)


def test_what_somebody_reads_cannot_be_taken_back(ready):
    Submission.objects.filter(pk=submit(ready).pk).update(claimed_by=make_user("mona"), claimed_at=NOW)

    with pytest.raises(drafting.AlreadyClaimed):
        drafting.take_back(petition=ready.petition, at=NOW)
    assert Petition.objects.get().status == "submitted"


def test_a_deleted_draft_leaves_nothing_that_names_anybody(alice, ready):
    submit(ready)
    drafting.take_back(petition=ready.petition, at=NOW)

    assert drafting.delete_draft(petition=ready.petition, at=NOW)

    assert not drafting.delete_draft(petition=ready.petition, at=NOW)
    assert not Petition.objects.exists()
    assert not Draft.objects.exists()
    assert not ConsentRecord.objects.filter(pseudonymised_at=None).exists()


@pytest.mark.parametrize("status", ["submitted", "rejected", "published", "closed", "removed"])
def test_nothing_else_than_a_draft_can_be_deleted(alice, status):
    petition = make_petition(author=alice, status=status)

    with pytest.raises(drafting.AlreadySent):
        drafting.delete_draft(petition=petition, at=NOW)


# --- Forgetting ------------------------------------------------------------------------------------------------------


def purge_drafts(after):
    [run] = purge_due(as_of=NOW + after, rules=[rule for rule in all_rules() if rule.name == "petitions.draft"])
    return run.handled


def test_a_draft_goes_a_year_after_its_last_words_with_its_whole_petition(draft):
    assert purge_drafts(timedelta(days=364)) == 0
    assert purge_drafts(timedelta(days=367)) == 1

    assert not Petition.objects.exists()


def test_the_old_draft_of_a_public_petition_goes_alone(alice):
    petition = make_petition(author=alice)
    Draft.objects.create(petition=petition, title="Une idée", updated_at=NOW)

    assert purge_drafts(timedelta(days=367)) == 1

    assert Petition.objects.get() == petition
    assert Recipient.objects.exists()


def test_a_petition_that_waits_for_its_reader_is_not_forgotten(ready):
    submit(ready)

    assert purge_drafts(timedelta(days=800)) == 0


# --- Closing later ---------------------------------------------------------------------------------------------------


def extend(petition, day):
    return closing.extend_petition(petition=petition, last_day=day, at=NOW)


def test_an_open_petition_can_be_signed_longer_up_to_thirty_months(alice):
    petition = make_petition(author=alice)
    latest = latest_last_day(timezone.localdate(petition.published_at))

    assert extend(petition, latest)
    assert not extend(petition, latest)
    with pytest.raises(closing.CannotExtend):
        extend(petition, latest + timedelta(days=1))
    assert Petition.objects.get().closes_on == latest


def test_a_last_day_that_was_promised_does_not_come_sooner(alice):
    petition = make_petition(author=alice)

    with pytest.raises(closing.CannotExtend):
        extend(petition, petition.closes_on - timedelta(days=1))


@pytest.mark.parametrize("status", ["draft", "submitted", "closed", "removed"])
def test_what_cannot_be_signed_is_not_extended(alice, status):
    petition = make_petition(author=alice, status=status)

    with pytest.raises(closing.CannotExtend):
        extend(petition, petition.closes_on + timedelta(days=1))


def test_the_database_refuses_a_petition_open_for_longer_than_thirty_months(alice):
    petition = make_petition(author=alice)
    latest = latest_last_day(timezone.localdate(petition.published_at))

    Petition.objects.update(closes_on=latest)
    with pytest.raises(IntegrityError, match="thirty_months"), transaction.atomic():
        Petition.objects.update(closes_on=latest + timedelta(days=1))
