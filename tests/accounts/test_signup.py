"""Registering: a code shows who reads the mail, and only who reads it gets what the account holds."""

from html import unescape

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import User
from accounts.services import mailing
from mesopinions.mail.compose import compose
from mesopinions.mail.models import OutgoingMail
from tests.accounts.conftest import PASSWORD
from tests.accounts.mailbox import kinds_mailed, last_code
from tests.accounts.test_login import BY_CODE, CODE, LOGIN, LOGOUT, is_logged_in, log_in
from tests.support.concurrency import run_together

pytestmark = pytest.mark.django_db

SIGNUP, CONFIRM = "/compte/signup/", "/compte/confirm-email/"
MALLORYS = "les carottes sont cuites"


def sign_up(client, email="alice@example.org", password="", **details):
    response = client.post(SIGNUP, {"email": email, "password1": password} | details)
    assert (response.status_code, response.url) == (302, CONFIRM)


@pytest.mark.parametrize("password", ["", PASSWORD])
def test_alice_registers_with_a_password_or_without(client, password):
    sign_up(client, password=password)
    assert not is_logged_in(client)
    response = client.post(CONFIRM, {"code": last_code()})

    alice = User.objects.get()
    assert (response.status_code, response.url) == (302, "/compte/")
    assert is_logged_in(client)
    assert (alice.email, alice.language, alice.is_staff) == ("alice@example.org", "fr", False)
    assert alice.email_confirmed_at
    assert alice.has_usable_password() == bool(password)
    assert alice.check_password(PASSWORD) == bool(password)
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [(alice.email, True, True)]
    assert kinds_mailed() == ["account_code"]


def test_who_registers_in_english_is_written_to_in_english(client):
    client.post(f"/en{SIGNUP}", {"email": "alice@example.org"})

    assert User.objects.get().language == OutgoingMail.objects.get().language == "en"


def test_registering_leads_back_to_where_one_came_from(client):
    there = client.post(SIGNUP, {"email": "alice@example.org", "next": "/petitions/"}).url

    assert client.post(there, {"code": last_code()}).url == "/petitions/"


def test_the_form_promises_what_is_true_and_ticks_nothing(client, db):
    page = unescape(client.get(SIGNUP).content.decode())

    assert "Sans mot de passe, vous recevrez un code par e-mail à chaque connexion." in page
    assert 'href="/confidentialite/"' in page
    assert "checked" not in page


@pytest.mark.parametrize(
    "email",
    ["", "nowhere", "\0@example.org", "a" * 250 + "@example.org", "alice@example", "é@example.org", "a\r\nb@c.fr"],
)
def test_an_address_that_we_cannot_write_to_is_refused(client, db, email):
    assert client.post(SIGNUP, {"email": email}).status_code == 422
    assert not User.objects.exists()


@pytest.mark.parametrize("password", ["\0" * 12, "azerty12345", "alice@example.org", "court"])
def test_a_password_that_others_would_guess_is_refused(client, db, password):
    assert client.post(SIGNUP, {"email": "alice@example.org", "password1": password}).status_code == 422
    assert not User.objects.exists()


def test_nobody_gives_themselves_rights(client):
    sign_up(client, is_staff="on", is_superuser="on", email_confirmed_at="2026-01-01", is_active="")

    alice = User.objects.get()
    assert (alice.is_staff, alice.is_superuser, alice.is_active, alice.email_confirmed_at) == (False, False, True, None)


@pytest.mark.parametrize("address", ["ALICE@example.org", " alice@Example.ORG "])
def test_an_address_that_has_an_account_gets_a_mail_and_no_second_account(client, alice, address):
    sign_up(client, address, PASSWORD)

    assert User.objects.count() == 1
    assert kinds_mailed() == ["account_exists"]
    assert "déjà un compte" in compose(OutgoingMail.objects.get()).subject


def test_the_owner_of_a_closed_account_is_told_so_by_mail(client, alice):
    User.objects.update(is_active=False)
    sign_up(client)

    assert "est fermé" in compose(OutgoingMail.objects.get()).body


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_twice_at_once_makes_one_account():
    run_together(4, lambda: sign_up(Client()))

    assert User.objects.count() == EmailAddress.objects.count() == 1
    assert sorted(kinds_mailed()) == ["account_code"] + ["account_exists"] * 3


def test_an_owner_who_is_gone_meanwhile_is_written_to_no_more(db):
    mailing.tell_owner(email="alice@example.org")

    assert not OutgoingMail.objects.exists()


# --- Before the code is typed -----------------------------------------------------------------------------------------


def test_whoever_never_confirmed_registers_again_and_gets_in_by_the_mail(client):
    sign_up(client, password=PASSWORD)
    again = Client()
    sign_up(again, password=PASSWORD)
    assert kinds_mailed() == ["account_code", "account_exists"]
    assert LOGIN in compose(OutgoingMail.objects.last()).body

    again.post(LOGOUT)
    again.post(BY_CODE, {"email": "alice@example.org"})
    again.post(CODE, {"code": last_code()})

    assert is_logged_in(again)


def test_a_registration_on_its_way_holds_nobody_back(client):
    sign_up(client, "alcie@example.org")
    assert client.get(LOGIN).url == CONFIRM
    assert LOGOUT in client.get(CONFIRM).content.decode()

    assert client.post(LOGOUT, {"next": SIGNUP}).url == SIGNUP
    sign_up(client)


def test_the_password_of_an_unconfirmed_account_opens_nothing(client):
    sign_up(client, password=PASSWORD)
    stranger = Client()

    assert log_in(stranger).status_code == 422
    assert stranger.get(CONFIRM).status_code == 302
    assert not is_logged_in(stranger)


def test_a_wrong_code_confirms_nothing(client):
    sign_up(client)
    answers = [client.post(CONFIRM, {"code": "BCDF-GHJK"}).status_code for _ in range(3)]

    assert answers == [422, 422, 302]
    assert client.post(CONFIRM, {"code": last_code()}).status_code == 302
    assert User.objects.get().email_confirmed_at is None


# --- Mallory registers with Alice's address and waits -----------------------------------------------------------------


@pytest.fixture
def mallory(db):
    mallory = Client()
    sign_up(mallory, password=MALLORYS)
    return mallory


def by_code(alice):
    alice.post(BY_CODE, {"email": "alice@example.org"})
    alice.post(CODE, {"code": last_code()})


def by_a_forgotten_password(alice):
    alice.post("/compte/password/reset/", {"email": "alice@example.org"})
    alice.post("/compte/password/reset/confirm/", {"code": last_code()})


@pytest.mark.parametrize("come_in", [by_code, by_a_forgotten_password])
def test_the_password_of_whoever_registered_first_is_gone_once_its_owner_comes(client, mallory, come_in):
    come_in(client)

    alice = User.objects.get()
    assert alice.email_confirmed_at
    assert not alice.has_usable_password()
    assert log_in(Client(), password=MALLORYS).status_code == 422


def test_the_owner_stays_in_when_the_strangers_password_goes(client, mallory):
    by_code(client)

    assert client.get("/compte/").status_code == 200
    assert is_logged_in(client)


def test_the_page_that_the_stranger_left_open_lets_nobody_in(client, mallory):
    by_code(client)
    client.post(LOGOUT)

    for path in (LOGIN, SIGNUP, CONFIRM, CODE, "/compte/"):
        mallory.get(path)
    for words in (
        {"code": ""},
        {"code": "BCDF-GHJK"},
        {"action": "resend"},
        {"action": "change", "email": "m@evil.example"},
    ):
        mallory.post(CONFIRM, words)

    assert not is_logged_in(mallory)
    assert User.objects.get().email == "alice@example.org"


def test_a_password_chosen_by_who_confirms_stays(client):
    sign_up(client, password=PASSWORD)
    client.post(CONFIRM, {"code": last_code()})
    client.post(LOGOUT)

    assert log_in(client).status_code == 302


def test_a_password_stays_when_its_owner_comes_by_code_one_day(client, alice):
    by_code(client)

    assert log_in(Client()).status_code == 302
