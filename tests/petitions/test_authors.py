"""An author's public page: what came out under the account's public name, and nothing else of the account."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from petitions.models import Petition
from tests.factories import make_petition, make_user
from tests.petitions.test_pages import page, queries_of

pytestmark = pytest.mark.django_db
PAGE = "/auteur/alice-martin/"


@pytest.fixture
def client():
    """A reader whose cookie asks for a page of their own: no copy hides what a page costs."""
    return Client(headers={"cookie": "consent=refuse"})


@pytest.fixture
def alice(db):
    return make_user("alice", public_name="Alice Martin", last_name="Durand")


def publish(author, title="Rouvrons la ligne", **fields):
    fields.setdefault("slug", f"p{Petition.objects.count()}")
    return make_petition(author=author, title=title, **fields)


def test_the_page_shows_the_petitions_and_their_totals(client, alice):
    publish(alice, "La gare", signatures_total=1_200)
    publish(alice, "Le canal", signatures_total=34, status="closed")
    make_petition(title="D’une autre Alice Martin", slug="autre")
    author = client.get(PAGE).context["author"]

    assert [card.title for card in author.page.cards] == ["Le canal", "La gare"]
    assert (author.name, author.petitions, author.signatures) == ("Alice Martin", 2, 1_234)


def test_a_petition_under_another_name_is_not_linked_to_its_author_either_way(client, alice):
    publish(alice, "La gare")
    secret = publish(alice, "Sous un autre nom", author_name="Une infirmière")

    assert "Sous un autre nom" not in page(client, PAGE)
    assert "alice" not in page(client, secret.get_absolute_url()).lower()
    assert "/auteur/" not in page(client, secret.get_absolute_url())


def test_who_only_publishes_under_another_name_has_no_page(client, alice):
    publish(alice, author_name="Une infirmière")

    assert client.get(PAGE).status_code == 404


def test_a_new_public_name_leaves_old_petitions_and_the_old_address_behind(client, alice):
    old = publish(alice, "La gare")
    alice.public_name = "Collectif des Tilleuls"
    alice.save()
    publish(alice, "Le tilleul", author_name="Collectif des Tilleuls")

    assert client.get(PAGE).status_code == 404
    assert "La gare" not in page(client, "/auteur/collectif-des-tilleuls/")
    assert "/auteur/" not in page(client, old.get_absolute_url())


def test_the_name_on_a_petition_leads_to_its_authors_page(client, alice):
    petition = publish(alice)

    assert f'<a href="{PAGE}" rel="author">Alice Martin</a>' in page(client, petition.get_absolute_url())
    assert f'<a href="/en{PAGE}" rel="author">' in page(client, f"/en{petition.get_absolute_url()}")


def test_a_petition_without_an_account_leads_nowhere(client):
    assert "/auteur/" not in page(client, make_petition().get_absolute_url())


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "rejected", "removed"])
def test_who_has_nothing_public_has_no_page(client, alice, status):
    publish(alice, status=status)

    assert client.get(PAGE).status_code == 404


def test_a_closed_account_has_no_page(client, alice):
    petition = publish(alice)
    alice.is_active = False
    alice.save()

    assert client.get(PAGE).status_code == 404
    assert "/auteur/" not in page(client, petition.get_absolute_url())


def test_an_account_that_is_gone_has_no_page(client, alice):
    petition = publish(alice)
    alice.delete()

    assert client.get(PAGE).status_code == 404
    assert "Alice Martin" in page(client, petition.get_absolute_url())


@pytest.mark.parametrize("slug", ["alice", "Alice-Martin", "alice-martin-2", "1", "a" * 500])
def test_an_author_who_never_was_is_not_found(client, alice, slug):
    publish(alice)

    assert client.get(f"/auteur/{slug}/").status_code == 404


def test_the_page_tells_nothing_else_of_the_account(client, alice):
    publish(alice)
    shown = page(client, PAGE)

    assert [fact for fact in ("Durand", "alice@", f">{alice.pk}<") if fact in shown] == []


def test_what_authors_say_of_themselves_is_text_and_never_html(client, alice):
    alice.public_bio = "Usagère du train.\n<script>alert(1)</script>"
    alice.save()
    publish(alice)
    shown = page(client, PAGE)

    assert "Usagère du train.<br>&lt;script&gt;" in shown


def test_the_pages_of_an_author_show_every_petition_once(client, alice):
    when = timezone.now()
    for number in range(30):
        publish(alice, f"Titre {number}", published_at=when - timedelta(days=number // 3))
    titles, address = [], PAGE
    while address:
        shown = client.get(address).context["author"].page
        titles += [card.title for card in shown.cards]
        address = f"{PAGE}?apres={shown.next_cursor}" if shown.next_cursor else ""

    assert sorted(titles) == sorted(f"Titre {number}" for number in range(30))


@pytest.mark.parametrize("cursor", ["x", "1-", "9" * 60, "99999999999999999999-1", "'; --"])
def test_a_cursor_that_we_did_not_make_is_no_error(client, alice, cursor):
    publish(alice)

    assert client.get(PAGE, {"apres": cursor}).status_code == 200


def test_the_page_costs_the_same_with_one_petition_and_with_many(client, alice):
    publish(alice)
    few = queries_of(client, PAGE)
    for _number in range(14):
        publish(alice)

    assert few == queries_of(client, PAGE) == 4


def test_the_page_reads_an_index(alice):
    Petition.objects.bulk_create(
        Petition(author_name="X", theme_id=1, slug=f"p{number}", closes_on=timezone.localdate())
        for number in range(500)
    )
    publish(alice)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE petitions_petition")
        cursor.execute(
            "EXPLAIN SELECT id FROM petitions_petition WHERE author_id = %s AND status IN ('published', 'closed') "
            "ORDER BY published_at DESC, id DESC LIMIT 13",
            [alice.pk],
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "petition_of_author" in plan
    assert "Sort" not in plan
