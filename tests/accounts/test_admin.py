"""Accounts in the admin: little to see, less to change."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from accounts.models import User

pytestmark = pytest.mark.django_db

ACCOUNTS = "/admin/accounts/user/"
NEW_ACCOUNT = {"usable_password": "true", "password1": "un long mot de passe", "password2": "un long mot de passe"}


@pytest.fixture
def mona(mona):
    mona.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    return mona


def test_the_admin_sends_a_visitor_to_the_login_of_the_site(client):
    response = client.get("/admin/", follow=True)

    assert response.redirect_chain[-1][0] == f"{reverse('login')}?next=/admin/"


def test_the_admin_is_closed_to_whoever_is_no_staff(client, alice):
    client.force_login(alice)

    assert client.get("/admin/", follow=True).status_code == 403


def test_staff_who_open_the_login_of_the_admin_are_let_in(client, mona):
    client.force_login(mona)

    assert client.get("/admin/login/").url == "/admin/"


def test_the_list_of_accounts_shows_no_address(client, alice, mona):
    client.force_login(mona)

    assert "lice@example.org" not in client.get(ACCOUNTS).content.decode()


@pytest.mark.parametrize("words", ["alice+tag@example.org", "Alice@Example.org"])
def test_an_account_is_found_by_its_whole_address(client, alice, mona, words):
    client.force_login(mona)

    found = client.get(ACCOUNTS, {"q": words}).context["cl"].queryset

    assert [user.pk for user in found] == [alice.pk]


def test_a_part_of_an_address_finds_nobody(client, alice, mona):
    client.force_login(mona)

    assert not client.get(ACCOUNTS, {"q": "example.org"}).context["cl"].queryset.exists()


def test_staff_cannot_give_rights_nor_change_an_address(client, alice, mona):
    client.force_login(mona)

    client.post(
        f"{ACCOUNTS}{alice.pk}/change/",
        {"public_name": "Alice A.", "language": "fr", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
        | {"email": "oscar@example.org"},
    )

    alice.refresh_from_db()
    assert alice.public_name == "Alice A."
    assert (alice.email, alice.is_staff, alice.is_superuser) == ("Alice@example.org", False, False)


@pytest.mark.parametrize("page", ["change", "password"])
def test_staff_cannot_touch_the_account_of_other_staff(client, admin, mona, page):
    client.force_login(mona)

    response = client.post(f"{ACCOUNTS}{admin.pk}/{page}/", {"password1": "x", "password2": "x"})

    assert response.status_code == 403


def test_nobody_deletes_an_account_in_the_admin(client, alice, admin):
    client.force_login(admin)

    assert client.post(f"{ACCOUNTS}{alice.pk}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=alice.pk).exists()


def test_an_administrator_makes_an_account(client, admin):
    client.force_login(admin)
    client.post(f"{ACCOUNTS}add/", NEW_ACCOUNT | {"email": "Luc@example.org"})

    luc = User.objects.get(email="Luc@example.org")
    assert luc.canonical_email == "luc@example.org"
    assert luc.email_confirmed_at is None


def test_the_same_address_in_another_case_gets_a_message_and_no_error(client, alice, admin):
    client.force_login(admin)
    form = {"email": "ALICE@example.org", "usable_password": "true"}

    page = client.post(
        f"{ACCOUNTS}add/", form | {"password1": "un long mot de passe", "password2": "un long mot de passe"}
    )

    assert "Cette adresse a déjà un compte." in page.content.decode()
    assert User.objects.count() == 2
