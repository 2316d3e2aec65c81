"""When coming in with Google or Facebook fails: a clear page with a way on, the right status, and nothing stored."""

from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from tests.accounts.elsewhere import (
    CONNECTIONS,
    answer,
    everything_stored,
    is_logged_in,
    leave_for,
    link,
    log_in_with,
    made,
    prove,
    say_no,
    uid_of,
)
from tests.fakes.oauth import NONSENSE

pytestmark = pytest.mark.django_db

CANCELLED = "/compte/3rdparty/login/cancelled/"
NAMES = ["google", "facebook"]


def callback(name, **query):
    return f"/compte/{name}/login/callback/?{urlencode(query)}"


def text_of(response):
    return unescape(response.content.decode())


def assert_leads_on(response, *, status, words):
    """The page says what happened, and leads to another way in. Nothing was stored."""
    assert response.status_code == status
    html = text_of(response)
    assert words in html
    assert 'href="/compte/login/' in html
    assert made() == (0, 0, 0)
    assert "alice@example.org" not in everything_stored()
    assert not is_logged_in(response.client)


# --- The person says no ----------------------------------------------------------------------------------------------


def test_who_says_no_reads_that_nothing_was_stored_and_finds_another_way(client, elsewhere):
    response = say_no(client, elsewhere.name, next="/petitions/lancer/")

    assert response.status_code == 302
    assert response["Location"].startswith(CANCELLED)
    page = client.get(response["Location"])
    assert_leads_on(page, status=200, words="Nous n’avons rien appris de vous")
    assert "/compte/login/?next=%2Fpetitions%2Flancer%2F" in text_of(page)


def test_who_says_no_to_a_link_is_led_back_to_their_account(client, elsewhere, alice):
    client.force_login(alice)
    prove(client)

    page = client.get(say_no(client, elsewhere.name, process="connect")["Location"])

    assert page.status_code == 200
    assert f'href="{CONNECTIONS}"' in text_of(page)
    assert made() == (1, 1, 0)


def test_any_other_error_of_the_provider_is_told(client, elsewhere):
    state = parse_qs(urlsplit(leave_for(client, elsewhere.name)).query)["state"][0]

    response = client.get(callback(elsewhere.name, error="server_error", error_description="<b>x</b>", state=state))

    assert_leads_on(response, status=401, words="La connexion n’a pas abouti")
    assert "<b>x</b>" not in text_of(response)


# --- The state -------------------------------------------------------------------------------------------------------


def test_a_changed_state_is_refused(client, elsewhere):
    back = answer(leave_for(client, elsewhere.name))
    wrong = back.replace("state=", "state=x")

    assert_leads_on(client.get(wrong), status=401, words="La connexion n’a pas abouti")
    assert elsewhere.tokens == []


@pytest.mark.parametrize("state", ["", "\0", "x" * 5000, "é", "../../", "{}"], ids=repr)
@pytest.mark.parametrize("name", NAMES)
def test_an_invented_state_is_refused(client, name, state):
    response = client.get(callback(name, code="x", state=state))

    assert response.status_code in {400, 401}
    assert made() == (0, 0, 0)


@pytest.mark.parametrize("name", NAMES)
def test_a_way_back_that_nobody_began_is_refused(client, name):
    assert_leads_on(client.get(callback(name)), status=401, words="La connexion n’a pas abouti")


def test_a_way_back_in_another_browser_is_refused(client, elsewhere):
    back = answer(leave_for(client, elsewhere.name))
    stranger = Client()

    assert_leads_on(stranger.get(back), status=401, words="La connexion n’a pas abouti")
    assert elsewhere.tokens == []


def test_a_way_back_works_once(client, elsewhere, alice):
    link(alice, elsewhere.name, uid_of(elsewhere))
    back = answer(leave_for(client, elsewhere.name))
    client.get(back)
    client.post("/compte/logout/")

    assert client.get(back).status_code == 401
    assert not is_logged_in(client)
    assert len(elsewhere.tokens) == 1


def test_the_state_of_one_provider_is_worth_nothing_at_the_other(client, google, facebook):
    back = answer(leave_for(client, "google"))

    response = client.get(back.replace("/google/", "/facebook/"))

    assert_leads_on(response, status=401, words="La connexion n’a pas abouti")
    assert (google.tokens, facebook.tokens) == ([], [])


def test_a_login_that_took_too_long_begins_again(client, elsewhere, monkeypatch):
    monkeypatch.setattr("allauth.socialaccount.internal.statekit.STATE_TTL", -1)

    response = log_in_with(client, elsewhere.name)

    assert_leads_on(response, status=401, words="La connexion n’a pas abouti")


@pytest.mark.parametrize("method", ["post", "put"])
@pytest.mark.parametrize("name", NAMES)
def test_the_way_back_is_only_walked(client, name, method):
    assert getattr(client, method)(callback(name)).status_code == 405


# --- The code --------------------------------------------------------------------------------------------------------


def test_an_expired_code_offers_to_try_again(client, elsewhere):
    back = answer(leave_for(client, elsewhere.name, next="/petitions/"))
    elsewhere.forget_codes()

    response = client.get(back)

    assert_leads_on(response, status=401, words="La connexion n’a pas abouti")
    assert f"/compte/{elsewhere.name}/login/?process=login&next=%2Fpetitions%2F" in text_of(response)


@pytest.mark.parametrize("code", ["invented", "\0", "x" * 5000, "é"], ids=repr)
def test_an_invented_code_is_refused(client, elsewhere, code):
    state = parse_qs(urlsplit(leave_for(client, elsewhere.name)).query)["state"][0]

    response = client.get(callback(elsewhere.name, code=code, state=state))

    assert response.status_code in {400, 401}
    assert made() == (0, 0, 0)


def test_a_code_that_was_given_to_another_browser_is_worth_nothing(client, elsewhere):
    """A code that Oscar stole on its way is put into a login that he began: its proof (PKCE) is missing."""
    stolen = parse_qs(urlsplit(answer(leave_for(Client(), elsewhere.name))).query)["code"][0]
    state = parse_qs(urlsplit(leave_for(client, elsewhere.name)).query)["state"][0]

    response = client.get(callback(elsewhere.name, code=stolen, state=state))

    assert_leads_on(response, status=401, words="La connexion n’a pas abouti")


# --- The provider is not itself --------------------------------------------------------------------------------------


@pytest.fixture
def impatient(settings):
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 0.2


def switch(fake, what):
    if what == "down":
        fake.is_down = True
    elif what == "slow":
        fake.stalls_for = 1
    else:
        step, _, kind = what.partition(": ")
        setattr(fake, f"{step}_answer", NONSENSE[kind])


@pytest.mark.parametrize("what", ["down", "slow", *(f"person: {kind}" for kind in NONSENSE)])
def test_a_provider_that_fails_is_named_and_nobody_else_is_blamed(client, elsewhere, impatient, what, caplog):
    elsewhere.gives_id_token = False  # so that Google is asked a second time too
    back = answer(leave_for(client, elsewhere.name, next="/petitions/"))
    switch(elsewhere, what)

    response = client.get(back)

    assert_leads_on(response, status=503, words=f"{elsewhere.name.title()} ne répond pas")
    assert f"/compte/{elsewhere.name}/login/?process=login&next=%2Fpetitions%2F" in text_of(response)
    assert not any(token in caplog.text for token in elsewhere.tokens)
    assert "did not answer as it should" in caplog.text


@pytest.mark.parametrize("kind", NONSENSE)
def test_a_strange_answer_instead_of_a_token_is_an_error(client, elsewhere, kind):
    back = answer(leave_for(client, elsewhere.name))
    switch(elsewhere, f"token: {kind}")

    response = client.get(back)

    assert response.status_code in {401, 503}
    assert made() == (0, 0, 0)


@pytest.mark.parametrize("name", NAMES)
def test_a_provider_that_nobody_can_reach_is_named(client, name):
    # Nothing listens on the fake's port.
    state = parse_qs(urlsplit(leave_for(client, name)).query)["state"][0]

    response = client.get(callback(name, code="x", state=state))

    assert_leads_on(response, status=503, words=f"{name.title()} ne répond pas")


def test_a_provider_that_fails_links_nothing_and_leads_back_to_the_account(client, elsewhere, alice):
    client.force_login(alice)
    prove(client)
    back = answer(leave_for(client, elsewhere.name, process="connect"))
    elsewhere.is_down = True

    response = client.get(back)

    assert response.status_code == 503
    assert f'href="{CONNECTIONS}"' in text_of(response)
    assert made() == (1, 1, 0)
    assert is_logged_in(client)


@pytest.mark.parametrize("uid", ["", " ", "a b", "\0", "x" * 192, "é", 7, None, ["1"], True], ids=repr)
def test_a_strange_number_of_an_account_is_no_account(client, elsewhere, uid):
    elsewhere.person["sub" if elsewhere.name == "google" else "id"] = uid

    response = log_in_with(client, elsewhere.name)

    assert response.status_code == 503 or (response.status_code, elsewhere.name) == (401, "google")
    assert made() == (0, 0, 0)


@pytest.mark.parametrize("changed", [{"issuer": "https://evil.example"}, {"audience": "another-client"}], ids=repr)
def test_an_id_token_for_somebody_else_is_refused(client, google, changed):
    for name, value in changed.items():
        setattr(google, name, value)

    assert_leads_on(log_in_with(client, "google"), status=401, words="La connexion n’a pas abouti")


def test_the_pages_of_failure_open_by_themselves(client):
    assert client.get(CANCELLED).status_code == 200
    assert client.get(reverse("socialaccount_login_error")).status_code == 401
