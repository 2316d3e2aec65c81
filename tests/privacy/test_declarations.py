"""What the apps declare holds on the real tables."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from accounts.models import User
from privacy import consent
from privacy.consent import Browser, Purpose
from privacy.models import ConsentRecord, Tombstone
from privacy.registry import Period, Subject, by_any, by_user, days, months, registry, years
from privacy.registry.document import personal_data_page

PERSONAL = [part for part in registry.declarations if part.personal]
STRANGER = Subject("stranger@example.org", user_id=0)


def name_of(part):
    return f"{part.name}-{part.category}-{part.personal[0]}"


@pytest.mark.django_db
@pytest.mark.parametrize("part", PERSONAL, ids=name_of)
def test_every_declaration_looks_for_a_person_and_does_not_find_a_stranger(part):
    assert not part.model._default_manager.filter(part.rows_of(STRANGER)).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("part", PERSONAL, ids=name_of)
def test_every_retention_rule_can_be_asked_of_the_database(part):
    for rule in part.rules:
        rows = part.model._default_manager.annotate(due_from=rule.starts_at).filter(rule.only)
        assert rows.filter(due_from__lt=datetime(1990, 1, 1, tzinfo=UTC)).count() == 0


@pytest.mark.django_db
def test_an_account_is_found_by_its_number_and_by_its_address_whatever_its_case():
    alice = User.objects.create_user("alice@example.org")
    User.objects.create_user("oscar@example.org")
    [rows_of] = {part.rows_of for part in registry.of(User)}

    for subject in (Subject("ALICE@example.org"), Subject("elsewhere@example.org", user_id=alice.pk)):
        assert list(User.objects.filter(rows_of(subject))) == [alice]


@pytest.mark.django_db
def test_a_subject_without_account_does_not_match_empty_foreign_keys(samir, oscar):
    consent.record(oscar, Purpose.NEWSLETTER, language="fr", place="footer")
    assert ConsentRecord.objects.filter(subject_user=None).exists()

    for rows_of in (by_user("subject_user"), by_any(by_user("subject_user"), by_user("subject_user__pk"))):
        assert not ConsentRecord.objects.filter(rows_of(samir)).exists()


def test_periods_read_as_people_say_them():
    assert [str(period) for period in (days(1), days(30), months(6), months(25), years(1), years(5))] == [
        "1 jour",
        "30 jours",
        "6 mois",
        "25 mois",
        "1 an",
        "5 ans",
    ]


@pytest.mark.parametrize(("text", "period"), [("7 days", days(7)), ("1 month", months(1)), ("2 years", years(2))])
def test_operators_write_periods_in_plain_words(text, period):
    assert Period.parse(text) == period


@pytest.mark.parametrize("text", ["7", "two days", "7 weeks", "-1 days", ""])
def test_a_period_that_cannot_be_read_is_refused(text):
    with pytest.raises(ValueError, match="A period reads like"):
        Period.parse(text)


# --- The end of a consent -------------------------------------------------------------------------------------------
NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)


@pytest.fixture
def answer(samir):
    clock = itertools.count()

    def answer(*, granted):
        at = NOON + timedelta(days=next(clock))
        return consent.record(samir, Purpose.NEWSLETTER, language="fr", place="footer", granted=granted, at=at)

    return answer


def ends():
    [rule] = [rule for part in registry.of(ConsentRecord) for rule in part.rules if not rule.name]
    rows = ConsentRecord.objects.filter(rule.only).annotate(due_from=rule.starts_at)
    return list(rows.order_by("pk").values_list("due_from", flat=True))


@pytest.mark.django_db
def test_a_consent_that_stands_has_no_end(answer):
    answer(granted=True)

    assert ends() == [None]


@pytest.mark.django_db
def test_a_consent_ends_with_the_first_withdrawal_after_it(answer):
    for granted in (True, True, False, True, False):
        answer(granted=granted)

    third, fifth = NOON + timedelta(days=2), NOON + timedelta(days=4)
    assert ends() == [third, third, third, fifth, fifth]


@pytest.mark.django_db
def test_a_consent_whose_signature_was_purged_ends_then(answer):
    purged_at = NOON + timedelta(days=9)
    consent.pseudonymise([answer(granted=True)], at=purged_at)

    assert ends() == [purged_at]


@pytest.mark.django_db
def test_the_choice_of_cookies_has_a_rule_of_its_own():
    consent.record(Browser("3f0c"), Purpose.COOKIES_ANALYTICS, language="fr", place="banner", at=NOON)

    assert ends() == []


# --- The words ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", PERSONAL, ids=name_of)
def test_what_a_person_reads_has_a_name_that_somebody_chose(part):
    """Django makes a name of a field's own when nobody gave one: `last_seen_at` would be « last seen at »."""
    told = [*part.personal, *(name for name in part.impersonal if name != "id")]
    made_up = {name for name in told if part.label(name) in (name, name.replace("_", " "))}

    assert made_up <= {"permission", "signature", "table"}, made_up  # French as they are


# --- The page -------------------------------------------------------------------------------------------------------


def test_the_page_of_personal_data_is_fresh():
    call_command("document_personal_data", check=True)


def test_the_page_is_french_whatever_the_language():
    with override("en"):
        assert personal_data_page(registry) == personal_data_page(registry)
        assert "Preuves de consentement" in personal_data_page(registry)


def test_a_stale_page_is_told(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    with pytest.raises(CommandError, match="stale"):
        call_command("document_personal_data", check=True)

    call_command("document_personal_data")
    call_command("document_personal_data", check=True)


def test_the_page_names_every_personal_field_and_every_store():
    page = personal_data_page(registry)

    assert all(f"`{name}`" in page for part in registry.declarations for name in part.fields)
    assert all(store.name in page for store in registry.stores)


def test_tombstones_last_as_long_as_the_backups_that_need_them():
    [backups] = (store for store in registry.stores if store.name == "backups")
    [rule] = (rule for part in registry.of(Tombstone) for rule in part.rules)

    assert str(backups.kept_until).startswith(str(rule.period))
