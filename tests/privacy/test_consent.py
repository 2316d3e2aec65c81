"""Record, withdraw, ask: the last record is what holds."""

from datetime import UTC, datetime

import pytest

from accounts.models import User
from privacy import consent
from privacy.consent import Browser, Purpose, current_text
from privacy.models import ConsentRecord
from privacy.registry import Subject

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
ONE_PETITION = "petition:12"


def agree(subject, purpose=Purpose.AUTHOR_UPDATES, scope=ONE_PETITION, **details):
    return consent.record(subject, purpose, scope=scope, language="fr", place="sign_form", **details)


def withdraw(subject, purpose=Purpose.AUTHOR_UPDATES, scope=ONE_PETITION):
    return consent.withdraw(subject, purpose, scope=scope, language="fr", place="mail_link")


def granted(subject, purpose=Purpose.AUTHOR_UPDATES, scope=ONE_PETITION):
    return consent.is_granted(subject, purpose, scope=scope)


def test_nothing_recorded_is_a_no(samir):
    assert not granted(samir)


def test_a_record_proves_what_was_asked_where_and_when(samir):
    proof = ConsentRecord.objects.get(pk=agree(samir, at=NOON))
    asked = current_text(Purpose.AUTHOR_UPDATES)

    assert (proof.text_version, proof.text_hash) == (asked.version, asked.sha256("fr"))
    assert (proof.language, proof.place, proof.scope, proof.recorded_at) == ("fr", "sign_form", ONE_PETITION, NOON)
    assert proof.subject_key == samir.key


def test_the_database_tells_the_time_when_the_caller_does_not(samir):
    before = datetime.now(UTC)

    proof = ConsentRecord.objects.get(pk=agree(samir))

    assert abs((proof.recorded_at - before).total_seconds()) < 5


def test_an_english_reader_proves_the_english_words(samir):
    proof_id = consent.record(samir, Purpose.NEWSLETTER, language="en", place="footer")

    assert ConsentRecord.objects.get(pk=proof_id).text_hash == current_text(Purpose.NEWSLETTER).sha256("en")


def test_the_last_record_wins(samir):
    agree(samir)
    withdraw(samir)
    assert not granted(samir)

    agree(samir)
    assert granted(samir)


def test_a_withdrawal_is_recorded_once(samir):
    agree(samir)

    assert withdraw(samir)
    assert not withdraw(samir)
    assert ConsentRecord.objects.count() == 2


def test_what_was_never_granted_cannot_be_withdrawn(samir):
    assert not withdraw(samir)
    assert not ConsentRecord.objects.exists()


def test_a_consent_covers_its_own_purpose_scope_and_person_only(samir, oscar):
    agree(samir)

    assert granted(samir)
    assert not granted(samir, scope="petition:13")
    assert not granted(samir, purpose=Purpose.NEWSLETTER)
    assert not granted(oscar)


def test_an_address_is_one_person_whatever_its_case_and_an_alias_may_be_a_neighbour(samir):
    agree(samir)

    assert granted(Subject("SAMIR@Example.ORG"))
    assert not granted(Subject("samir+petitions@example.org"))


def test_what_somebody_withdraws_from_their_account_holds_without_it():
    alice = User.objects.create_user("alice@example.org")
    without_account = Subject(alice.email)
    agree(without_account)

    withdraw(Subject(alice.email, user_id=alice.pk))

    assert not granted(without_account)


def test_an_account_keeps_its_consents_when_its_address_changes():
    alice = User.objects.create_user("alice@example.org")
    agree(Subject("alice@example.org", user_id=alice.pk))

    assert granted(Subject("alice@example.net", user_id=alice.pk))
    assert not granted(Subject("alice@example.net"))


def test_a_subject_without_account_gets_nobodys_records(samir):
    agree(Subject("oscar@example.org"))

    assert not consent.records_of(samir).exists()


def test_a_browser_has_consents_of_its_own():
    browser = Browser("3f0c9a52")
    agree(browser, Purpose.COOKIES_ANALYTICS, scope="")

    assert granted(browser, Purpose.COOKIES_ANALYTICS, scope="")
    assert not granted(Browser("another"), Purpose.COOKIES_ANALYTICS, scope="")
    assert not ConsentRecord.objects.filter(subject_key__contains="3f0c9a52").exists()


def test_current_shows_one_record_for_each_question_answered(samir):
    agree(samir)
    agree(samir, Purpose.NEWSLETTER, scope="")
    withdraw(samir)

    answers = {(entry.purpose, entry.scope): entry.granted for entry in consent.current(samir)}

    assert answers == {(Purpose.AUTHOR_UPDATES, ONE_PETITION): False, (Purpose.NEWSLETTER, ""): True}


def test_a_subject_does_not_show_its_address_when_printed(samir):
    assert "samir" not in repr(samir)
