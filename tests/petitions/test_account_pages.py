"""What an account sees of its own signatures, and when."""

from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.services.addresses import note_confirmed
from petitions.models import Signature
from tests.factories import make_petition, make_signature, make_user, sign_data

pytestmark = pytest.mark.django_db

SIGNATURES = "/compte/signatures/"


@pytest.fixture
def samir(client) -> User:
    samir = make_user("samir")
    client.force_login(samir)
    return samir


def manage_link(signature: Signature) -> str:
    return reverse("signature", args=[signature.manage_token])


def listed(client, *signatures: Signature) -> list[bool]:
    page = client.get(SIGNATURES).content.decode()
    return [manage_link(signature) in page for signature in signatures]


# --- Signatures -------------------------------------------------------------------------------------------------------


def test_a_signature_made_with_the_account_is_listed(client, samir):
    petition = make_petition()
    client.post(reverse("sign", args=[petition.pk]), sign_data("samir"))
    signature = Signature.objects.get()

    assert signature.user == samir
    assert listed(client, signature) == [True]


def test_a_signature_made_before_the_account_is_listed_once_its_address_is_confirmed(client):
    signature = make_signature(make_petition(), confirmed=True)
    samir = make_user("samir", confirmed=False)
    client.force_login(samir)
    assert listed(client, signature) == [False]
    assert "quand vous l’aurez confirmée" in unescape(client.get(SIGNATURES).content.decode())

    note_confirmed(user_id=samir.pk, email=samir.email, at=timezone.now())

    assert listed(client, signature) == [True]


def test_the_signature_of_another_is_not_listed(client, samir):
    assert listed(client, make_signature(make_petition(), "nadia", confirmed=True)) == [False]


@pytest.mark.parametrize("alias", ["samir+news@example.org", "samir@mail.example.org"])
def test_an_alias_is_a_neighbour(client, samir, alias):
    assert listed(client, make_signature(make_petition(), email=alias, confirmed=True)) == [False]


def test_an_alias_of_a_large_provider_is_a_neighbour_too(client):
    client.force_login(User.objects.create_user("samir.benali@gmail.com", email_confirmed_at=timezone.now()))

    assert listed(client, make_signature(make_petition(), email="samirbenali@gmail.com")) == [False]


def test_an_address_counts_whatever_its_case(client, samir):
    assert listed(client, make_signature(make_petition(), email="Samir@example.org")) == [True]


def test_after_a_change_of_address_what_was_signed_with_the_account_stays_and_the_rest_follows_the_address(
    client, samir
):
    petitions = [make_petition(slug=f"p{number}") for number in range(3)]
    with_account = make_signature(petitions[0])
    Signature.objects.filter(pk=with_account.pk).update(user=samir)
    by_mail = make_signature(petitions[1])
    by_new_mail = make_signature(petitions[2], "sami")
    assert listed(client, with_account, by_mail, by_new_mail) == [True, True, False]

    note_confirmed(user_id=samir.pk, email="sami@example.org", at=timezone.now())

    assert listed(client, with_account, by_mail, by_new_mail) == [True, False, True]


def test_an_account_that_is_not_active_is_led_to_the_login(client, samir):
    User.objects.update(is_active=False)

    assert client.get(SIGNATURES).status_code == 302


def test_each_line_leads_to_its_manage_page_and_says_its_status(client, samir):
    make_signature(make_petition(title="Une gare", slug="a"), confirmed=True)
    pending = make_signature(make_petition(title="Un train", slug="b"))
    page = client.get(SIGNATURES).content.decode()

    assert "Une gare" in page
    assert "Confirmée" in page
    assert "À confirmer" in page
    assert client.get(manage_link(pending)).status_code == 200


def test_a_hundred_signatures_ask_as_many_queries_as_one(client, samir, django_assert_max_num_queries):
    for number in range(6):
        make_signature(make_petition(slug=f"p{number}"))

    with django_assert_max_num_queries(4):
        client.get(SIGNATURES)


def test_nothing_signed_is_said_kindly(client, samir):
    assert "Vous n’avez encore rien signé." in unescape(client.get(SIGNATURES).content.decode())


def test_my_signatures_points_there_for_somebody_logged_in(client, samir):
    assert f'href="{SIGNATURES}"' in client.get("/mes-signatures/").content.decode()


def test_my_signatures_points_there_for_nobody_else(client, db):
    assert SIGNATURES not in client.get("/mes-signatures/").content.decode()


def test_the_page_is_private(client, db):
    assert client.get(SIGNATURES).url == f"/compte/login/?next={SIGNATURES}"
    client.force_login(make_user("oscar"))
    assert "no-store" in client.get(SIGNATURES)["Cache-Control"]
    assert client.post(SIGNATURES).status_code == 405
