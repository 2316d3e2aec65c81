"""Codes that are mailed: typed as one likes, good once, for a quarter of an hour and three tries, to whoever asked."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from accounts.models import User
from mesopinions.mail.compose import compose
from mesopinions.mail.models import OutgoingMail
from tests.accounts.conftest import PASSWORD
from tests.accounts.mailbox import kinds_mailed, last_code
from tests.accounts.test_login import BY_CODE, CODE, LOGIN, LOGOUT, is_logged_in
from tests.accounts.test_signup import CONFIRM, sign_up
from tests.support import outages

pytestmark = pytest.mark.django_db

RESET, RESET_CODE, NEW_PASSWORD = (
    "/compte/password/reset/",
    "/compte/password/reset/confirm/",
    "/compte/password/reset/complete/",
)
ANOTHER = "quatre grands lions verts"


def ask(client, email="alice@example.org"):
    response = client.post(BY_CODE, {"email": email})
    assert (response.status_code, response.url) == (302, CODE)


def forget(client, email="alice@example.org"):
    response = client.post(RESET, {"email": email})
    assert (response.status_code, response.url) == (302, RESET_CODE)


def after(**time):
    return time_machine.travel(timezone.now() + timedelta(**time), tick=False)


@pytest.mark.parametrize("written", ["{0}{1}{2}-{3}", "{0}{1}{2}{3}", "  {0}{1} {2}{3} ", "{0}.{1}.{2}.{3}"])
@pytest.mark.parametrize("case", [str.upper, str.lower])
def test_a_code_is_typed_as_one_likes(client, alice, written, case):
    ask(client)
    code = last_code().replace("-", "")

    response = client.post(CODE, {"code": case(written.format(code[:2], code[2:4], code[4:6], code[6:]))})

    assert (response.status_code, response.url) == (302, "/compte/")
    assert is_logged_in(client)


def test_the_page_of_a_code_shows_the_address_as_it_was_given_and_lets_a_phone_fill_it_in(client, alice):
    ask(client, "alice@example.org")
    page = client.get(CODE).content.decode()

    assert "alice@example.org" in page
    assert 'autocomplete="one-time-code"' in page


@pytest.mark.parametrize("local", [True, False])
def test_only_a_developer_finds_the_mail_from_the_page(client, alice, settings, local):
    settings.LOCAL = local
    ask(client)

    assert ('href="/dev/mails/"' in client.get(CODE).content.decode()) == local


@pytest.mark.parametrize("code", ["", " ", "-", "\0", "é" * 5000, "\u202e", "💥", "BCDF-GHJK"])
def test_a_code_that_is_none_is_refused(client, alice, code):
    ask(client)

    assert client.post(CODE, {"code": code}).status_code == 422
    assert not is_logged_in(client)


def test_three_wrong_tries_end_a_code(client, alice):
    ask(client)
    code = last_code()

    answers = [client.post(CODE, {"code": "BCDF-GHJK"}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [422, 422, 302]
    assert "Demandez un nouveau code." in client.get(answers[2].url).content.decode()
    assert client.post(CODE, {"code": code}).url == BY_CODE
    assert not is_logged_in(client)


def test_a_code_is_good_for_a_quarter_of_an_hour(client, alice):
    ask(client)
    with after(minutes=14, seconds=50):
        assert client.get(CODE).status_code == 200
    with after(minutes=15, seconds=10):
        assert client.post(CODE, {"code": last_code()}).url == BY_CODE
    assert not is_logged_in(client)


def test_a_session_that_awaits_a_code_lasts_no_longer_than_the_code(client, alice, settings):
    for begin in (ask, forget, sign_up):
        client.cookies.clear()
        begin(client)
        assert client.cookies["session"]["max-age"] == 15 * 60

    client.cookies.clear()
    ask(client)
    client.post(CODE, {"code": last_code()})
    assert client.cookies["session"]["max-age"] == settings.SESSION_COOKIE_AGE


def test_one_gets_in_while_redis_is_down(client, alice, settings):
    settings.REDIS_URL = outages.NOBODY_LISTENS
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": outages.NOBODY_LISTENS}}
    assert client.post(LOGIN, {"login": alice.email, "password": PASSWORD}).status_code == 302
    client.post(LOGOUT)
    ask(client)
    client.post(CODE, {"code": last_code()})

    assert is_logged_in(client)


def test_a_mail_that_leaves_late_brings_no_code(client, alice):
    ask(client)
    mail = OutgoingMail.objects.get()

    assert last_code() in compose(mail).subject
    with after(minutes=15, seconds=10):
        assert compose(mail) is None


def test_a_code_serves_once_and_only_where_it_was_asked_for(client, alice):
    ask(client)
    code = last_code()
    elsewhere = Client()
    ask(elsewhere)
    assert elsewhere.post(CODE, {"code": code}).status_code == 422

    client.post(CODE, {"code": code})
    client.post(LOGOUT)

    assert client.post(CODE, {"code": code}).url == BY_CODE
    assert not is_logged_in(client)
    assert not is_logged_in(elsewhere)


def test_a_new_code_replaces_the_one_before_and_may_be_asked_for_twice(client, alice):
    ask(client)
    first = last_code()
    sent = client.post(CODE, {"action": "resend"})

    assert "Un nouveau code est parti." in client.get(sent.url).content.decode()
    assert client.post(CODE, {"code": first}).status_code == 422
    client.post(CODE, {"action": "resend"})
    client.post(CODE, {"action": "resend"})
    assert kinds_mailed() == ["account_code"] * 3
    assert "Renvoyer un code" not in client.get(CODE).content.decode()
    client.post(CODE, {"code": last_code()})
    assert is_logged_in(client)


def test_a_login_by_code_confirms_the_address(client, alice):
    User.objects.update(email_confirmed_at=None)
    EmailAddress.objects.update(verified=False)
    ask(client)
    client.post(CODE, {"code": last_code()})

    alice.refresh_from_db()
    assert is_logged_in(client)
    assert alice.email_confirmed_at
    assert EmailAddress.objects.get().verified


@pytest.mark.parametrize("path", [CODE, CONFIRM, RESET_CODE, NEW_PASSWORD])
def test_a_page_of_a_code_opened_out_of_the_blue_leads_to_where_one_begins(client, db, path):
    for response in (client.get(path), client.post(path, {"code": "BCDF-GHJK", "password1": ANOTHER})):
        assert response.status_code == 302
        assert client.get(response.url).status_code == 200


@pytest.mark.parametrize("begin", [ask, forget])
def test_a_code_on_its_way_holds_nobody_back(client, alice, begin):
    """Who mistyped an address gives another one, and no page goes on asking for the first one’s code."""
    begin(client)
    response = client.post(LOGOUT, {"next": BY_CODE})

    assert response.url == BY_CODE
    assert client.get(LOGIN).status_code == client.get(BY_CODE).status_code == 200
    assert client.get(CODE).status_code == client.get(RESET_CODE).status_code == 302


# --- An account that is closed, or gone, while its code is on the way -------------------------------------------------


def test_the_code_of_an_account_that_has_gone_opens_nothing(client, alice):
    ask(client)
    code = last_code()
    alice.delete()

    assert client.get(CODE).status_code == 200
    assert client.post(CODE, {"code": code}).status_code == 422


def test_the_code_of_an_account_that_was_closed_opens_nothing(client, alice):
    ask(client)
    User.objects.update(is_active=False)
    client.post(CODE, {"code": last_code()}, follow=True)

    assert not is_logged_in(client)


def test_a_registration_that_was_undone_meanwhile_is_no_failure(client, db):
    sign_up(client)
    code = last_code()
    User.objects.all().delete()

    assert client.post(CONFIRM, {"code": code}, follow=True).status_code in {200, 422}
    assert client.post(CONFIRM, {"action": "resend"}, follow=True).status_code == 200
    assert not is_logged_in(client)


def test_a_forgotten_password_of_an_account_that_has_gone_is_no_failure(client, alice):
    forget(client)
    code = last_code()
    client.post(RESET_CODE, {"code": code})
    alice.delete()

    assert client.post(NEW_PASSWORD, {"password1": ANOTHER}, follow=True).status_code == 200
    forget(client)
    assert client.post(RESET_CODE, {"code": code}).status_code == 422


def test_a_stranger_is_told_by_mail_that_there_is_no_account_and_nothing_is_kept_of_the_address(client, db):
    ask(client, "nobody@example.org")
    forget(client, "nobody@example.org")

    client.post(LOGOUT)
    ask(client, "nobody@example.org")
    client.post(CODE, {"action": "resend"})

    assert kinds_mailed("nobody@example.org") == ["account_unknown"] * 4
    assert "/compte/signup/" in compose(OutgoingMail.objects.first()).body


# --- A forgotten password ---------------------------------------------------------------------------------------------


def test_a_forgotten_password_is_replaced_and_its_owner_is_in(client, alice):
    forget(client)
    assert client.post(RESET_CODE, {"code": last_code()}).url == NEW_PASSWORD
    response = client.post(NEW_PASSWORD, {"password1": ANOTHER})

    assert (response.status_code, response.url) == (302, "/compte/")
    assert is_logged_in(client)
    alice.refresh_from_db()
    assert alice.check_password(ANOTHER)
    assert not alice.check_password(PASSWORD)


def test_the_code_of_a_forgotten_password_serves_once(client, alice):
    forget(client)
    code = last_code()
    client.post(RESET_CODE, {"code": code})
    client.post(NEW_PASSWORD, {"password1": ANOTHER})
    client.post(LOGOUT)

    assert client.post(RESET_CODE, {"code": code}).status_code == 302
    assert client.post(NEW_PASSWORD, {"password1": PASSWORD}).url == RESET
    alice.refresh_from_db()
    assert alice.check_password(ANOTHER)


def test_nobody_chooses_a_password_before_the_code(client, alice):
    forget(client)

    assert client.post(NEW_PASSWORD, {"password1": ANOTHER}).url == RESET_CODE
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_three_wrong_tries_or_a_quarter_of_an_hour_end_a_forgotten_password(client, alice):
    forget(client)
    assert [client.post(RESET_CODE, {"code": "x"}).status_code for _ in range(3)] == [422, 422, 302]
    forget(client)
    with after(minutes=15, seconds=10):
        assert client.post(RESET_CODE, {"code": last_code()}).status_code == 302
    forget(client)
    client.post(RESET_CODE, {"code": last_code()})
    with after(minutes=15, seconds=10):
        assert client.post(NEW_PASSWORD, {"password1": ANOTHER}).url == RESET


def test_a_weak_new_password_is_refused_with_words(client, alice):
    forget(client)
    client.post(RESET_CODE, {"code": last_code()})
    response = client.post(NEW_PASSWORD, {"password1": "azerty12345"})

    assert response.status_code == 422
    assert "plusieurs mots sans lien" in response.content.decode()
