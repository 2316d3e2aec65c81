"""Who is in the account: the owner sees every session and login, and puts strangers out."""

import re
from datetime import timedelta
from html import unescape

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from accounts import browsers
from accounts.models import Login
from tests.accounts.acts import SECURITY, log_in, prove
from tests.factories import make_user

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/128.0 Safari/537.36 Edg/128.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1"
OTHERS = "/compte/sessions/"


@pytest.fixture
def here(client, alice):
    return log_in(client, alice, User_Agent=EDGE)


@pytest.fixture
def stolen(alice):
    """Alice's account on somebody else's phone."""
    return log_in(Client(), alice, User_Agent=FIREFOX)


def is_in(browser):
    return browser.get(SECURITY).status_code == 200


def id_of(browser):
    return UserSession.objects.get(session_key=browser.session.session_key).pk


def text_of(browser):
    return re.sub(r"[ \n]+", " ", unescape(browser.get(SECURITY).content.decode()))


def test_the_owner_sees_each_session_in_plain_words_and_which_is_theirs(here, stolen):
    page = text_of(here)

    assert "Firefox sur Android" in page
    assert 'Edge sur Windows <span class="chip chip-ok">celle-ci</span>' in page
    assert page.count(">Fermer<") == 1


def test_a_stolen_session_is_out_at_its_next_request(here, stolen):
    assert is_in(stolen)

    answer = here.post(f"/compte/sessions/{id_of(stolen)}/fermer/")

    assert (answer.status_code, answer.headers["Location"]) == (303, f"{SECURITY}#sessions")
    assert not is_in(stolen)
    assert is_in(here)
    assert "Firefox sur Android" not in text_of(here).partition("Dernières connexions")[0]


def test_closing_the_same_session_twice_finds_nothing(here, stolen):
    address = f"/compte/sessions/{id_of(stolen)}/fermer/"
    here.post(address)

    assert here.post(address).status_code == 404


def test_nobody_closes_the_session_of_somebody_else(here, alice):
    oscar = Client()
    oscar.force_login(make_user("oscar"))

    assert oscar.post(f"/compte/sessions/{id_of(here)}/fermer/").status_code == 404
    assert is_in(here)


def test_a_stranger_closes_nothing(here, client):
    for address in (OTHERS, f"/compte/sessions/{id_of(here)}/fermer/"):
        assert Client().post(address).headers["Location"].startswith("/compte/login/")
    assert is_in(here)


def test_opening_the_addresses_closes_nothing(here, stolen):
    for address in (OTHERS, f"/compte/sessions/{id_of(stolen)}/fermer/"):
        assert here.get(address).headers["Location"] == f"{SECURITY}#sessions"
    assert is_in(stolen)


def test_all_others_are_closed_at_once(here, stolen, alice):
    third = log_in(Client(), alice, User_Agent=SAFARI)

    here.post(OTHERS)

    assert "2 sessions sont fermées." in text_of(here)
    assert [is_in(browser) for browser in (here, stolen, third)] == [True, False, False]


def test_a_session_of_another_account_stays_when_all_others_are_closed(here):
    oscar = Client()
    oscar.force_login(make_user("oscar"))

    here.post(OTHERS)

    assert is_in(oscar)


def test_a_new_password_ends_the_other_sessions_and_they_leave_the_list(here, stolen):
    prove(here)
    here.post(
        "/compte/password/change/", {"oldpassword": "trois petits tigres", "password1": "quatre grands lions roux"}
    )

    assert (is_in(here), is_in(stolen)) == (True, False)
    assert "Firefox sur Android" not in text_of(here).partition("Dernières connexions")[0]


def test_a_session_that_ran_out_is_not_shown(here, stolen, alice):
    session = stolen.session
    session.set_expiry(timezone.now() - timedelta(days=1))
    session.save()

    assert "Firefox sur Android" not in text_of(here).partition("Dernières connexions")[0]


def test_the_last_ten_logins_say_when_how_and_from_where(here, alice):
    Login.objects.all().delete()
    for number in range(12):
        Login.objects.create(
            user=alice,
            at=timezone.now() - timedelta(days=number),
            method=Login.Method.GOOGLE,
            with_second_factor=number == 0,
            ip=f"192.0.2.{number}",
            browser=SAFARI,
        )

    page = text_of(here)

    assert "Avec\u202f: Google et une deuxième preuve" in page
    assert page.count("Safari sur iPhone") == 10
    assert "192.0.2.0" in page
    assert "192.0.2.10" not in page


def test_the_page_takes_a_known_number_of_queries(here, stolen, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        here.get(SECURITY)


def test_the_page_is_kept_by_no_cache(here):
    assert "no-store" in here.get(SECURITY).headers["Cache-Control"]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox sur Android"),
        (EDGE, "Edge sur Windows"),
        (SAFARI, "Safari sur iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/128.0 Safari/537.36", "Chrome sur Linux"),
        ("curl/8.5", "Navigateur inconnu"),
        ("", "Navigateur inconnu"),
        ("\0<script>" + "x" * 5000, "Navigateur inconnu"),
    ],
)
def test_a_browser_is_named_as_its_owner_knows_it(agent, words):
    assert browsers.in_words(agent) == words


# --- The advice ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("prefix", "words"), [("", "Reconnaître une fraude"), ("/en", "MesOpinions")])
def test_anybody_reads_how_to_tell_a_fraud(client, settings, prefix, words):
    page = unescape(client.get(f"{prefix}/compte/securite/conseils/").content.decode())

    assert words in page
    assert f"{settings.SITE_ORIGIN}/" in page
    assert settings.CONTROLLER["privacy_email"] in page
    assert not client.cookies
