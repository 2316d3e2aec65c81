"""Search: what is found, in which order, and that nothing typed is an error."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from petitions.models import Petition, Recipient, SearchEntry, TextVersion
from petitions.search import LONGEST, read_search
from tests.factories import make_petition
from tests.petitions.test_hostile_input import LISTS, acting_tags, needs_lists
from tests.petitions.test_pages import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    """A reader whose cookie asks for a page of their own: no copy hides what a search costs."""
    return Client(headers={"cookie": "consent=refuse"})


@pytest.fixture
def no_limits(settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"search-ip": (100_000, 60)}


def found(client, words, **filters):
    return [card.title for card in client.get("/petitions/", {"q": words, **filters}).context["page"].cards]


def write(title, text="Agissons.", **fields):
    """Publish a petition with these words."""
    petition = make_petition(title="Brouillon", slug="p", status="submitted", **fields)
    petition.current_text = TextVersion.objects.create(petition=petition, number=2, title=title, text=text)
    petition.status, petition.published_at = "published", timezone.now()
    petition.save()
    return petition


# --- Words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    ["écoles", "ecole", "ÉCOLE", "e\u0301cole", "l’école", "l'ecole", "Fermée", "ferme", "fermes", "coeur", "CŒUR",
     "les écoles", "écoles fermées", "a l’école", "Saint-Étienne", "saint etienne", "Étien", "cœur ville"],
)  # fmt: skip
def test_a_petition_is_found_without_its_accents_capitals_and_endings(client, words):
    write("L’école fermée au cœur de la ville", "À Saint-Étienne, les élèves marchent.")
    write("Sauvons le tilleul")

    assert found(client, words) == ["L’école fermée au cœur de la ville"]


@pytest.mark.parametrize("words", ["dog", "dogs", "protecting dogs", "the dogs"])
def test_an_english_petition_is_found_by_english_words(client, words):
    write("Protect our dogs", language="en")

    assert found(client, words) == ["Protect our dogs"]


@pytest.mark.parametrize("words", ["Martin", "alice martin", "Région", "transports", "rails"])
def test_a_petition_is_found_by_its_author_its_recipient_and_its_text(client, words):
    petition = make_petition()

    assert found(client, words) == [petition.text.title]


def test_all_words_have_to_be_there(client):
    write("Le train de nuit")

    assert found(client, "train nuit") == ["Le train de nuit"]
    assert found(client, "train jour") == []


def test_the_end_of_the_last_word_may_be_missing(client):
    write("Rouvrons la gare")

    assert found(client, "gare rouvr") == ["Rouvrons la gare"]
    assert found(client, "rouvr gare") == []


@pytest.mark.parametrize(
    "quoted", ['"droit de vote"', "« droit de vote »", "«\u202fdroit de vote\u202f»", "“droit de vote”"]
)
def test_quotes_ask_for_words_side_by_side(client, quoted):
    write("Le droit de vote pour tous")
    write("Un vote sur le droit")

    assert found(client, quoted) == ["Le droit de vote pour tous"]


def test_a_minus_leaves_words_out_whatever_the_language(client):
    write("Pour les hôpitaux de campagne")
    write("Pour l’école de campagne")
    write("More nurses in hospitals", language="en")

    assert found(client, "campagne -hôpital") == ["Pour l’école de campagne"]
    assert found(client, "nurses -hospital") == []


@pytest.mark.parametrize("words", ["or", "or en guyane", "guyane or"])
def test_gold_is_a_word_and_no_operator(client, words):
    write("L’or de Guyane")
    write("La forêt de Guyane")

    assert found(client, words) == ["L’or de Guyane"]


# --- Order and pages -------------------------------------------------------------------------------------------------


def test_the_title_comes_first_then_the_text_then_words_that_only_begin_alike(client):
    write("Le château en ruine", signatures_total=50)
    write("Un abri pour l’hiver", "Chaque chat compte.", signatures_total=20)
    write("Le chat du quartier", signatures_total=1)
    write("Un chat par foyer", signatures_total=2)

    assert found(client, "chat") == [
        "Un chat par foyer",
        "Le chat du quartier",
        "Un abri pour l’hiver",
        "Le château en ruine",
    ]


@pytest.mark.parametrize("sort", ["", "recentes", "signatures"])
def test_the_pages_of_a_search_show_every_petition_once(client, sort):
    for number in range(30):
        title = f"Train {number}" if number % 3 else f"Ligne {number}"
        text = ("Le train.", "Le train-train.", "Les trainées.")[number % 3]
        write(title, text, signatures_total=number % 4, imported_signatures=number % 5)
    titles, filters = [], {"tri": sort} if sort else {}
    for _page in range(3):
        page = client.get("/petitions/", {"q": "train", **filters}).context["page"]
        titles += [card.title for card in page.cards]
        filters["apres"] = page.next_cursor

    assert (len(titles), len(set(titles)), page.next_cursor) == (30, 30, "")


@pytest.mark.parametrize("cursor", ["x", "1-1", "2-1-1-x", "9" * 30, "2-1-1-1-1", f"2-{'9' * 25}-1-1", "²-1-1-1"])
def test_a_cursor_that_we_did_not_make_is_no_error(client, cursor):
    write("Le train")

    assert client.get("/petitions/", {"q": "train", "apres": cursor}).status_code == 200


# --- What stays in step ----------------------------------------------------------------------------------------------


def test_a_new_text_is_found_and_the_old_one_is_not(client):
    petition = write("Rouvrons la gare")
    petition.current_text = TextVersion.objects.create(petition=petition, number=3, title="Un bus", text="La nuit.")
    petition.save()

    assert (found(client, "bus"), found(client, "gare")) == (["Un bus"], [])


def test_a_name_that_is_erased_is_found_no_more(client):
    petition = write("Rouvrons la gare", author_name="Nadia Ferrand")
    Petition.objects.filter(pk=petition.pk).update(author_name="")
    Recipient.objects.filter(petition=petition).delete()

    assert (found(client, "nadia"), found(client, "région")) == ([], [])
    assert "nadia" not in SearchEntry.objects.get(petition=petition).words


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "rejected", "removed"])
def test_a_petition_that_is_not_public_is_not_in_the_index(client, status):
    make_petition(title="Cachée", status=status)

    assert found(client, "cachée") == []
    assert not SearchEntry.objects.exists()


def test_a_petition_that_goes_takes_its_words_along(client):
    petition = make_petition()
    Petition.objects.filter(pk=petition.pk).update(current_text=None, status="removed")
    petition.versions.all().delete()
    petition.delete()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert not SearchEntry.objects.exists()


def test_a_fold_of_the_count_leaves_the_words_alone(client):
    petition = write("Rouvrons la gare")
    before = SearchEntry.objects.extra(select={"version": "xmin::text"}).get().version
    Petition.objects.filter(pk=petition.pk).update(signatures_total=9)
    petition.refresh_from_db()
    petition.save()

    assert SearchEntry.objects.extra(select={"version": "xmin::text"}).get().version == before


# --- Status ----------------------------------------------------------------------------------------------------------


def test_the_status_tells_what_is_open_today(client):
    today = timezone.localdate()
    make_petition(title="Ouverte", slug="a", closes_on=today)
    make_petition(title="Échue", slug="b", closes_on=today - timedelta(days=1))
    make_petition(title="Close", slug="c", status="closed")

    assert found(client, "", statut="ouvertes") == ["Ouverte"]
    assert sorted(found(client, "", statut="closes")) == ["Close", "Échue"]
    assert len(found(client, "", statut="")) == 3


@pytest.mark.parametrize("query", ["statut=rien", "statut=Ouvertes", "q=train&tri=", "q=train&tri=pertinence"])
def test_a_status_or_an_order_that_does_not_exist_is_not_found(client, query):
    assert client.get(f"/petitions/?{query}").status_code == 404


def test_every_link_of_the_page_keeps_what_was_asked(client):
    for number in range(13):
        write(f"Le train {number}")
    shown = client.get("/petitions/?q=train&theme=social&tri=recentes&statut=ouvertes").content.decode()

    for link in (
        "?q=train&amp;tri=recentes&amp;statut=ouvertes",  # all themes
        "?q=train&amp;theme=sante&amp;tri=recentes&amp;statut=ouvertes",
        "?q=train&amp;theme=social&amp;statut=ouvertes",  # the closest
        "?q=train&amp;theme=social&amp;tri=signatures&amp;statut=ouvertes",
        "?q=train&amp;theme=social&amp;tri=recentes&amp;statut=closes",
        "?q=train&amp;theme=social&amp;tri=recentes",  # open and closed
    ):
        assert f'href="/petitions/{link}"' in shown
    assert 'href="/en/petitions/?q=train&amp;theme=social&amp;tri=recentes&amp;statut=ouvertes"' in shown
    assert 'href="/petitions/?q=train&amp;theme=social&amp;tri=recentes&amp;statut=ouvertes&amp;apres=' in shown
    assert all(f'type="hidden" name="{name}"' in shown for name in ("theme", "tri", "statut"))


# --- The page --------------------------------------------------------------------------------------------------------


def test_an_empty_search_helps_on(client):
    make_petition()
    shown = client.get("/petitions/?q=licorne&theme=sante").content.decode()

    assert "Aucune pétition ne parle de «\u202flicorne\u202f»." in shown
    assert f'href="{reverse("petition_list")}"' in shown
    assert 'class="btn btn-sign" href="/petitions/?q=licorne"' in shown


@pytest.mark.parametrize(("total", "shown"), [(1, "1 pétition<"), (2, "2 pétitions<"), (4, "Plus de 3 pétitions<")])
def test_the_page_says_how_many_there_are_up_to_a_point(client, monkeypatch, total, shown):
    monkeypatch.setattr("petitions.selectors.lists.COUNTED_AT_MOST", 3)
    for number in range(total):
        write(f"Le train {number}")

    assert shown in client.get("/petitions/?q=train").content.decode()


@pytest.mark.parametrize("address", ["/", "/petitions/", "/en/", "/mes-signatures/"])
def test_a_field_with_a_label_searches_from_every_page_without_a_script(client, address):
    shown = client.get(address).content.decode()
    action = "/en/petitions/" if address.startswith("/en") else "/petitions/"

    assert shown.count(f'<form class="search" role="search" action="{action}">') >= 1
    assert shown.count('type="search" name="q"') == shown.count('<label class="visually-hidden" for="search')


def test_a_search_is_not_for_search_engines_and_the_list_is(client):
    assert 'content="noindex, follow"' in client.get("/petitions/?q=train").content.decode()
    assert "noindex" not in client.get("/petitions/?theme=social").content.decode()


def test_searching_too_often_has_to_wait_and_reading_lists_does_not(client, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"search-ip": (2, 60)}
    answers = [client.get(f"/petitions/?q=mot{number}") for number in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2]["Retry-After"]) > 0
    assert client.get("/petitions/").status_code == 200


def test_a_search_costs_the_same_with_one_petition_and_with_many(client):
    write("Le train")
    few = queries_of(client, "/petitions/?q=train&theme=social")
    for number in range(14):
        write(f"Le train {number}")

    assert queries_of(client, "/petitions/?q=train&theme=social") == few <= 6


# --- What nobody should type -----------------------------------------------------------------------------------------


@needs_lists
def test_naughty_words_find_something_or_nothing_and_never_act(client, no_limits):
    make_petition()
    for text in json.loads((LISTS / "blns.json").read_text("utf-8")):
        response = client.get("/petitions/", {"q": text})
        assert response.status_code == (400 if "\0" in text else 200), text
        assert not acting_tags(response), text


@pytest.mark.parametrize(
    "words",
    ['"', '""', "-", "--", '-"', "'", "''", "\\", "\\'", ":*", "a:*", "a & | ! (b", "<->", "!!a", "%", "_", "$1", "{}",
     "'; DROP TABLE x --", '"a', 'a"b', "«", "-a", "-a -b", "les", "de la", "\u200b", "ﷺ", "㍿" * 200, "½", "日本語",
     "a" * 10_000, "a " * 5_000, '"' * 10_000, "-a " * 3_000, "é" * 10_000, "\U0010ffff", "or", "or or", "²"],
)  # fmt: skip
def test_no_words_are_an_error(client, no_limits, words):
    make_petition()
    response = client.get("/petitions/", {"q": words})

    assert response.status_code == 200
    assert len(response.content) < 60_000


def test_a_very_long_search_is_cut(client):
    assert len(read_search("a" * 10_000).text) == LONGEST


def test_a_nul_is_refused(client):
    assert client.get("/petitions/?q=a%00b").status_code == 400


def test_a_petition_of_a_million_words_can_be_published_and_found(client):
    write("Un très long texte", " ".join(f"mot{number}" for number in range(200_000)) + " " + "x" * 3_000)

    assert found(client, "mot12 long") == ["Un très long texte"]
