"""What is kept of what Google and Facebook tell, wherever one looks: little, and never a token."""

import json

import pytest
from allauth.mfa.totp.internal import auth as totp
from allauth.socialaccount.models import SocialAccount

from tests.accounts.elsewhere import (
    CONFIRM,
    SIGNUP,
    everything_stored,
    is_logged_in,
    link,
    log_in_with,
    mailed_code,
    sign_up_with,
    uid_of,
)

pytestmark = pytest.mark.django_db


def secrets_of(fake):
    """Return what only the provider should know, and what nobody asked for."""
    words = [*fake.tokens, "portrait", "fr-CA", "entreprise.example", "1985", "hometown"]
    assert fake.tokens
    return words


def test_no_token_and_nothing_unasked_is_stored_anywhere_at_any_step(client, elsewhere):
    log_in_with(client, elsewhere.name)
    client.get(SIGNUP)
    pending = everything_stored()
    sign_up_with(client, elsewhere.name)
    waiting = everything_stored()
    if not is_logged_in(client):
        client.post(CONFIRM, {"code": mailed_code()})
    signed_up = everything_stored()
    client.post("/compte/logout/")
    log_in_with(client, elsewhere.name)

    for stored in (pending, waiting, signed_up, everything_stored()):
        assert "alice@example.org" in stored
        assert [word for word in secrets_of(elsewhere) if word in stored] == []


def test_the_link_keeps_a_number_and_an_address(client, elsewhere):
    sign_up_with(client, elsewhere.name)

    kept = SocialAccount.objects.get()
    assert (kept.provider, kept.uid) == (elsewhere.name, uid_of(elsewhere))
    assert kept.extra_data == {"email": "alice@example.org"}


def test_a_later_login_brings_nothing_more_into_the_tables(client, elsewhere, alice):
    link(alice, elsewhere.name, uid_of(elsewhere), "old@example.org")

    log_in_with(client, elsewhere.name)

    assert SocialAccount.objects.get().extra_data == {"email": "alice@example.org"}
    alice.refresh_from_db()
    assert alice.first_name == ""


def test_a_session_knows_by_which_site_one_came_and_not_as_whom(client, elsewhere, alice):
    link(alice, elsewhere.name, uid_of(elsewhere))

    log_in_with(client, elsewhere.name)

    assert is_logged_in(client)
    assert uid_of(elsewhere) not in json.dumps(dict(client.session.items()))


def test_no_password_hash_waits_in_a_session(client, elsewhere, alice):
    link(alice, elsewhere.name, uid_of(elsewhere))
    totp.TOTP.activate(alice, totp.generate_totp_secret())

    log_in_with(client, elsewhere.name)

    assert not is_logged_in(client)
    waiting = json.dumps(dict(client.session.items()))
    assert "argon2" not in waiting
    assert "alice@example.org" not in waiting
