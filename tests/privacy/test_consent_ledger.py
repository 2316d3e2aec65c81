"""The ledger only grows, except through two services (docs/adr/0010-consent-ledger.md)."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError

from accounts.models import User
from privacy import consent
from privacy.consent import Purpose, ledger
from privacy.models import ConsentRecord
from privacy.registry import Subject

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
ONE_PETITION = "petition:12"


@pytest.fixture
def proof(samir):
    record_id = consent.record(samir, Purpose.NEWSLETTER, scope=ONE_PETITION, language="fr", place="sign_form")
    return ConsentRecord.objects.get(pk=record_id)


def run_as(service, statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('mesopinions.consent_ledger', %s, true)", [service])
        cursor.execute(statement)


@pytest.mark.parametrize("service", ["", "purge", "pseudonymise"])
def test_no_service_may_change_what_was_agreed(proof, service):
    with pytest.raises(IntegrityError, match="append-only"):
        run_as(service, "UPDATE privacy_consentrecord SET granted = NOT granted, pseudonymised_at = now()")


@pytest.mark.parametrize("service", ["", "purge"])
def test_only_pseudonymise_may_change_the_subject(proof, service):
    with pytest.raises(IntegrityError, match="append-only"):
        run_as(service, "UPDATE privacy_consentrecord SET subject_key = repeat('0', 64), pseudonymised_at = now()")


@pytest.mark.parametrize("service", ["", "pseudonymise"])
def test_only_the_purge_may_delete(proof, service):
    with pytest.raises(IntegrityError, match="append-only"):
        run_as(service, "DELETE FROM privacy_consentrecord")


@pytest.mark.parametrize("service", ["", "pseudonymise", "purge"])
def test_nobody_may_truncate(service):
    with pytest.raises(DatabaseError, match="append-only"):
        run_as(service, "TRUNCATE privacy_consentrecord CASCADE")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("purpose", "'newsletter2'"),
        ("text_version", "'2020-01'"),
        ("text_hash", "repeat('0', 64)"),
        ("language", "'en'"),
        ("place", "'elsewhere'"),
        ("recorded_at", "now() - interval '1 day'"),
        ("id", "999999"),
    ],
)
def test_pseudonymising_changes_no_other_column(proof, column, value):
    with pytest.raises(IntegrityError, match="append-only"):
        run_as(
            "pseudonymise",
            f"UPDATE privacy_consentrecord SET pseudonymised_at = now(), scope = '', {column} = {value}",  # noqa: S608
        )


def test_a_pseudonym_that_still_names_its_scope_is_refused(proof):
    with pytest.raises(IntegrityError, match="consent_pseudonym_names_nobody"):
        run_as("pseudonymise", "UPDATE privacy_consentrecord SET pseudonymised_at = now()")


def test_a_pseudonym_stays_as_it_is(proof):
    consent.pseudonymise([proof.pk], at=NOON)

    with pytest.raises(IntegrityError, match="append-only"):
        run_as("pseudonymise", "UPDATE privacy_consentrecord SET subject_key = repeat('0', 64)")


def test_pseudonymising_leaves_a_proof_that_names_nobody(proof, samir):
    assert consent.pseudonymise([proof.pk], at=NOON) == 1

    left = ConsentRecord.objects.get(pk=proof.pk)
    assert (left.scope, left.subject_user, left.pseudonymised_at) == ("", None, NOON)
    assert left.subject_key != proof.subject_key
    assert (left.granted, left.text_hash, left.recorded_at) == (proof.granted, proof.text_hash, proof.recorded_at)
    assert not consent.records_of(samir).exists()


def test_a_pseudonymised_proof_is_found_when_the_person_presents_themselves(proof, samir, oscar):
    consent.pseudonymise([proof.pk], at=NOON)

    assert [found.pk for found in consent.proofs_of(samir, Purpose.NEWSLETTER, scope=ONE_PETITION)] == [proof.pk]
    assert not consent.proofs_of(samir, Purpose.NEWSLETTER, scope="petition:13")
    assert not consent.proofs_of(oscar, Purpose.NEWSLETTER, scope=ONE_PETITION)


def test_pseudonymising_twice_changes_nothing_more(proof):
    consent.pseudonymise([proof.pk], at=NOON)
    first = ConsentRecord.objects.values().get(pk=proof.pk)

    assert consent.pseudonymise([proof.pk], at=datetime(2027, 1, 1, tzinfo=UTC)) == 0
    assert ConsentRecord.objects.values().get(pk=proof.pk) == first


def test_forgetting_deletes_those_records_and_no_others(proof, oscar):
    other = consent.record(oscar, Purpose.NEWSLETTER, language="fr", place="footer")

    assert consent.forget([proof.pk]) == 1
    assert [left.pk for left in ConsentRecord.objects.all()] == [other]


def test_the_ledger_closes_behind_the_purge_in_a_longer_transaction(proof):
    consent.forget([])

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        ConsentRecord.objects.all().delete()


def test_the_ledger_closes_behind_pseudonymise_in_a_longer_transaction(proof):
    consent.pseudonymise([], at=NOON)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        ConsentRecord.objects.update(scope="", pseudonymised_at=NOON)


def test_the_ledger_closes_behind_a_service_that_failed(proof, monkeypatch):
    def break_down(*args, **kwargs):
        raise RuntimeError("broken")

    monkeypatch.setattr(ledger, "_proof_key", break_down)
    with pytest.raises(RuntimeError):
        consent.pseudonymise([proof.pk], at=NOON)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        ConsentRecord.objects.filter(pk=proof.pk).update(scope="", pseudonymised_at=NOON)


def test_an_account_with_proofs_ends_only_after_they_are_pseudonymised():
    alice = User.objects.create_user("alice@example.org")
    subject = Subject(alice.email, user_id=alice.pk)
    record_id = consent.record(subject, Purpose.NEWSLETTER, language="fr", place="footer")
    with pytest.raises(ProtectedError):
        alice.delete()

    consent.pseudonymise([record_id], at=NOON)
    alice.delete()

    assert ConsentRecord.objects.filter(pk=record_id).exists()


@pytest.mark.parametrize("details", [{"subject_key": ""}, {"text_hash": ""}, {"purpose": "everything"}])
def test_a_proof_without_subject_text_or_purpose_is_refused(details):
    complete = {"subject_key": "a" * 64, "text_hash": "b" * 64, "purpose": "newsletter", "granted": True}

    with pytest.raises(IntegrityError):
        ConsentRecord.objects.create(**complete | details, text_version="1", language="fr", place="footer")
