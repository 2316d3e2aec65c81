"""Coming in with Google: the form, the account, and an address that somebody has already."""

import re
from html import unescape

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.elsewhere import (
    CONFIRM,
    SIGNUP,
    everything_stored,
    is_logged_in,
    link,
    log_in_with,
    made,
    mailed_code,
    mails,
    sign_up_with,
    uid_of,
)
from tests.factories import make_user
from tests.support.concurrency import run_together

pytestmark = pytest.mark.django_db

# Both forms of Google's answer: the claims of an id_token, and userinfo with its older names.
BOTH_ANSWERS = pytest.mark.parametrize("gives_id_token", [True, False], ids=["id_token", "userinfo"])


# --- Signing up ------------------------------------------------------------------------------------------------------


@BOTH_ANSWERS
def test_the_form_shows_what_google_tells_before_anything_is_stored(client, google, gives_id_token):
    google.gives_id_token = gives_id_token

    response = log_in_with(client, "google")
    page = client.get(response["Location"])

    html = unescape(page.content.decode())
    assert (response.status_code, response["Location"]) == (302, SIGNUP)
    assert "Voici ce que Google nous dit de vous. Rien n’est enregistré avant que vous validiez." in html
    for value in ("Alice", "Martin", "alice@example.org"):
        assert f'value="{value}"' in html
    assert made() == (0, 0, 0)
    assert mails() == []


@BOTH_ANSWERS
def test_an_account_is_made_of_what_the_form_shows(client, google, gives_id_token):
    google.gives_id_token = gives_id_token

    response = sign_up_with(client, "google")

    assert (response.status_code, response["Location"]) == (302, reverse("account"))
    assert is_logged_in(client)
    alice = User.objects.get()
    assert (alice.first_name, alice.last_name, alice.email) == ("Alice", "Martin", "alice@example.org")
    assert not alice.has_usable_password()
    assert EmailAddress.objects.values_list("email", "verified", "primary").get() == (alice.email, True, True)
    assert alice.email_confirmed_at is not None  # Google vouches for it
    assert mails() == []


def test_the_words_of_the_form_count_and_not_googles(client, google):
    sign_up_with(client, "google", first_name="Ada", last_name="")

    alice = User.objects.get()
    assert (alice.first_name, alice.last_name) == ("Ada", "")


def test_names_may_be_left_out(client, google):
    sign_up_with(client, "google", first_name="", last_name="")

    assert User.objects.get().get_full_name() == ""


def test_an_address_that_google_does_not_vouch_for_gets_a_code(client, google):
    response = sign_up_with(client, "google", email="Ada@Example.org")

    assert response["Location"] == CONFIRM
    assert not is_logged_in(client)
    assert mails() == [("account_code", "ada@example.org")]
    assert EmailAddress.objects.values_list("email", "verified").get() == ("ada@example.org", False)
    assert User.objects.get().email_confirmed_at is None

    client.post(CONFIRM, {"code": mailed_code()})

    assert is_logged_in(client)
    assert User.objects.get().email_confirmed_at is not None
    assert EmailAddress.objects.values_list("email", "verified").get() == ("ada@example.org", True)
    assert SocialAccount.objects.get().user == User.objects.get()


@BOTH_ANSWERS
@pytest.mark.parametrize("verified", [False, None, "false", "true", 0, 1])
def test_an_address_that_google_has_not_verified_gets_a_code(client, google, gives_id_token, verified):
    google.gives_id_token = gives_id_token
    google.person["email_verified"] = verified

    response = sign_up_with(client, "google")

    assert response["Location"] == CONFIRM
    assert not is_logged_in(client)
    assert User.objects.get().email_confirmed_at is None


def test_a_pending_signup_can_be_dropped(client, google):
    log_in_with(client, "google")

    response = client.post(reverse("socialaccount_drop_signup"))

    assert (response.status_code, response["Location"]) == (303, "/compte/login/")
    assert "alice@example.org" not in everything_stored()
    assert client.get(SIGNUP)["Location"] == "/compte/login/"
    assert made() == (0, 0, 0)


def test_what_waits_for_the_form_does_not_wait_long(client, google):
    log_in_with(client, "google")
    client.get(SIGNUP)

    assert client.session.get_expiry_age() <= 1800

    client.post(SIGNUP, {"first_name": "Alice", "last_name": "Martin", "email": "alice@example.org"})

    assert client.session.get_expiry_age() > 1800
    assert "socialaccount_sociallogin" not in client.session


def test_the_form_without_a_login_at_google_leads_to_the_way_in(client):
    assert client.get(SIGNUP)["Location"] == "/compte/login/"
    assert client.post(SIGNUP, {"email": "eve@example.org"})["Location"] == "/compte/login/"
    assert made() == (0, 0, 0)


@pytest.mark.parametrize("email", ["", "rien", "a@b", "\0@example.org", "é@example.org", "x" * 300 + "@example.org"])
def test_an_address_that_cannot_be_written_to_is_refused_with_its_reason(client, google, email):
    response = sign_up_with(client, "google", email=email)

    assert response.status_code == 422
    assert response.context["form"].errors["email"]
    assert made() == (0, 0, 0)


@pytest.mark.parametrize(
    "name", ["A" * 5000, "A\0lice", "\u202eecilA", "<script>alert(1)</script>", "é\ud83d", 7, ["Alice"], None, {"a": 1}]
)
def test_a_strange_name_from_google_harms_nobody(client, google, name):
    google.person |= {"given_name": name, "family_name": name}

    assert sign_up_with(client, "google").status_code in {302, 422}
    assert "<script>alert" not in client.get(SIGNUP, follow=True).content.decode()


def test_the_form_sent_twice_makes_one_account(client, google):
    log_in_with(client, "google")
    session = dict(client.session.items())
    fields = {"first_name": "Alice", "last_name": "Martin", "email": "alice@example.org"}
    client.post(SIGNUP, fields)
    other = Client()
    other.get("/compte/google/login/")
    again = other.session
    again.update(session)
    again.save()

    response = other.post(SIGNUP, fields)

    assert response.status_code == 302
    assert made() == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_the_form_sent_many_times_at_once_makes_one_account(client, google):
    log_in_with(client, "google")
    fields = {"first_name": "Alice", "last_name": "Martin", "email": "alice@example.org"}

    def send():
        browser = Client()
        browser.cookies = client.cookies
        return browser.post(SIGNUP, fields).status_code

    # 400: the first one logged in, and took the session that the other held from under its feet.
    assert {302} <= set(run_together(4, send)) <= {302, 400}
    assert made() == (1, 1, 1)


def test_whoever_has_mails_sent_to_an_address_without_end_waits(google, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"entrance-email": (2, 3600)}
    for number in "123":
        google.person["sub"] = number
        response = sign_up_with(Client(), "google", email="nadia@example.org")

    assert response.status_code == 429
    assert len(mails()) == 2


def test_another_address_for_the_same_google_account_makes_no_second_account(client, google):
    log_in_with(client, "google")
    link(make_user("nadia"), "google", uid_of(google))

    response = client.post(SIGNUP, {"first_name": "", "last_name": "", "email": "ada@example.org"})

    assert response["Location"] == "/compte/login/"
    assert made() == (1, 1, 1)


# --- An address that has an account already --------------------------------------------------------------------------


@pytest.mark.parametrize("confirmed", [True, False])
def test_the_address_of_somebody_else_neither_logs_in_nor_links(client, elsewhere, confirmed):
    owner = make_user("alice", confirmed=confirmed)

    response = sign_up_with(client, elsewhere.name)

    assert response["Location"] == CONFIRM
    assert not is_logged_in(client)
    assert made() == (1, 1, 0)
    assert mails() == [("account_exists", "alice@example.org")]
    owner.refresh_from_db()
    assert owner.has_usable_password()
    assert (owner.email_confirmed_at is not None) is confirmed


def test_a_known_address_and_a_new_one_look_alike(google):
    make_user("alice")
    pages = []
    for email in ("alice@example.org", "ada@example.org"):
        client = Client()
        response = sign_up_with(client, "google", email=email)
        page = client.get(response["Location"]).content.decode().replace(email, "…")
        page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
        pages.append((response.status_code, response["Location"], page))

    assert pages[0] == pages[1]


def test_no_code_opens_the_account_of_somebody_else(client, google):
    make_user("alice")
    sign_up_with(client, "google")

    for code in ("", "000000", "ABC-DEF"):
        client.post(CONFIRM, {"code": code})

    assert not is_logged_in(client)
    assert made() == (1, 1, 0)


def test_who_reads_the_mail_keeps_no_google_account_of_a_stranger(google):
    """Oscar registers with his own Google account and Alice's address, and waits. Alice logs in with a code."""
    oscar, alice = Client(), Client()
    google.person |= {"sub": "666", "email": "oscar@example.org"}
    sign_up_with(oscar, "google", email="alice@example.org")

    alice.post("/compte/login/code/", {"email": "alice@example.org"})
    alice.post("/compte/login/code/confirm/", {"code": mailed_code()})

    assert is_logged_in(alice)
    assert made() == (1, 1, 0)
    assert log_in_with(Client(), "google")["Location"] == SIGNUP


def test_who_came_by_google_and_confirms_later_keeps_the_link(google):
    first, later = Client(), Client()
    sign_up_with(first, "google", email="ada@example.org")

    log_in_with(later, "google")
    later.post(CONFIRM, {"code": mailed_code()})

    assert is_logged_in(later)
    assert made() == (1, 1, 1)
