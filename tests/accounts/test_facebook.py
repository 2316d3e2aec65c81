"""Coming in with Facebook, where it differs from Google: its addresses are unverified, or missing."""

from html import unescape

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.urls import reverse

from accounts.models import User
from tests.accounts.elsewhere import (
    CONFIRM,
    SIGNUP,
    is_logged_in,
    link,
    log_in_with,
    made,
    mailed_code,
    mails,
    sign_up_with,
    uid_of,
)

pytestmark = pytest.mark.django_db


def test_the_form_shows_what_facebook_tells_before_anything_is_stored(client, facebook):
    response = log_in_with(client, "facebook")
    html = unescape(client.get(response["Location"]).content.decode())

    assert "Voici ce que Facebook nous dit de vous. Rien n’est enregistré avant que vous validiez." in html
    for value in ("Alice", "Martin", "alice@example.org"):
        assert f'value="{value}"' in html
    assert "Nous y enverrons un code" in html
    assert made() == (0, 0, 0)


def test_facebooks_address_is_confirmed_by_mail_before_the_account_works(client, facebook):
    response = sign_up_with(client, "facebook")

    assert response["Location"] == CONFIRM
    assert not is_logged_in(client)
    assert EmailAddress.objects.values_list("email", "verified").get() == ("alice@example.org", False)
    assert User.objects.get().email_confirmed_at is None
    assert mails() == [("account_code", "alice@example.org")]
    assert client.get(reverse("account"))["Location"].startswith("/compte/login/")


def test_the_mailed_code_opens_the_account(client, facebook):
    sign_up_with(client, "facebook")

    response = client.post(CONFIRM, {"code": mailed_code()})

    assert response["Location"] == reverse("account")
    assert is_logged_in(client)
    alice = User.objects.get()
    assert (alice.first_name, alice.last_name, alice.email) == ("Alice", "Martin", "alice@example.org")
    assert alice.email_confirmed_at is not None
    assert EmailAddress.objects.values_list("email", "verified", "primary").get() == (alice.email, True, True)
    assert SocialAccount.objects.values_list("user", "provider", "uid").get() == (
        alice.pk,
        "facebook",
        uid_of(facebook),
    )


def test_another_login_before_the_code_asks_for_it_again(client, facebook):
    sign_up_with(client, "facebook")
    client.cookies.clear()

    response = log_in_with(client, "facebook")

    assert response["Location"] == CONFIRM
    assert not is_logged_in(client)
    assert made() == (1, 1, 1)


def test_facebook_cannot_call_an_address_verified(client, facebook):
    facebook.person |= {"verified": True, "email_verified": True, "verified_email": True}

    assert sign_up_with(client, "facebook")["Location"] == CONFIRM
    assert not is_logged_in(client)


@pytest.mark.parametrize("email", [None, "", "no address", ["alice@example.org"]], ids=repr)
def test_without_an_address_from_facebook_the_form_asks_for_one(client, facebook, email):
    facebook.person["email"] = email
    log_in_with(client, "facebook")

    assert 'value="Alice"' in client.get(SIGNUP).content.decode()
    refused = client.post(SIGNUP, {"first_name": "Alice", "last_name": "", "email": ""})
    assert refused.status_code == 422
    assert "Indiquez votre adresse e-mail." in unescape(refused.content.decode())
    assert made() == (0, 0, 0)

    response = client.post(SIGNUP, {"first_name": "Alice", "last_name": "", "email": "alice@example.org"})

    assert response["Location"] == CONFIRM
    assert mails() == [("account_code", "alice@example.org")]
    assert SocialAccount.objects.get().extra_data == {}


def test_without_an_address_the_key_may_be_missing_too(client, facebook):
    del facebook.person["email"]

    assert log_in_with(client, "facebook")["Location"] == SIGNUP
    assert client.get(SIGNUP).status_code == 200


def test_somebody_known_comes_in_without_any_address(client, facebook, alice):
    link(alice, "facebook", uid_of(facebook))
    del facebook.person["email"]

    assert log_in_with(client, "facebook")["Location"] == reverse("account")
    assert is_logged_in(client)
    assert SocialAccount.objects.get().extra_data == {}


def test_the_secret_of_the_app_stands_in_no_address(client, facebook):
    log_in_with(client, "facebook")

    [asked] = facebook.asked
    assert "client_secret" not in asked
    assert facebook.paths
    assert not any("facebook-secret" in path for path in facebook.paths)
