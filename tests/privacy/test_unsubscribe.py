"""Every mail that somebody agreed to carries the link that stops it: opened, pressed, pressed by a machine."""

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client, override_settings
from django.utils import translation

from accounts.models import User
from mesopinions.core import tokens
from mesopinions.mail import kinds, services
from mesopinions.mail.kinds import Letter
from mesopinions.mail.models import OutgoingMail
from privacy import consent, unsubscribe
from privacy.consent import Purpose
from privacy.models import ConsentRecord
from privacy.registry import Subject
from tests.support.concurrency import run_together

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
NEWS = (Purpose.AUTHOR_UPDATES, "petition:12")


@pytest.fixture
def agreed(db, samir) -> int:
    return agree(samir)


def agree(subject, purpose=NEWS[0], scope=NEWS[1], place="sign_form"):
    return consent.record(subject, purpose, scope=scope, language="fr", place=place)


def wants(subject, purpose=NEWS[0], scope=NEWS[1]):
    return consent.is_granted(subject, purpose, scope=scope)


def path_of(record_id):
    return urlsplit(unsubscribe.url_for(record_id)).path


# --- Opening ---------------------------------------------------------------------------------------------------------


def test_opening_the_link_shows_what_it_stops_and_changes_nothing(client, agreed, samir):
    page = client.get(path_of(agreed))
    client.head(path_of(agreed))

    assert page.status_code == 200
    assert "J’accepte de recevoir par e-mail les actualités de cette pétition" in page.text
    assert "Ne plus les recevoir" in page.text
    assert "samir" not in page.text
    assert wants(samir)
    assert ConsentRecord.objects.count() == 1


def test_the_page_sets_no_cookie_and_is_kept_nowhere(client, agreed):
    page = client.get(path_of(agreed))

    assert not page.cookies
    assert "no-store" in page["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in page.text


def test_an_english_mail_leads_to_an_english_page(client, agreed):
    page = client.get(f"/en{path_of(agreed)}")

    assert "Stop receiving these e-mails?" in page.text
    assert "I agree to receive news of this petition" in page.text


# --- The button ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("purpose", unsubscribe.MAILED_PURPOSES)
def test_the_button_withdraws_each_consent_that_mails_come_from(client, db, samir, purpose):
    record_id = agree(samir, purpose, "author:3")

    answer = client.post(path_of(record_id))

    assert (answer.status_code, answer["Location"]) == (303, path_of(record_id))
    assert not wants(samir, purpose, "author:3")
    assert "C’est fait" in client.get(path_of(record_id)).text


def test_the_proof_says_where_and_in_which_words(client, agreed, samir):
    client.post(f"/en{path_of(agreed)}")

    proof = consent.last(samir, *NEWS[:1], scope=NEWS[1])
    assert (proof.granted, proof.place, proof.language) == (False, unsubscribe.PLACE, "en")


def test_it_stops_what_its_mail_was_about_and_no_more(client, agreed, samir, oscar):
    agree(samir, scope="petition:13")
    agree(samir, Purpose.NEWSLETTER, "")
    agree(oscar)

    client.post(path_of(agreed))

    assert wants(samir, scope="petition:13")
    assert wants(samir, Purpose.NEWSLETTER, "")
    assert wants(oscar)


def test_pressing_twice_withdraws_once(client, agreed):
    assert [client.post(path_of(agreed)).status_code for _time in range(2)] == [303, 303]
    assert ConsentRecord.objects.count() == 2


def test_eight_clicks_at_once_withdraw_once(transactional_db, samir):
    path = path_of(agree(samir))

    answers = run_together(8, lambda: Client().post(path, ONE_CLICK).status_code)

    assert set(answers) == {200}
    assert ConsentRecord.objects.count() == 2
    assert not wants(samir)


def test_the_link_of_an_old_mail_stops_a_later_consent_too(client, agreed, samir):
    client.post(path_of(agreed))
    agree(samir, place="signature_page")

    client.post(path_of(agreed))

    assert not wants(samir)


def test_what_an_account_agreed_to_is_stopped_from_its_mail(client, db):
    alice = User.objects.create_user("alice@example.org")
    subject = Subject(alice.email, user_id=alice.pk)
    record_id = agree(subject)

    client.post(path_of(record_id), ONE_CLICK)

    assert not wants(subject)


# --- A mail program's own button (RFC 8058) --------------------------------------------------------------------------


def test_the_headers_are_those_of_the_standards(agreed):
    headers = unsubscribe.headers_for(agreed)

    assert re.fullmatch(r"<http://localhost:8000/desabonnement/[\w-]+/>", headers["List-Unsubscribe"])
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    "sender",
    [{}, {"Origin": "https://mail.example"}, {"Sec-Fetch-Site": "cross-site", "Origin": "null"}],
    ids=["a machine", "a web mail", "a sandboxed web mail"],
)
@pytest.mark.parametrize("session", [False, True])
def test_one_click_needs_its_link_alone_and_is_not_redirected(agreed, samir, sender, session):
    strict = Client(enforce_csrf_checks=True, headers=sender)
    if session:
        strict.force_login(User.objects.create_user("oscar@example.org"))

    answer = strict.post(path_of(agreed), ONE_CLICK)

    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert not wants(samir)


def test_one_click_may_come_in_either_form_of_body(agreed, samir):
    Client().post(path_of(agreed), "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded")

    assert not wants(samir)


def test_one_click_twice_is_fine(client, agreed):
    assert [client.post(path_of(agreed), ONE_CLICK).status_code for _time in range(2)] == [200, 200]
    assert ConsentRecord.objects.count() == 2


@pytest.mark.parametrize("data", [{}, {"List-Unsubscribe": "no"}, {"action": "resume"}])
def test_a_form_of_another_site_stops_nothing(client, agreed, samir, data):
    answer = client.post(path_of(agreed), data, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403
    assert wants(samir)


def test_one_address_cannot_hammer_the_links(client, agreed, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"unsubscribe-ip": (1, 60)}
    client.get(path_of(agreed))

    assert client.post(path_of(agreed), ONE_CLICK).status_code == 429


# --- Taking it back --------------------------------------------------------------------------------------------------


def test_a_mistake_is_taken_back_as_a_fresh_yes(client, agreed, samir):
    client.post(path_of(agreed))
    assert "Je veux continuer à les recevoir" in client.get(path_of(agreed)).text

    for _time in range(2):
        assert client.post(path_of(agreed), {"action": "resume"}).status_code == 303

    proof = consent.last(samir, *NEWS[:1], scope=NEWS[1])
    asked = consent.current_text(NEWS[0])
    assert (proof.granted, proof.place, proof.text_hash) == (True, unsubscribe.PLACE, asked.sha256("fr"))
    assert ConsentRecord.objects.count() == 3


def test_an_old_mail_does_not_undo_a_choice_made_elsewhere(client, agreed, samir):
    consent.withdraw(samir, NEWS[0], scope=NEWS[1], language="fr", place="signature_page")

    assert "Je veux continuer" not in client.get(path_of(agreed)).text
    client.post(path_of(agreed), {"action": "resume"})

    assert not wants(samir)


# --- Links that lead nowhere -----------------------------------------------------------------------------------------


def test_the_link_of_somebody_erased_says_that_nothing_is_left(client, agreed):
    consent.pseudonymise([agreed], at=ConsentRecord.objects.get(pk=agreed).recorded_at)

    page = client.get(path_of(agreed))

    assert page.status_code == 200
    assert "Il n’y a plus rien à arrêter" in page.text
    assert client.post(path_of(agreed), ONE_CLICK).status_code == 200
    assert client.post(path_of(agreed), {"action": "resume"}).status_code == 303
    assert ConsentRecord.objects.count() == 1


def test_the_link_of_a_record_that_is_gone_says_the_same(client, db):
    assert "Il n’y a plus rien à arrêter" in client.get(path_of(10**12)).text
    assert client.post(path_of(10**12), ONE_CLICK).status_code == 200


def test_a_consent_that_no_mail_comes_from_cannot_be_withdrawn_here(client, db, samir):
    record_id = agree(samir, Purpose.POLITICAL_SIGNATURE, "petition:12")

    client.post(path_of(record_id), ONE_CLICK)

    assert "plus rien à arrêter" in client.get(path_of(record_id)).text
    assert wants(samir, Purpose.POLITICAL_SIGNATURE, "petition:12")


def test_a_link_made_for_something_else_is_not_found(client, agreed, samir):
    right = tokens.make(tokens.Scope.UNSUBSCRIBE, agreed)
    other = tokens.make(tokens.Scope.UNBLOCK, agreed)
    several = tokens.make(tokens.Scope.UNSUBSCRIBE, agreed, 2)

    for token in (other, several, right[:-1], f"{right}A", "nonsense", "é", str(agreed)):
        for answer in (client.get(f"/desabonnement/{token}/"), client.post(f"/desabonnement/{token}/", ONE_CLICK)):
            assert answer.status_code == 404
    assert wants(samir)


def test_a_number_too_long_for_the_database_leads_nowhere_either(client, db):
    assert "plus rien à arrêter" in client.get(path_of(2**70)).text


# --- What was already queued -----------------------------------------------------------------------------------------


def test_a_mail_that_waits_does_not_leave_after_its_reader_unsubscribed(client, agreed, samir, monkeypatch, mailoutbox):
    def news(mail: OutgoingMail) -> Letter | None:
        return Letter({}) if wants(samir) else None

    monkeypatch.setitem(kinds._builders, "news", news)
    mail = OutgoingMail.objects.create(kind="news", recipient="samir@example.org", language="fr")

    client.post(path_of(agreed), ONE_CLICK)
    services.send_due_mails()

    mail.refresh_from_db()
    assert mail.cancelled_at is not None
    assert mailoutbox == []


def test_the_link_is_absolute_in_the_language_of_its_mail(agreed):
    with override_settings(SITE_ORIGIN="https://petitions.example"), translation.override("en"):
        assert unsubscribe.url_for(agreed).startswith("https://petitions.example/en/desabonnement/")
