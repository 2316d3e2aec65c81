"""Accounts in the admin: little to see, less to change."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin as django_admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from accounts.models import User
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db

ACCOUNTS = "/admin/accounts/user/"


@pytest.fixture
def mona(mona):
    mona.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    return mona


def test_the_admin_sends_a_visitor_to_the_login_of_the_site(client):
    response = client.get("/admin/", follow=True)

    assert response.redirect_chain[-1][0] == f"{reverse('account_login')}?next=/admin/"


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
    assert (alice.email, alice.is_staff, alice.is_superuser) == ("alice@example.org", False, False)


@pytest.mark.parametrize("page", ["change", "password"])
def test_staff_cannot_touch_the_account_of_other_staff(client, admin, mona, page):
    client.force_login(mona)

    response = client.post(f"{ACCOUNTS}{admin.pk}/{page}/", {"password1": "x", "password2": "x"})

    assert response.status_code == 403


def test_nobody_sets_the_password_of_somebody_else(client, alice, admin):
    client.force_login(admin)
    address = f"{ACCOUNTS}{alice.pk}/password/"

    assert client.get(address).status_code == 403
    assert client.post(address, {"password1": PASSWORD, "password2": PASSWORD}).status_code == 403


def test_the_page_of_an_account_shows_nothing_of_its_password(client, alice, admin):
    client.force_login(admin)
    page = client.get(f"{ACCOUNTS}{alice.pk}/change/").content.decode()

    assert "argon2" not in page
    assert "password" not in page


def test_reading_an_account_is_noted_in_the_journal(client, alice, admin):
    client.force_login(admin)
    client.get(f"{ACCOUNTS}{alice.pk}/change/")

    assert LogEntry.objects.get().get_change_message() == "Consulté"


def test_the_lists_of_allauth_are_nowhere_in_the_admin():
    theirs = {model._meta.label for model in django_admin.site._registry if model.__module__.startswith("allauth.")}

    assert theirs == set()


def test_rights_come_from_groups_alone(client, alice, admin):
    client.force_login(admin)
    page = client.get(f"{ACCOUNTS}{alice.pk}/change/").content.decode()

    assert "id_groups" in page
    assert "user_permissions" not in page


def test_a_group_shows_its_rights_and_how_many_are_in_it_and_no_more(client, admin):
    moderator = Group.objects.get(name="moderator")
    client.force_login(admin)
    page = client.get(f"/admin/auth/group/{moderator.pk}/change/").content.decode()

    assert "petitions.view_comment<br>" in page
    assert client.post(f"/admin/auth/group/{moderator.pk}/change/", {"name": "x"}).status_code == 403


def test_nobody_deletes_an_account_in_the_admin(client, alice, admin):
    client.force_login(admin)

    assert client.post(f"{ACCOUNTS}{alice.pk}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=alice.pk).exists()


def test_an_administrator_makes_an_account(client, admin):
    client.force_login(admin)
    client.post(f"{ACCOUNTS}add/", {"email": "Luc@example.org"})

    luc = User.objects.get(email="luc@example.org")
    assert luc.email_confirmed_at is None
    assert not luc.has_usable_password()
    assert EmailAddress.objects.filter(user=luc).values_list("email", "primary", "verified").get() == (
        "luc@example.org",
        True,
        False,
    )


def test_the_same_address_in_another_case_gets_a_message_and_no_error(client, alice, admin):
    client.force_login(admin)
    page = client.post(f"{ACCOUNTS}add/", {"email": "ALICE@example.org"})

    assert "Cette adresse a déjà un compte." in page.content.decode()
    assert User.objects.count() == 2
