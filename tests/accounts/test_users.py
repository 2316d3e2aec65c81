"""One address, one account."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.selectors.people import confirmed_email
from tests.support.concurrency import run_together

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["alice@example.org", "ALICE@example.org", "Alice@EXAMPLE.ORG"])
def test_an_address_has_one_account_whatever_its_case(alice, address):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(address)


def test_an_account_without_an_address_is_refused():
    with pytest.raises(ValueError, match="e-mail"):
        User.objects.create_user("")


@pytest.mark.parametrize(
    "details",
    [{"email": "nowhere"}, {"language": "de"}, {"is_superuser": True, "is_staff": False}],
    ids=["no address", "unknown language", "superuser outside the staff"],
)
def test_the_database_refuses_an_impossible_account(details):
    complete = {"email": "samir@example.org", "canonical_email": "samir@example.org", "password": "!"}

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(**complete | details)])


def test_the_canonical_address_follows_the_address(alice):
    assert alice.canonical_email == "alice@example.org"

    alice.email = "alice+news@example.net"
    alice.save(update_fields=["email"])

    alice.refresh_from_db()
    assert alice.canonical_email == "alice@example.net"


def test_an_address_is_stored_in_lower_case():
    assert User.objects.create_user("Samir@EXAMPLE.ORG").email == "samir@example.org"


def test_an_account_without_a_password_lets_nobody_in(client):
    User.objects.create_user("samir@example.org")

    assert not client.login(username="samir@example.org", password="")
    assert not User.objects.get(email="samir@example.org").has_usable_password()


def test_a_new_account_was_seen_when_it_was_made(alice):
    alice.refresh_from_db()

    assert alice.last_seen_at == alice.created_at


def test_an_account_does_not_show_its_owner_when_printed(alice):
    assert "lice" not in f"{alice} {alice!r}"


def test_a_confirmed_address_is_told(alice):
    assert confirmed_email(alice) == "alice@example.org"


def test_an_address_that_nobody_confirmed_is_not_told(mona):
    assert confirmed_email(mona) is None


def test_a_closed_account_has_no_confirmed_address(alice):
    alice.is_active = False

    assert confirmed_email(alice) is None


def test_a_visitor_has_no_confirmed_address():
    assert confirmed_email(AnonymousUser()) is None


# --- The address of an author's page ---------------------------------------------------------------------------------


def named(public_name, address="nadia@example.org"):
    return User.objects.create_user(address, public_name=public_name)


@pytest.mark.parametrize(
    ("public_name", "slug"),
    [
        ("Alice Martin", "alice-martin"),
        ("  Élodie Œuvrard-N’Diaye ", "elodie-uvrard-ndiaye"),
        ("山田 花子", "auteur"),
        ("<b>💥</b>", "bb"),
        ("x" * 150, "x" * 80),
        ("", None),
        ("   ", None),
    ],
)
def test_a_public_name_makes_the_address_of_the_authors_page(public_name, slug):
    user = named(public_name)
    user.refresh_from_db()

    assert user.slug == slug


def test_authors_of_one_name_have_an_address_each():
    slugs = [named("Alice Martin", f"alice{number}@example.org").slug for number in range(3)]

    assert slugs == ["alice-martin", "alice-martin-2", "alice-martin-3"]


def test_an_address_is_chosen_once():
    first, second = named("Alice Martin", "a@example.org"), named("Alice Martin", "b@example.org")
    first.delete()
    second.save()

    assert second.slug == "alice-martin-2"


def test_a_former_name_stays_in_no_address():
    user = named("Alice Martin")
    user.public_name = "Collectif des Tilleuls"
    user.save(update_fields=["public_name"])
    user.refresh_from_db()

    assert user.slug == "collectif-des-tilleuls"

    user.public_name = ""
    user.save()
    user.refresh_from_db()

    assert user.slug is None


@pytest.mark.django_db(transaction=True)
def test_people_of_one_name_who_come_at_once_get_an_address_each():
    numbers = iter(range(8))
    run_together(8, lambda: named("Alice Martin", f"alice{next(numbers)}@example.org"))

    assert User.objects.values_list("slug").distinct().count() == 8
