"""What an account agreed to: seen whole, taken back in one click, and nobody else's."""

import pytest
from django.utils import timezone, translation

from accounts.models import Profile, User
from accounts.services.preferences import subscribe
from mesopinions.mail.models import MailBlock
from mesopinions.mail.services import block_address, unblock_path
from petitions.models import Partner
from petitions.services.consents import partner_scope
from privacy import consent
from privacy.consent import Purpose
from privacy.models import ConsentRecord
from privacy.registry import Subject
from tests.factories import make_petition, make_signature, make_user
from tests.support.concurrency import run_together

pytestmark = pytest.mark.django_db

PREFERENCES = "/compte/preferences/"


@pytest.fixture
def samir(client) -> User:
    samir = make_user("samir")
    client.force_login(samir)
    return samir


def page_of(client, path=PREFERENCES) -> str:
    return client.get(path).content.decode()


def record(email="samir@example.org", user: User | None = None, purpose=Purpose.NEWSLETTER, scope="") -> int:
    subject = Subject(email, user.pk if user else None)
    return consent.record(subject, purpose, scope=scope, language="fr", place="test")


def take_back(client, record_id: int | str):
    return client.post(PREFERENCES, {"action": "withdraw", "record": record_id})


def agrees(email="samir@example.org", purpose=Purpose.NEWSLETTER, scope="") -> bool:
    return consent.is_granted(Subject(email), purpose, scope=scope)


# --- Language ---------------------------------------------------------------------------------------------------------


def test_mails_come_in_the_language_that_was_chosen(client, samir):
    assert client.post(PREFERENCES, {"action": "language", "language": "en"}).status_code == 303

    samir.refresh_from_db()
    assert samir.language == "en"


@pytest.mark.parametrize("language", ["", "de", "fr\0", "x" * 5000])
def test_another_language_is_refused(client, samir, language):
    assert client.post(PREFERENCES, {"action": "language", "language": language}).status_code == 422

    samir.refresh_from_db()
    assert samir.language == "fr"


@pytest.mark.parametrize("action", ["", "erase", "language\0", "x" * 5000])
def test_an_action_that_is_none_is_refused(client, samir, action):
    assert client.post(PREFERENCES, {"action": action}).status_code == 400


# --- The newsletter ---------------------------------------------------------------------------------------------------


def test_the_newsletter_is_asked_in_the_words_of_the_ledger_and_not_ticked(client, samir):
    page = page_of(client)

    assert consent.current_text(Purpose.NEWSLETTER).french in page
    assert 'name="newsletter"' in page
    assert page.count(" checked") == 1  # the language


def test_a_tick_subscribes_and_is_recorded(client, samir):
    client.post(PREFERENCES, {"action": "newsletter", "newsletter": "on"})

    entry = ConsentRecord.objects.get()
    assert (entry.granted, entry.place, entry.subject_user) == (True, "preferences", samir)
    assert agrees()


def test_without_a_tick_nothing_is_recorded(client, samir):
    assert client.post(PREFERENCES, {"action": "newsletter"}).status_code == 422
    assert not ConsentRecord.objects.exists()


def test_subscribing_twice_leaves_one_record(client, samir):
    for _again in range(2):
        client.post(PREFERENCES, {"action": "newsletter", "newsletter": "on"})

    assert ConsentRecord.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_subscribing_at_once_leaves_one_record():
    samir = make_user("samir")
    done = run_together(6, lambda: subscribe(user_id=samir.pk, language="fr", at=timezone.now()))

    assert done.count(True) == 1
    assert ConsentRecord.objects.count() == 1


# --- What was agreed to -----------------------------------------------------------------------------------------------


def test_every_consent_of_the_account_and_of_its_address_is_shown_with_what_it_is_about(client, samir):
    petition = make_petition(title="Rouvrons la gare")
    partner = Partner.objects.create(slug="rail", name="Les Amis du rail")
    make_signature(petition, confirmed=True, consents=(Purpose.AUTHOR_UPDATES, Purpose.NEWSLETTER))
    record(purpose=Purpose.PARTNER_SHARE, scope=partner_scope(petition.pk, partner.pk))
    page = page_of(client)

    assert page.count('name="record"') == 3
    assert petition.get_absolute_url() in page
    assert "transmis à Les Amis du rail" in page
    assert "{partner}" not in page


def test_a_petition_that_nobody_may_read_is_not_named(client, samir):
    petition = make_petition(title="Un secret", status="removed")
    record(purpose=Purpose.AUTHOR_UPDATES, scope=f"petition:{petition.pk}")

    page = page_of(client)
    assert "Un secret" not in page
    assert 'name="record"' in page


def test_the_page_asks_as_many_queries_for_ten_consents_as_for_one(client, samir, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(14) as asked:
            page_of(client)
        return len(asked)

    record(purpose=Purpose.AUTHOR_UPDATES, scope=f"petition:{make_petition().pk}")
    one = queries()
    for number in range(9):
        petition = make_petition(slug=f"p{number}")
        record(purpose=Purpose.AUTHOR_UPDATES, scope=f"petition:{petition.pk}")

    assert queries() == one


def test_one_click_takes_one_back_and_nothing_else(client, samir):
    petition = make_petition()
    scope = f"petition:{petition.pk}"
    make_signature(petition, confirmed=True, consents=(Purpose.AUTHOR_UPDATES, Purpose.NEWSLETTER))
    updates = ConsentRecord.objects.get(purpose=Purpose.AUTHOR_UPDATES)
    response = take_back(client, updates.pk)

    assert response.status_code == 303
    assert not agrees(purpose=Purpose.AUTHOR_UPDATES, scope=scope)
    assert agrees()
    assert agrees(purpose=Purpose.POLITICAL_SIGNATURE, scope=scope)
    assert ConsentRecord.objects.latest("pk").place == "preferences"


def test_taking_back_twice_records_one_withdrawal(client, samir):
    granted = record()
    for _again in range(2):
        assert take_back(client, granted).status_code == 303

    assert ConsentRecord.objects.filter(granted=False).count() == 1


def test_what_is_anothers_stays(client, samir):
    of_nadia = record("nadia@example.org")
    answers = [take_back(client, number).headers["Location"] for number in (of_nadia, of_nadia + 1000)]

    assert agrees("nadia@example.org")
    assert answers[0] == answers[1] == PREFERENCES


def test_an_alias_is_a_neighbour(client, samir):
    of_alias = record("samir+news@example.org")

    assert 'name="record"' not in page_of(client)
    take_back(client, of_alias)
    assert agrees("samir+news@example.org")


def test_a_signature_is_not_taken_back_by_its_consent_alone(client, samir):
    signature = make_signature(make_petition(), confirmed=True)
    take_back(client, signature.consent_id)

    assert consent.is_granted(
        Subject(samir.email), Purpose.POLITICAL_SIGNATURE, scope=f"petition:{signature.petition_id}"
    )
    assert "/compte/signatures/" in page_of(client)


@pytest.mark.parametrize("number", ["", "-1", "1.5", "9" * 30, "un", "1\0", "²"])
def test_a_record_that_is_none_is_refused(client, samir, number):
    assert take_back(client, number).status_code in (303, 400)
    assert take_back(client, number).status_code == 400


def test_an_account_with_an_unconfirmed_address_sees_and_takes_back_nothing(client, db):
    nadia = make_user("nadia", confirmed=False)
    client.force_login(nadia)
    granted = record("nadia@example.org")

    assert 'name="record"' not in page_of(client)
    take_back(client, granted)
    client.post(PREFERENCES, {"action": "newsletter", "newsletter": "on"})
    assert agrees("nadia@example.org")
    assert ConsentRecord.objects.count() == 1


def test_after_a_change_of_address_what_the_account_agreed_to_before_ends_under_both(client, samir):
    record("former@example.org", samir)
    record("samir@example.org")
    latest = record("samir@example.org", samir)
    take_back(client, latest)

    assert not agrees("former@example.org")
    assert not agrees("samir@example.org")


def test_taking_back_the_phone_erases_the_number(client, samir):
    client.post("/compte/profil/", {"phone": "06 12 34 56 78", "phone_contact": "on", "address": "3 rue des Tilleuls"})
    take_back(client, ConsentRecord.objects.get().pk)

    assert Profile.objects.get().phone == ""
    assert Profile.objects.get().address == "3 rue des Tilleuls"


def test_taking_back_the_phone_leaves_no_empty_row(client, samir):
    client.post("/compte/profil/", {"phone": "06 12 34 56 78", "phone_contact": "on"})
    take_back(client, ConsentRecord.objects.get().pk)

    assert not Profile.objects.exists()


def test_the_words_are_those_of_the_readers_language(client, samir):
    record()
    with translation.override("en"):
        assert consent.current_text(Purpose.NEWSLETTER).english in page_of(client, f"/en{PREFERENCES}")


# --- A block of mails -------------------------------------------------------------------------------------------------


def test_a_block_that_was_asked_for_is_shown_with_the_way_to_lift_it(client, samir):
    block = block_address("samir@example.org")
    page = page_of(client)

    assert unblock_path(block) in page
    client.post(unblock_path(block), {})
    assert not MailBlock.objects.exists()
    assert "adresse-bloquee" not in page_of(client)


def test_a_block_of_somebody_else_is_not_shown(client, samir):
    block_address("nadia@example.org")

    assert "adresse-bloquee" not in page_of(client)
