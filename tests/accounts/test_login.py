"""Login and logout, which tell a stranger nothing."""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db

LOGIN, LOGOUT = "/compte/login/", "/compte/logout/"
REFUSAL = "Cette adresse et ce mot de passe ne vont pas ensemble."


def log_in(client, username="alice@example.org", password=PASSWORD, **details):
    return client.post(LOGIN, {"username": username, "password": password} | details)


def is_logged_in(client):
    return "_auth_user_id" in client.session


def test_the_addresses_are_those_of_the_contract():
    assert (reverse("login"), reverse("logout")) == (LOGIN, LOGOUT)


@pytest.mark.parametrize("username", ["alice@example.org", "ALICE@example.org", " Alice@EXAMPLE.org "])
def test_alice_logs_in_however_she_types_her_address(client, alice, username):
    response = log_in(client, username)

    assert response.status_code == 302
    assert response.url == "/"
    assert is_logged_in(client)


def test_a_login_counts_as_a_visit(client, alice):
    User.objects.update(last_seen_at=timezone.now() - timedelta(days=700))

    log_in(client)

    alice.refresh_from_db()
    assert timezone.now() - alice.last_seen_at < timedelta(minutes=1)


@pytest.mark.parametrize("username", ["alice@example.org", "nobody@example.org"])
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, alice, username):
    response = log_in(client, username, "wrong")

    assert response.status_code == 422
    assert REFUSAL in unescape(response.content.decode())
    assert not is_logged_in(client)


def test_a_closed_account_gets_the_answer_of_an_unknown_address(client, alice):
    User.objects.update(is_active=False)

    response = log_in(client)

    assert response.status_code == 422
    assert REFUSAL in unescape(response.content.decode())


def test_an_empty_form_says_what_is_missing(client, db):
    page = unescape(log_in(client, "", "").content.decode())

    assert "Indiquez votre adresse e-mail." in page
    assert "Indiquez votre mot de passe." in page


@pytest.mark.parametrize("username", ["\0@example.org", "é" * 5000, "<script>@example.org", "\u202egro.elpmaxe@ecila"])
def test_strange_words_are_refused_like_any_other(client, alice, username):
    assert log_in(client, username).status_code == 422


def test_login_leads_back_to_where_one_came_from(client, alice):
    assert log_in(client, next="/petitions/").url == "/petitions/"


def test_login_leads_to_no_other_site(client, alice):
    assert log_in(client, next="//evil.example/").url == "/"


def test_somebody_logged_in_has_nothing_to_do_on_the_login_page(client, alice):
    client.force_login(alice)

    assert client.get(LOGIN).status_code == 302


def test_an_address_tried_too_often_waits(client, alice, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"login-email": (2, 900)}
    for _ in range(2):
        log_in(client, password="wrong")

    response = log_in(client, "Alice+x@example.org")

    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 900
    assert not is_logged_in(client)


def test_a_visitor_who_tries_many_addresses_waits(client, alice, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"login-ip": (2, 300)}
    for name in ("oscar", "samir"):
        log_in(client, f"{name}@example.org", "wrong")

    assert log_in(client).status_code == 429


def test_logout_ends_the_session_and_leads_home(client, alice):
    client.force_login(alice)

    response = client.post(LOGOUT)

    assert (response.status_code, response.url) == (302, "/")
    assert not is_logged_in(client)


def test_opening_the_logout_address_logs_nobody_out(client, alice):
    client.force_login(alice)

    assert client.get(LOGOUT).status_code == 405
    assert is_logged_in(client)
