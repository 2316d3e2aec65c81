"""Forms that need no session: who may send them, and what a browser with a session needs."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from mesopinions.core.sessionless import sessionless_form
from petitions.models import Signature
from petitions.selectors import signature_count
from tests.factories import make_petition, make_user, sign_data

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@pytest.fixture
def petition(db):
    return make_petition()


@pytest.fixture
def strict():
    """A browser whose forms are checked as in production."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def samir(strict, db):
    """The same browser, logged in."""
    user = make_user("samir")
    strict.force_login(user)
    return user


def sign(client, petition, headers=None, **fields):
    return client.post(reverse("sign", args=[petition.pk]), sign_data(**fields), headers=headers or {})


# --- Without a session -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {"origin": "http://testserver"},
        {"origin": "http://testserver", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "same-origin", "origin": "null"},  # what some privacy settings send from our own page
    ],
)
def test_our_own_page_may_send_the_form(strict, petition, headers):
    assert sign(strict, petition, headers).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": ""},
        {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://testserver.evil.example"},
        {"origin": "http://evil.example/testserver"},
        {"origin": "http://evil.example@testserver:99"},
        {"origin": "http://[broken"},
    ],
)
def test_another_site_may_not(strict, petition, headers):
    response = sign(strict, petition, headers)

    assert response.status_code == 403
    assert "Cette page ne vous est pas ouverte" in response.content.decode()
    assert not Signature.objects.exists()


def test_reading_is_never_refused(strict, petition):
    elsewhere = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}

    assert strict.get(petition.get_absolute_url(), headers=elsewhere).status_code == 200


def test_a_cookie_that_is_no_session_changes_nothing(strict, petition):
    strict.cookies["consent"] = "refuse"

    assert sign(strict, petition).status_code == 303


# --- With a session --------------------------------------------------------------------------------------------------


def test_a_session_needs_the_token_of_its_page(strict, samir, petition):
    page = strict.get(petition.get_absolute_url()).content.decode()
    token = TOKEN.search(page).group(1)

    assert sign(strict, petition, csrfmiddlewaretoken=token).status_code == 303
    assert signature_count(petition.pk) == 1


@pytest.mark.parametrize("token", ["", "A" * 64, "é", "x"])
def test_somebody_who_logged_in_meanwhile_gets_the_form_again_with_their_words(strict, samir, petition, token):
    response = sign(strict, petition, csrfmiddlewaretoken=token, comment="Mes mots <à moi>")
    page = response.content.decode()

    assert response.status_code == 422
    assert "Mes mots &lt;à moi&gt;" in page
    assert 'value="Samir"' in page
    assert not Signature.objects.exists()


def test_the_form_that_comes_again_can_be_sent(strict, samir, petition):
    again = sign(strict, petition).content.decode()
    token = TOKEN.search(again).group(1)

    assert sign(strict, petition, csrfmiddlewaretoken=token).status_code == 303


def test_the_token_of_somebody_else_is_worth_nothing(strict, samir, petition):
    oscar = Client(enforce_csrf_checks=True)
    oscar.force_login(make_user("oscar"))
    theirs = TOKEN.search(oscar.get(petition.get_absolute_url()).content.decode()).group(1)

    assert sign(strict, petition, csrfmiddlewaretoken=theirs).status_code == 422


def test_another_site_cannot_use_the_session_even_with_a_token(strict, samir, petition):
    token = TOKEN.search(strict.get(petition.get_absolute_url()).content.decode()).group(1)
    response = sign(strict, petition, {"origin": "https://evil.example"}, csrfmiddlewaretoken=token)

    assert response.status_code == 422
    assert not Signature.objects.exists()


def test_a_session_that_has_ended_still_needs_a_token(strict, petition):
    strict.cookies["session"] = "ended"

    assert sign(strict, petition).status_code == 422


@pytest.mark.parametrize("name", ["my_signatures", "sign_pending"])
def test_every_form_keeps_the_words_of_somebody_who_logged_in(strict, samir, petition, name):
    address = reverse(name) if name == "my_signatures" else petition.url_of(name)
    response = strict.post(address, {"email": "samir@example.org"})

    assert response.status_code == 422
    assert 'value="samir@example.org"' in response.content.decode()


def test_the_view_is_not_called_before_the_check(rf):
    def view(request):
        raise AssertionError("called")

    form = sessionless_form(again=lambda request: HttpResponse("again"))(view)
    request = rf.post("/", HTTP_COOKIE="session=x")

    assert form(request).content == b"again"


def test_logging_in_needs_a_token_of_its_own(strict, db):
    make_user("samir")
    words = {"login": "samir@example.org", "password": "une phrase de passe de test"}
    refused = strict.post(reverse("account_login"), words)
    token = TOKEN.search(strict.get(reverse("account_login")).content.decode()).group(1)

    assert refused.status_code == 403
    assert strict.post(reverse("account_login"), words | {"csrfmiddlewaretoken": token}).status_code == 302
