"""Login and logout, which tell a stranger nothing."""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from tests.accounts.conftest import PASSWORD
from tests.accounts.mailbox import last_code
from tests.factories import make_user

pytestmark = pytest.mark.django_db

LOGIN, LOGOUT, BY_CODE, CODE = "/compte/login/", "/compte/logout/", "/compte/login/code/", "/compte/login/code/confirm/"
REFUSAL = "Cette adresse et ce mot de passe ne vont pas ensemble"


def log_in(client, login="alice@example.org", password=PASSWORD, **details):
    return client.post(LOGIN, {"login": login, "password": password} | details)


def is_logged_in(client):
    return "_auth_user_id" in client.session


def test_the_addresses_are_those_of_the_contract():
    assert (reverse("account_login"), reverse("account_logout")) == (LOGIN, LOGOUT)
    assert (reverse("account_signup"), reverse("account")) == ("/compte/signup/", "/compte/")


@pytest.mark.parametrize("login", ["alice@example.org", "ALICE@example.org", " Alice@EXAMPLE.org "])
def test_alice_logs_in_however_she_types_her_address(client, alice, login):
    response = log_in(client, login)

    assert (response.status_code, response.url) == (302, "/compte/")
    assert is_logged_in(client)


def test_an_international_domain_may_be_typed_as_it_is_read(client):
    User.objects.create_user("zoe@exämple.fr", PASSWORD, email_confirmed_at=timezone.now())

    assert log_in(client, "zoe@exämple.fr").status_code == 302


def test_a_login_counts_as_a_visit(client, alice):
    User.objects.update(last_seen_at=timezone.now() - timedelta(days=700))

    log_in(client)

    alice.refresh_from_db()
    assert timezone.now() - alice.last_seen_at < timedelta(minutes=1)


def test_a_login_changes_the_key_of_the_session(client, alice):
    client.get(BY_CODE)
    client.post(BY_CODE, {"email": "alice@example.org"})
    before = client.session.session_key
    client.post(CODE, {"code": last_code()})

    assert is_logged_in(client)
    assert client.session.session_key != before


@pytest.mark.parametrize("login", ["alice@example.org", "nobody@example.org"])
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, alice, login):
    response = log_in(client, login, "wrong")

    assert response.status_code == 422
    assert REFUSAL in unescape(response.content.decode())
    assert not is_logged_in(client)


@pytest.mark.parametrize("state", [{"is_active": False}, {"email_confirmed_at": None}])
def test_a_closed_or_unconfirmed_account_gets_the_answer_of_an_unknown_address(client, alice, state):
    User.objects.update(**state)

    response = log_in(client)

    assert response.status_code == 422
    assert REFUSAL in unescape(response.content.decode())
    assert not is_logged_in(client)


def test_an_empty_form_says_what_is_missing(client, db):
    page = unescape(log_in(client, "", "").content.decode())

    assert "Indiquez votre adresse e-mail." in page
    assert "Indiquez votre mot de passe." in page


@pytest.mark.parametrize(
    "login", ["\0@example.org", "é" * 5000, "<script>@example.org", "\u202egro.elpmaxe@ecila", "💥@💥", "a" * 300]
)
def test_strange_words_are_refused_like_any_other(client, alice, login):
    assert log_in(client, login).status_code == 422
    assert client.post(BY_CODE, {"email": login}).status_code == 422
    assert client.post("/compte/password/reset/", {"email": login}).status_code == 422


@pytest.mark.parametrize("password", ["\0", "é" * 5000, "\u202e", "💥"])
def test_a_strange_password_is_refused_like_any_other(client, alice, password):
    assert log_in(client, password=password).status_code == 422


def test_a_field_that_comes_twice_counts_once(client, alice):
    data = {"login": ["oscar@example.org", "alice@example.org"], "password": ["wrong", PASSWORD]}

    assert client.post(LOGIN, data).status_code == 302
    assert client.post(LOGIN, {"login[]": "alice@example.org", "password[]": PASSWORD}).status_code == 302


def test_login_leads_back_to_where_one_came_from(client, alice):
    assert log_in(client, next="/petitions/?q=été").url == "/petitions/?q=%C3%A9t%C3%A9"


@pytest.mark.parametrize("way", ["data", "query_params"])
def test_login_leads_to_no_other_site(client, alice, way):
    words = {"login": "alice@example.org", "password": PASSWORD}
    addresses = ["//evil.example/", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "http://["]
    addresses += ["http:///evil.example", "\thttps://evil.example", "///evil.example", "http://testserver@evil.example"]

    for address in addresses:
        response = client.post(LOGIN, **{"data": words, way: words | {"next": address}})
        assert (response.status_code, response.url) == (302, "/compte/"), address
        client.logout()


def test_a_way_back_that_is_no_address_is_no_failure(client, alice):
    for address in ("\0", "/petitions/\0", "/petitions/\r\nSet-Cookie: a=b", "/" + "x" * 9000, "\ud800"):
        response = log_in(client, next=address.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
        assert response.status_code == 302, address
        assert "\n" not in response.url, address
        client.logout()


def test_the_way_by_code_leads_back_too_and_to_no_other_site(client, alice):
    for address, expected in (("/petitions/", "/petitions/"), ("//evil.example/", "/compte/")):
        there = client.post(BY_CODE, {"email": "alice@example.org", "next": address}).url
        response = client.post(there, {"code": last_code()})

        assert response.url == expected
        client.post(LOGOUT)


def test_somebody_logged_in_has_nothing_to_do_on_the_login_page(client, alice):
    client.force_login(alice)

    assert {client.get(path).url for path in (LOGIN, BY_CODE, "/compte/signup/", CODE)} == {"/compte/"}


# --- Limits -----------------------------------------------------------------------------------------------------------


def test_an_address_tried_too_often_waits(client, alice, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"login-email": (2, 900)}
    for _ in range(2):
        log_in(client, password="wrong")

    response = log_in(client, "Alice+x@example.org")

    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 900
    assert "Réessayez dans 15 minutes." in response.content.decode()
    assert not is_logged_in(client)


def test_whoever_is_kept_out_by_the_guesses_of_others_comes_in_with_a_code(client, alice, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"login-email": (1, 900)}
    for _ in range(3):
        log_in(client, password="wrong")

    client.post(BY_CODE, {"email": "alice@example.org"})
    client.post(CODE, {"code": last_code()})

    assert is_logged_in(client)


def test_a_visitor_who_tries_many_addresses_waits(client, alice, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"login-ip": (2, 300)}
    for name in ("oscar", "samir"):
        log_in(client, f"{name}@example.org", "wrong")

    assert log_in(client).status_code == 429
    assert log_in(client, REMOTE_ADDR="192.0.2.9").status_code == 429  # a form field is no address
    assert (
        client.post(LOGIN, {"login": "alice@example.org", "password": PASSWORD}, REMOTE_ADDR="192.0.2.9").status_code
        == 302
    )


def test_a_visitor_who_asks_for_passkeys_without_end_waits(client, db, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"passkey-ip": (2, 300)}
    address, headers = "/compte/2fa/webauthn/login/", {"Accept": "application/json"}

    assert [client.get(address, headers=headers).status_code for _ in range(3)] == [200, 200, 429]
    assert client.post(address, {"credential": "{}"}).status_code == 429


def test_the_limits_see_through_our_proxy_and_no_further(client, alice, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"login-ip": (1, 300)}
    settings.TRUSTED_PROXY_COUNT = 1
    form = {"login": "alice@example.org", "password": "wrong"}

    answers = [
        client.post(LOGIN, form, HTTP_X_FORWARDED_FOR=hops).status_code
        for hops in ("192.0.2.1", "192.0.2.2", "192.0.2.99, 192.0.2.1", "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1")
    ]

    assert answers == [422, 422, 429, 422, 429, 422]


@pytest.mark.parametrize("path", [BY_CODE, "/compte/password/reset/", "/compte/signup/"])
@pytest.mark.parametrize("email", ["alice@example.org", "nobody@example.org"])
def test_nobody_gets_more_than_a_few_mails_that_strangers_asked_for(client, alice, settings, path, email):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"entrance-email": (2, 3600)}
    for _ in range(2):
        client.cookies.clear()
        assert client.post(path, {"email": email}).status_code == 302
    client.cookies.clear()

    response = client.post(path, {"email": email})

    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 3600


def test_what_allauth_counts_goes_by_our_address_of_the_visitor_and_gets_our_page(client, alice, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"signup": "1/m/ip"}
    settings.TRUSTED_PROXY_COUNT = 1
    answers = [
        client.post("/compte/signup/", {"email": ""}, HTTP_X_FORWARDED_FOR=hops)
        for hops in ("192.0.2.1", "192.0.2.2", "192.0.2.9, 192.0.2.1")
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert answers[2]["Retry-After"] == "60"
    assert "Un instant" in answers[2].content.decode()


# --- Out --------------------------------------------------------------------------------------------------------------


def test_logout_ends_the_session_and_leads_home(client, alice):
    client.force_login(alice)

    response = client.post(LOGOUT)

    assert (response.status_code, response.url) == (302, "/")
    assert not is_logged_in(client)
    assert {name: cookie.value for name, cookie in client.cookies.items() if cookie.value} == {}


def test_opening_the_logout_address_asks_first(client, alice):
    client.force_login(alice)

    assert "Se déconnecter" in client.get(LOGOUT).content.decode()
    assert is_logged_in(client)


def test_whoever_is_not_in_has_nothing_to_do_on_the_logout_page(client, db):
    assert client.get(LOGOUT).url == "/"
    assert client.post(LOGOUT).url == "/"


def test_logout_leads_to_no_other_site(client, alice):
    client.force_login(alice)

    assert client.post(LOGOUT, {"next": "https://evil.example/"}).url == "/"


# --- A new browser ----------------------------------------------------------------------------------------------------


def test_the_ways_in_speak_english_to_english_readers(client, db):
    for path in (LOGIN, BY_CODE, "/compte/signup/", "/compte/password/reset/"):
        assert '<html lang="en"' in client.get(f"/en{path}").content.decode()


def test_an_account_that_nobody_confirmed_is_not_logged_in_by_another_backend(client):
    make_user("samir", confirmed=False)

    assert not client.login(email="samir@example.org", password="une phrase de passe de test")
