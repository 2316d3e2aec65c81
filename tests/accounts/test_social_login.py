"""Coming in again with Google or Facebook."""

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.urls import reverse

from accounts.models import Login, User
from tests.accounts.elsewhere import (
    is_logged_in,
    leave_for,
    link,
    log_in_with,
    made,
    uid_of,
)

pytestmark = pytest.mark.django_db

# Both forms of Google's answer: the claims of an id_token, and userinfo with its older names.
BOTH_ANSWERS = pytest.mark.parametrize("gives_id_token", [True, False], ids=["id_token", "userinfo"])


@BOTH_ANSWERS
def test_somebody_known_comes_in(client, google, alice, gives_id_token):
    google.gives_id_token = gives_id_token
    link(alice, "google", uid_of(google))

    response = log_in_with(client, "google")

    assert response["Location"] == reverse("account")
    assert int(client.session["_auth_user_id"]) == alice.pk
    assert made() == (1, 1, 1)


def test_the_login_is_noted_with_its_way(client, elsewhere, alice):
    link(alice, elsewhere.name, uid_of(elsewhere))

    log_in_with(client, elsewhere.name)

    login = Login.objects.get()
    assert (login.user, login.method, login.with_second_factor) == (alice, elsewhere.name, False)


def test_a_second_factor_is_asked_after_google_too(client, elsewhere, alice):
    link(alice, elsewhere.name, uid_of(elsewhere))
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(alice, secret)

    response = log_in_with(client, elsewhere.name)

    assert response["Location"] == reverse("mfa_authenticate")
    assert not is_logged_in(client)
    assert not Login.objects.exists()

    now = next(totp.yield_hotp_counters_from_time())
    client.post(reverse("mfa_authenticate"), {"code": totp.format_hotp_value(totp.hotp_value(secret, now))})

    assert is_logged_in(client)
    assert Login.objects.values_list("method", "with_second_factor").get() == (elsewhere.name, True)


def test_a_closed_account_stays_closed(client, elsewhere, alice):
    link(alice, elsewhere.name, uid_of(elsewhere))
    User.objects.update(is_active=False)

    log_in_with(client, elsewhere.name)

    assert not is_logged_in(client)


def test_an_address_that_changed_at_google_opens_the_same_account(client, elsewhere, alice):
    link(alice, elsewhere.name, uid_of(elsewhere))
    elsewhere.person["email"] = "alice.nouvelle@example.org"

    log_in_with(client, elsewhere.name)

    assert is_logged_in(client)
    assert User.objects.get().email == "alice@example.org"


def test_each_login_leaves_with_another_session(client, elsewhere, alice):
    link(alice, elsewhere.name, uid_of(elsewhere))
    leave_for(client, elsewhere.name)
    before = client.session.session_key

    log_in_with(client, elsewhere.name)

    assert client.session.session_key != before
