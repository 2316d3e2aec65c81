"""The way to Google and Facebook: plain links, and nothing that a link could add."""

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from mesopinions.core import providers
from tests.accounts.elsewhere import (
    CONFIRM,
    CONNECTIONS,
    SIGNUP,
    answer,
    is_logged_in,
    leave_for,
    link,
    log_in_with,
    made,
    mailed_code,
    prove,
    sign_up_with,
    uid_of,
)
from tests.factories import make_user
from tests.fakes.oauth import CLIENTS

pytestmark = pytest.mark.django_db

NAMES = ["google", "facebook"]
LOGIN = "/compte/login/"
NOBODY = providers.Keys("", "", "")


@pytest.fixture
def without_keys(settings):
    """A site without keys of either."""
    settings.SOCIALACCOUNT_PROVIDERS = providers.configured(google=NOBODY, facebook=NOBODY)


def query_of(address):
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


# --- The buttons -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["account_login", "account_signup"])
def test_the_buttons_are_plain_links_of_this_site_that_keep_where_one_was_going(client, page):
    html = client.get(reverse(page), {"next": "/petitions/"}).content.decode()

    for name in NAMES:
        assert f'href="/compte/{name}/login/?next=%2Fpetitions%2F"' in html
    assert "Continuer avec Google" in html
    assert "Continuer avec Facebook" in html
    assert not any(host in html for host in ("google.com", "googleapis", "gstatic", "facebook.com", "facebook.net"))
    assert "<iframe" not in html


@pytest.mark.parametrize("page", ["account_login", "account_signup"])
def test_a_site_without_keys_shows_no_button(client, without_keys, page):
    html = client.get(reverse(page)).content.decode()

    assert "Continuer avec" not in html


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("path", ["login", "login/callback"])
def test_a_site_without_keys_has_no_such_pages(client, without_keys, name, path):
    assert client.get(f"/compte/{name}/{path}/").status_code == 404


def test_one_provider_works_without_the_other(client, settings):
    keys = providers.Keys("a client", "a secret", "")
    settings.SOCIALACCOUNT_PROVIDERS = providers.configured(google=keys, facebook=NOBODY)

    html = client.get(LOGIN).content.decode()

    assert "Continuer avec Google" in html
    assert "Continuer avec Facebook" not in html


def test_without_a_base_address_the_real_ones_are_asked():
    keys = providers.Keys("a client", "a secret", "")

    made = providers.configured(google=keys, facebook=keys)

    addresses = {value for part in made.values() for value in part.values() if str(value).startswith("http")}
    assert {urlsplit(address).scheme for address in addresses} == {"https"}
    assert {urlsplit(address).hostname for address in addresses} == {
        *("accounts.google.com", "oauth2.googleapis.com", "www.googleapis.com"),
        *("www.facebook.com", "graph.facebook.com"),
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_client_without_its_secret_stops_the_start(name):
    keys = {"google": NOBODY, "facebook": NOBODY} | {name: providers.Keys("a client", "", "")}

    with pytest.raises(ImproperlyConfigured, match=f"{name.upper()}_CLIENT_SECRET"):
        providers.configured(**keys)


def test_who_is_on_the_way_when_the_keys_go_begins_again(client, elsewhere, request):
    log_in_with(client, elsewhere.name)
    request.getfixturevalue("without_keys")

    assert client.get(SIGNUP)["Location"] == LOGIN


def test_who_awaits_a_code_when_the_keys_go_begins_again(client, facebook, request):
    sign_up_with(client, "facebook")
    request.getfixturevalue("without_keys")

    response = client.post(CONFIRM, {"code": mailed_code()})

    assert response.status_code == 302
    assert not is_logged_in(client)


# --- The way there ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "scope"), [("google", {"profile", "email"}), ("facebook", {"email", "public_profile"})]
)
def test_no_more_is_asked_than_a_name_and_an_address(client, name, scope):
    asked = query_of(leave_for(client, name))

    assert set(asked["scope"].replace(",", " ").split()) == scope
    assert asked["client_id"] == CLIENTS[name][0]
    assert asked["redirect_uri"] == f"http://testserver/compte/{name}/login/callback/"
    assert asked["response_type"] == "code"


@pytest.mark.parametrize("name", NAMES)
def test_who_reads_english_comes_back_to_english(client, name):
    asked = query_of(client.get(f"/en/compte/{name}/login/")["Location"])

    assert asked["redirect_uri"] == f"http://testserver/en/compte/{name}/login/callback/"


@pytest.mark.parametrize("name", NAMES)
def test_a_challenge_goes_there_and_only_its_answer_stays_here(client, name):
    asked = query_of(leave_for(client, name))

    [(state, *_)] = client.session["socialaccount_states"].values()
    digest = hashlib.sha256(state["pkce_code_verifier"].encode()).digest()
    assert asked["code_challenge_method"] == "S256"
    assert asked["code_challenge"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert [asked["state"]] == list(client.session["socialaccount_states"])


@pytest.mark.parametrize("name", NAMES)
def test_a_link_adds_nothing_to_what_is_asked(client, name):
    plain = query_of(leave_for(client, name))

    asked = query_of(
        leave_for(
            client,
            name,
            scope="user_photos,https://www.googleapis.com/auth/drive",
            auth_params="prompt=consent&redirect_uri=https://evil.example/",
            action="rerequest",
            process="redirect",
            client_id="other",
        )
    )

    secret = {"state": "", "code_challenge": "", "scope": ""}
    assert asked | secret == plain | secret
    assert sorted(asked["scope"].replace(",", " ").split()) == sorted(plain["scope"].replace(",", " ").split())


@pytest.mark.parametrize(
    "place", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_no_link_leads_on_to_another_site(client, google, alice, place):
    link(alice, "google", uid_of(google))

    assert log_in_with(client, "google", next=place)["Location"] == reverse("account")


def test_a_link_leads_on_to_a_page_of_this_site(client, google, alice):
    link(alice, "google", uid_of(google))

    assert log_in_with(client, "google", next="/petitions/lancer/")["Location"] == "/petitions/lancer/"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_link_of_another_site_logs_nobody_in(client, site):
    response = client.get("/compte/google/login/", {"next": "/petitions/"}, headers={"Sec-Fetch-Site": site})

    assert (response.status_code, response["Location"]) == (302, f"{LOGIN}?next=%2Fpetitions%2F")
    assert "session" not in client.cookies


@pytest.mark.parametrize("method", ["post", "head", "put"])
def test_only_a_click_leaves(client, method):
    assert getattr(client, method)("/compte/google/login/").status_code == 405


def test_whoever_clicks_without_end_waits(client, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"provider-ip": (2, 300)}
    for name in NAMES:
        leave_for(client, name)

    response = client.get("/compte/google/login/")

    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 300


def test_somebody_logged_in_has_no_reason_to_leave(client, alice):
    client.force_login(alice)

    assert client.get("/compte/google/login/", {"next": "/petitions/"})["Location"] == "/petitions/"
    assert client.get("/compte/google/login/")["Location"] == reverse("account")


def test_a_page_of_the_site_asks_nothing_of_providers_before_the_click(client):
    # No fake runs in this test: whatever reached for one would fail.
    assert client.get(LOGIN).status_code == 200


# --- Linking ---------------------------------------------------------------------------------------------------------


def test_linking_asks_first_who_is_there(client, alice, elsewhere):
    stranger = client.get(f"/compte/{elsewhere.name}/login/", {"process": "connect"})
    client.force_login(alice)
    unsure = client.get(f"/compte/{elsewhere.name}/login/", {"process": "connect"})

    assert stranger["Location"] == unsure["Location"] == CONNECTIONS
    assert "/reauthenticate/" in client.get(CONNECTIONS)["Location"]
    assert elsewhere.asked == []


def test_a_proof_that_ended_on_the_way_links_nothing(client, alice, elsewhere):
    client.force_login(alice)
    prove(client)
    back = answer(leave_for(client, elsewhere.name, process="connect"))
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 3600
    session.save()

    assert client.get(back)["Location"] == CONNECTIONS
    assert made() == (1, 1, 0)
    assert "socialaccount_sociallogin" not in client.session
    assert "account_reauthentication_state" not in client.session


def test_a_way_back_that_began_as_a_login_links_nothing(client, alice, elsewhere):
    """Alice's browser is led to the end of a login that Oscar began: it is not hers, and nothing happens."""
    back = answer(leave_for(Client(), elsewhere.name))
    client.force_login(alice)

    assert client.get(back).status_code == 401
    assert made() == (1, 1, 0)
    assert is_logged_in(client)


def test_linking_leads_back_to_the_page_of_the_links(client, alice, elsewhere):
    client.force_login(alice)
    prove(client)

    response = log_in_with(client, elsewhere.name, process="connect", next="/petitions/")

    assert response["Location"] == CONNECTIONS
    assert made() == (1, 1, 1)


def test_one_account_elsewhere_opens_one_account_here(client, alice, elsewhere):
    link(make_user("oscar"), elsewhere.name, uid_of(elsewhere))
    client.force_login(alice)
    prove(client)

    response = log_in_with(client, elsewhere.name, process="connect")

    assert response["Location"] == CONNECTIONS
    assert "ouvre déjà un autre compte MesOpinions" in client.get(CONNECTIONS).content.decode()
    assert not alice.socialaccount_set.exists()
