"""The front page of an account leads everywhere, and says what is there and nothing that is not."""

from datetime import timedelta
from html import unescape

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.utils import timezone

from accounts.models import User
from tests.factories import make_petition, make_signature, make_user

pytestmark = pytest.mark.django_db

ACCOUNT = "/compte/"
PLACES = (
    "/compte/profil/",
    "/compte/securite/",
    "/compte/preferences/",
    "/compte/signatures/",
    "/espace/",
    "/compte/3rdparty/",
    "/compte/fermer/",
    "/compte/email/",
    "/confidentialite/mes-droits/?right=access",
    "/confidentialite/mes-droits/?right=erasure",
    "/confidentialite/",
)


@pytest.fixture
def alice(client) -> User:
    alice = make_user("alice", public_name="Alice Martin")
    client.force_login(alice)
    return alice


def page_of(client, path=ACCOUNT) -> str:
    return client.get(path).content.decode()


def test_it_says_who_one_is_and_leads_everywhere(client, alice):
    page = page_of(client)

    assert "Alice Martin" in page
    assert "alice@example.org" in page
    assert [place for place in PLACES if f'href="{place}"' not in page] == []


def test_it_counts_what_is_the_accounts_own(client, alice):
    make_petition(author=alice)
    make_petition(author=alice, slug="brouillon", status="draft")
    make_petition(author=make_user("nadia"), slug="autre")
    for number in range(3):
        make_signature(make_petition(slug=f"signee-{number}"), "alice")
    make_signature(make_petition(slug="nadia"), "nadia")
    page = " ".join(page_of(client).split())

    assert 'Mes signatures</a></h3> <p class="tile-count">3</p>' in page
    assert 'Mes pétitions</a></h3> <p class="tile-count">2</p>' in page


def test_it_says_whether_a_second_factor_is_on_and_what_is_connected(client, alice):
    assert "Une seule preuve pour entrer" in page_of(client)
    assert "Aucun compte d’un autre site" in unescape(page_of(client))
    Authenticator.objects.create(user=alice, type=Authenticator.Type.TOTP, data={})
    SocialAccount.objects.create(user=alice, provider="facebook", uid="1")

    page = unescape(page_of(client))
    assert "Deux preuves pour entrer" in page
    assert '<p class="hint">Facebook</p>' in page
    assert "Aucun compte d’un autre site" not in page


def test_a_shortcut_to_a_right_has_that_right_chosen(client, alice):
    page = page_of(client, "/confidentialite/mes-droits/?right=erasure")

    assert page.count(" checked") == 1
    assert 'value="erasure"' in page.partition(" checked")[0].rpartition("<input")[2]


@pytest.mark.parametrize("right", ["", "autre", "%3Cscript%3E", "access&right=x"])
def test_a_right_that_is_none_is_not_chosen(client, db, right):
    assert " checked" not in page_of(client, f"/confidentialite/mes-droits/?right={right}")


@pytest.mark.parametrize("place", [place for place in PLACES if place.startswith("/compte/")])
def test_a_stranger_is_led_to_the_login(client, db, place):
    response = client.get(place)

    assert response.status_code == 302
    assert response.url.startswith("/compte/login/")


@pytest.mark.parametrize(
    "place",
    ["", "profil/", "securite/", "preferences/", "signatures/", "fermer/", "fermer/annuler/"],
)
def test_every_page_says_that_the_account_is_closing_and_how_to_keep_it(client, alice, place):
    assert "Garder mon compte" not in client.get(f"{ACCOUNT}{place}", follow=True).content.decode()
    User.objects.filter(pk=alice.pk).update(closes_at=timezone.now() + timedelta(days=3))

    page = page_of(client, f"{ACCOUNT}{place}")
    assert "Votre compte ferme le" in page
    assert 'action="/compte/fermer/annuler/"' in page


def test_the_page_asks_as_many_queries_however_much_there_is(client, alice, django_assert_max_num_queries):
    for number in range(5):
        make_signature(make_petition(author=alice, slug=f"p{number}"), "alice")

    with django_assert_max_num_queries(9):
        page_of(client)
