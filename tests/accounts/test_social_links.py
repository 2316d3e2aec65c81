"""The accounts elsewhere that open an account: added, shown, ended."""

from functools import partial

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.utils import timezone

from accounts.models import User
from privacy.requests import erase_again
from tests.accounts.elsewhere import (
    CONNECTIONS,
    SIGNUP,
    answer,
    everything_stored,
    is_logged_in,
    leave_for,
    link,
    log_in_with,
    made,
    mails,
    prove,
    uid_of,
)
from tests.factories import make_user
from tests.support.concurrency import run_all_together

pytestmark = pytest.mark.django_db


def test_a_link_is_added_once_and_its_owner_is_told_once(client, elsewhere, alice):
    client.force_login(alice)
    prove(client)

    for _ in range(2):
        assert log_in_with(client, elsewhere.name, process="connect")["Location"] == CONNECTIONS

    assert SocialAccount.objects.values_list("user", "provider", "uid").get() == (
        alice.pk,
        elsewhere.name,
        uid_of(elsewhere),
    )
    assert mails() == [("security_notice", "alice@example.org")]
    assert f"Votre compte {elsewhere.name.title()} ouvre maintenant" in client.get(CONNECTIONS).content.decode()
    assert everything_stored().count(elsewhere.tokens[0]) == 0


@pytest.mark.django_db(transaction=True)
def test_two_accounts_that_link_the_same_one_at_once_share_nothing(elsewhere, alice):
    ways_back = []
    for user in (alice, make_user("oscar")):
        browser = Client()
        browser.force_login(user)
        prove(browser)
        ways_back.append((browser, answer(leave_for(browser, elsewhere.name, process="connect"))))

    acts = [partial(browser.get, path) for browser, path in ways_back]

    assert {response["Location"] for response in run_all_together(acts)} == {CONNECTIONS}
    assert SocialAccount.objects.count() == 1
    assert len(mails()) == 1


def test_the_page_shows_each_link_with_its_address_and_its_day(client, alice):
    link(alice, "google", "1", "alice.martin@gmail.com")
    link(make_user("oscar"), "facebook", "2", "oscar@facebook.example")
    client.force_login(alice)
    prove(client)

    html = client.get(CONNECTIONS).content.decode()

    assert "alice.martin@gmail.com" in html
    assert "oscar@facebook.example" not in html
    assert str(timezone.localdate().year) in html
    assert 'href="/compte/facebook/login/?process=connect"' in html


def test_a_link_ends_once_and_its_owner_is_told_once(client, alice):
    linked = link(alice, "google", "1")
    client.force_login(alice)
    prove(client)

    first = client.post(CONNECTIONS, {"account": linked.pk})
    again = client.post(CONNECTIONS, {"account": linked.pk})

    assert (first.status_code, first["Location"]) == (303, CONNECTIONS)
    assert again.status_code == 422
    assert "Ce lien n’existe plus." in again.content.decode()
    assert made() == (1, 1, 0)
    assert mails() == [("security_notice", "alice@example.org")]


def test_a_link_ends_only_for_who_proved_it_is_them(client, alice):
    linked = link(alice, "google", "1")
    client.force_login(alice)

    response = client.post(CONNECTIONS, {"account": linked.pk})

    assert "/reauthenticate/" in response["Location"]
    assert made() == (1, 1, 1)


def test_the_last_link_of_an_account_without_password_may_end(client, db):
    samir = User.objects.create_user("samir@example.org", email_confirmed_at=timezone.now())
    linked = link(samir, "google", "1")
    client.force_login(samir)
    prove(client)

    assert client.post(CONNECTIONS, {"account": linked.pk}).status_code == 303
    assert made() == (1, 1, 0)


def test_a_link_stays_for_who_could_not_come_in_without(client, db):
    samir = User.objects.create_user("samir@example.org")
    linked = link(samir, "google", "1")
    client.force_login(samir)
    prove(client)

    response = client.post(CONNECTIONS, {"account": linked.pk})

    assert response.status_code == 422
    assert "Confirmez d’abord votre adresse e-mail" in response.content.decode()
    assert made() == (1, 1, 1)


@pytest.mark.parametrize("choose", ["{}", "", "\0", "9" * 40, "-1", "1; DROP"])
def test_nobody_ends_the_link_of_somebody_else(client, alice, choose):
    foreign = link(make_user("oscar"), "google", "1")
    client.force_login(alice)
    prove(client)

    assert client.post(CONNECTIONS, {"account": choose.format(foreign.pk)}).status_code == 422
    assert SocialAccount.objects.filter(pk=foreign.pk).exists()
    assert mails() == []


def test_an_ended_link_leads_to_the_form_and_not_into_the_account(client, google, alice):
    linked = link(alice, "google", uid_of(google))
    client.force_login(alice)
    prove(client)
    client.post(CONNECTIONS, {"account": linked.pk})
    client.post("/compte/logout/")

    assert log_in_with(client, "google")["Location"] == SIGNUP
    assert not is_logged_in(client)


def test_a_restored_backup_ends_the_link_again(client, alice):
    linked = link(alice, "google", "1")
    client.force_login(alice)
    prove(client)
    client.post(CONNECTIONS, {"account": linked.pk})
    SocialAccount.objects.bulk_create([linked])

    assert erase_again(timezone.now()) == 1
    assert not SocialAccount.objects.exists()
