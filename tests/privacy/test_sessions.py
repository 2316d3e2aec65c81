"""Sessions are found by the account they are open on, and by the address they carry while somebody is coming in."""

from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from privacy.personal_data.sessions import sessions_of
from privacy.registry import Subject
from privacy.services.purging import purge_due
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db

ALICE = Subject("alice@example.org")


def remember(**data: object) -> str:
    session = SessionStore()
    session.update(data)
    session.create()
    return str(session.session_key)


def found(subject: Subject = ALICE) -> set[str]:
    return set(Session.objects.filter(sessions_of(subject)).values_list("session_key", flat=True))


def test_the_sessions_of_an_account_are_found_and_nobody_elses(client):
    alice = make_user("alice")
    client.force_login(alice)
    Client().force_login(make_user("oscar"))

    assert found(Subject("elsewhere@example.org", user_id=alice.pk)) == {client.session.session_key}
    assert found(Subject("elsewhere@example.org")) == set()


def test_an_account_whose_number_begins_with_the_others_is_another():
    keys = {pk: remember(_auth_user_id=str(pk)) for pk in (1, 12, 21)}

    assert found(Subject("elsewhere@example.org", user_id=1)) == {keys[1]}


@pytest.mark.parametrize(
    ("page", "fields"),
    [
        ("account_signup", {"email": "alice@example.org", "password1": PASSWORD}),
        ("account_request_login_code", {"email": "alice@example.org"}),
        ("account_reset_password", {"email": "alice@example.org"}),
    ],
)
@pytest.mark.parametrize("has_account", [True, False], ids=["with-account", "without"])
def test_who_waits_for_a_code_is_found_by_the_address_they_typed(client, page, fields, has_account):
    if has_account:
        make_user("alice")

    client.post(reverse(page), fields)

    assert client.session.session_key in found()
    assert not found(Subject("oscar@example.org"))


def test_who_owes_a_second_factor_after_the_password_is_found_by_their_account(client):
    alice = make_user("alice")
    TOTP.activate(alice, generate_totp_secret())

    client.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})

    assert "_auth_user_id" not in client.session
    assert found(Subject("elsewhere@example.org", user_id=alice.pk)) == {client.session.session_key}


def test_who_comes_from_google_is_found_before_there_is_an_account():
    key = remember(socialaccount_sociallogin={"user": {"email": "Alice@Example.org"}})

    assert found() == {key}


@pytest.mark.parametrize(
    "other", ["x.alice@example.org", "alice+x@example.org", "alice@example.org.fr", "alice@example"]
)
def test_an_address_that_looks_alike_is_somebody_elses(other):
    remember(login={"email": other})

    assert not found()


def test_an_address_is_found_among_other_words_and_other_scripts():
    key = remember(next="/petitions/?de=Alice@example.org&la=suite")
    greek = remember(login={"email": "Ζωή@παράδειγμα.gr"})

    assert found() == {key}
    assert found(Subject("ζωή@παράδειγμα.gr")) == {greek}


def test_a_session_that_no_key_of_today_signed_is_found_all_the_same(settings):
    settings.SECRET_KEY = "another secret key, of a year ago, long enough"
    key = remember(login={"email": "alice@example.org"})
    settings.SECRET_KEY = "the secret key of today, which is as long too"

    assert found() == {key}


@pytest.mark.parametrize("nonsense", ["", ":", ".:x:y", "é:x", "....", "eJw:1:2", ".eJw:1:2", "AAAA"])
def test_a_session_that_cannot_be_read_is_nobodys(nonsense):
    Session.objects.create(session_key="s", session_data=nonsense, expire_date=timezone.now())

    assert not found(Subject("alice@example.org", user_id=1))


# --- Their end ------------------------------------------------------------------------------------------------------


def test_a_device_that_was_not_seen_for_two_weeks_is_logged_out(client):
    """allauth's row tells of Django's session: nobody could close one that the list does not show."""
    alice = make_user("alice")
    client.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})
    other = Client()
    other.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})
    [old, young] = alice.usersession_set.order_by("pk")
    alice.usersession_set.filter(pk=old.pk).update(last_seen_at=timezone.now() - timedelta(days=15))

    purge_due(as_of=timezone.now())

    assert list(alice.usersession_set.all()) == [young]
    assert list(Session.objects.values_list("session_key", flat=True)) == [other.session.session_key]


def test_a_login_is_remembered_for_a_year(client):
    alice = make_user("alice")
    client.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})

    purge_due(as_of=timezone.now() + timedelta(days=360), over_brake=True)
    assert alice.logins.exists()
    purge_due(as_of=timezone.now() + timedelta(days=370), over_brake=True)
    assert not alice.logins.exists()
    assert User.objects.filter(pk=alice.pk).exists()
