"""Lists, the front page and theme pages: what they show, in which order, and what they cost."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from petitions.models import Petition, Theme
from petitions.selectors.front import Totals
from tests.factories import make_petition, make_signature
from tests.petitions.test_pages import page, queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    """A reader whose cookie asks for a page of their own: no copy hides what a page costs."""
    return Client(headers={"cookie": "consent=refuse"})


def make_many(count, **fields):
    return [make_petition(slug=f"petition-{number}", title=f"Titre {number}", **fields) for number in range(count)]


def make_outcome(outcome="victory", days_ago=1, **fields):
    """Publish a petition that came to an end of this kind."""
    petition = make_petition(**fields)
    day = timezone.localdate() - timedelta(days=days_ago)
    Petition.objects.filter(pk=petition.pk).update(outcome=outcome, outcome_on=day)
    return petition


def titles(client, address):
    return [card.title for card in client.get(address).context["page"].cards]


# --- What they cost --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/petitions/", 3),
        ("/petitions/?tri=signatures", 3),
        ("/petitions/?theme=social", 4),
        ("/petitions/?statut=victoires", 3),
        ("/", 5),
    ],
)
def test_a_list_costs_the_same_with_one_petition_and_with_many(client, address, queries):
    make_outcome()
    few = queries_of(client, address)
    make_many(14, trend=5)
    for number in range(4):
        make_outcome(slug=f"gagnee-{number}")

    assert few == queries_of(client, address) == queries


# --- Order and pages -------------------------------------------------------------------------------------------------


def titles_by_following_links(client, address):
    """Read the list as a person does: from page to page."""
    titles, pages = [], 0
    while address:
        context = client.get(address).context
        titles += [card.title for card in context["page"].cards]
        cursor, pages = context["page"].next_cursor, pages + 1
        address = f"/petitions/?tri={context['wanted'].sort}&apres={cursor}" if cursor else ""
        assert pages < 10
    return titles


@pytest.mark.parametrize("sort", ["tendances", "recentes", "signatures"])
@pytest.mark.parametrize("are_equal", [True, False])
def test_the_pages_of_a_list_show_every_petition_once(client, sort, are_equal):
    for number, petition in enumerate(made := make_many(30)):
        when = timezone.now() - timedelta(microseconds=0 if are_equal else number)
        Petition.objects.filter(pk=petition.pk).update(
            published_at=made[0].published_at if are_equal else when,
            signatures_total=7 if are_equal else number // 2,
            trend=7 if are_equal else number // 2,
        )

    titles = titles_by_following_links(client, f"/petitions/?tri={sort}")

    assert sorted(titles) == sorted(f"Titre {number}" for number in range(30))


def test_a_petition_that_is_published_meanwhile_moves_no_other(client):
    make_many(13)
    first = client.get("/petitions/?tri=recentes").context["page"]
    make_petition(title="Nouvelle")
    second = client.get(f"/petitions/?tri=recentes&apres={first.next_cursor}").context["page"]

    assert [card.title for card in second.cards] == ["Titre 0"]


@pytest.mark.parametrize(
    "cursor",
    ["x", "-", "1-", "-1", "1-2-3", "9" * 60, "99999999999999999999-1", "1-99999999999999999999", "٣-٣", "²-²",
     "1e9-1", "253402300800000000-1", "253402300799999999-1", "'; DROP TABLE petitions_petition; --"],
)  # fmt: skip
@pytest.mark.parametrize("sort", ["tendances", "recentes", "signatures"])
def test_a_cursor_that_we_did_not_make_is_no_error(client, cursor, sort):
    make_petition()

    assert client.get("/petitions/", {"apres": cursor, "tri": sort}).status_code == 200


def test_a_list_is_ordered_as_asked(client):
    make_petition(slug="a", title="Ancienne", signatures_total=9, published_at=timezone.now() - timedelta(days=2))
    make_petition(slug="b", title="Récente", signatures_total=1)

    assert [card.title for card in client.get("/petitions/?tri=recentes").context["page"].cards] == [
        "Récente",
        "Ancienne",
    ]
    assert [card.title for card in client.get("/petitions/?tri=signatures").context["page"].cards] == [
        "Ancienne",
        "Récente",
    ]


def test_a_theme_shows_its_own_petitions(client):
    make_petition(slug="a", title="Le train", theme="social")
    make_petition(slug="b", title="La rivière", theme="nature-et-environnement")
    shown = page(client, "/petitions/?theme=nature-et-environnement")

    assert "La rivière" in shown
    assert "Le train" not in shown


def test_the_link_to_the_next_page_keeps_theme_and_order(client):
    make_many(13)
    shown = page(client, "/petitions/?theme=social&tri=signatures")

    assert "?theme=social&amp;tri=signatures&amp;apres=" in shown


@pytest.mark.parametrize(
    "query", ["theme=rien", "tri=rien", "tri=", "statut=retirees", "theme=Social", "theme=social%20", "theme=%F0%9F"]
)
def test_a_theme_or_an_order_that_does_not_exist_is_not_found(client, query):
    assert client.get(f"/petitions/?{query}").status_code == 404


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "rejected", "removed"])
def test_a_petition_that_is_not_public_is_in_no_list(client, status):
    make_petition(title="Cachée", status=status)

    assert "Cachée" not in page(client, "/") + page(client, "/petitions/")


def test_an_empty_site_opens_on_pages_too(client):
    assert "Aucune pétition" in page(client, "/")
    assert "Aucune pétition" in page(client, "/petitions/")


def test_what_moves_comes_first_and_the_newest_where_nothing_does(client):
    make_petition(slug="a", title="Ancienne")
    make_petition(slug="b", title="Nouvelle")
    make_petition(slug="c", title="Lente", trend=1)
    make_petition(slug="d", title="Vive", trend=64)
    make_petition(slug="e", title="Toute nouvelle")

    assert titles(client, "/petitions/") == ["Vive", "Lente", "Toute nouvelle", "Nouvelle", "Ancienne"]
    assert titles(client, "/petitions/?tri=tendances") == titles(client, "/petitions/")


@pytest.mark.parametrize("status", ["closes", "victoires"])
def test_what_is_over_comes_by_date_and_offers_no_trends(client, status):
    long_ago = timezone.now() - timedelta(days=9)
    make_outcome(slug="a", title="Récente", status="closed")
    make_outcome(slug="b", title="Ancienne", status="closed", published_at=long_ago)

    assert titles(client, f"/petitions/?statut={status}") == ["Récente", "Ancienne"]
    assert "tri=tendances" not in page(client, f"/petitions/?statut={status}")


def test_the_first_page_leads_on_and_the_last_one_back_to_the_start(client):
    make_many(13)
    first = client.get("/petitions/?theme=social")
    cursor = first.context["page"].next_cursor
    last = page(client, f"/petitions/?theme=social&apres={cursor}")

    assert f'rel="next" href="/petitions/?theme=social&amp;apres={cursor}"' in first.content.decode()
    assert "Retour au début" not in first.content.decode()
    assert 'rel="next"' not in last
    assert '<a href="/petitions/?theme=social">Retour au début</a>' in last


def test_the_way_back_leaves_the_page_it_is_on(client):
    make_many(13)
    cursor = client.get("/petitions/").context["page"].next_cursor

    assert '<a href="/petitions/">Retour au début</a>' in page(client, f"/petitions/?apres={cursor}")


# --- States ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "is_shown"), [("victory", True), ("answered", False), ("no_follow_up", False), ("withdrawn", False)]
)
def test_victories_are_what_was_won(client, outcome, is_shown):
    make_outcome(outcome, title="La gare")

    assert titles(client, "/petitions/?statut=victoires") == (["La gare"] if is_shown else [])


@pytest.mark.parametrize("status", ["draft", "removed"])
def test_a_victory_that_is_not_public_is_in_no_list(client, status):
    petition = make_petition(title="Cachée", status=status, published_at=timezone.now())
    Petition.objects.filter(pk=petition.pk).update(outcome="victory", outcome_on=timezone.localdate())

    assert "Cachée" not in page(client, "/") + page(client, "/petitions/?statut=victoires")


@pytest.mark.parametrize(
    ("outcome", "chip"),
    [
        ("victory", '<span class="chip chip-ok">Victoire</span>'),
        ("answered", '<span class="chip chip-ok">Réponse reçue</span>'),
        ("no_follow_up", '<span class="chip chip-quiet">Sans suite</span>'),
    ],
)
def test_a_card_says_how_it_ended(client, outcome, chip):
    make_outcome(outcome, status="closed")
    shown = page(client, "/petitions/")

    assert chip in shown
    assert '<span class="chip chip-quiet">Close</span>' not in shown


# --- Themes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["", "/en"])
def test_each_theme_has_its_own_words_and_its_own_waves(client, language):
    for theme in Theme.objects.all():
        shown = page(client, f"{language}/petitions/?theme={theme.slug}")

        words = theme.about_en if language else theme.about
        assert words
        assert f'<p class="lead">{words}</p>' in shown
        assert f'fill="hsl({theme.hue} 45% 22%)"' in shown


def test_a_theme_without_words_is_no_error(client):
    Theme.objects.filter(slug="social").update(about="", about_en="")

    assert 'class="lead"' not in page(client, "/petitions/?theme=social")


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("/petitions/", "/petitions/"),
        ("/petitions/?tri=recentes", "/petitions/"),
        ("/petitions/?tri=signatures&theme=social", "/petitions/?theme=social"),
        ("/en/petitions/?theme=social&statut=closes", "/en/petitions/?theme=social&amp;statut=closes"),
        ("/petitions/?theme=social&utm_source=x", "/petitions/?theme=social"),
    ],
)
def test_a_list_has_one_address_in_all_its_orders(client, settings, address, canonical):
    assert f'<link rel="canonical" href="{settings.SITE_ORIGIN}{canonical}">' in page(client, address)


@pytest.mark.parametrize("query", ["q=train", "apres=1-1", "theme=social&apres=x"])
def test_a_search_and_a_later_page_are_for_people_and_not_for_robots(client, query):
    shown = page(client, f"/petitions/?{query}")

    assert 'content="noindex, follow"' in shown
    assert "canonical" not in shown


# --- The front page --------------------------------------------------------------------------------------------------


def front(client):
    return client.get("/").context["front"]


def test_the_front_page_shows_what_moves_and_not_what_is_big(client):
    make_petition(slug="big", title="Énorme", signatures_total=1_000_000)
    for number in range(7):
        make_petition(slug=f"p{number}", title=f"Vive {number}", trend=number + 1)

    assert [card.title for card in front(client).petitions] == [f"Vive {number}" for number in (6, 5, 4, 3, 2, 1)]
    assert "Ça bouge en ce moment" in page(client, "/")


def test_where_next_to_nothing_moves_the_front_page_says_that_these_are_the_newest(client):
    make_petition(slug="a", title="Lente", trend=1)
    make_petition(slug="b", title="Nouvelle")
    shown = page(client, "/")

    assert "Ça bouge en ce moment" not in shown
    assert "Les dernières pétitions" in shown
    assert [card.title for card in front(client).petitions] == ["Lente", "Nouvelle"]


def test_what_closed_since_the_last_score_moves_no_more(client):
    for number in range(4):
        make_petition(slug=f"p{number}", trend=9)
    make_petition(slug="close", title="Close", trend=99, status="closed")
    make_petition(slug="over", title="Finie", trend=99, closes_on=timezone.localdate() - timedelta(days=1))

    assert {card.title for card in front(client).petitions} == {"Rouvrons la ligne"}


def test_the_front_page_tells_the_latest_good_news(client):
    for number, outcome in enumerate(["no_follow_up", "answered", "victory", "withdrawn", "victory", "answered"]):
        make_outcome(outcome, days_ago=number, slug=f"p{number}", title=f"{outcome} {number}")

    assert [card.title for card in front(client).outcomes] == ["answered 1", "victory 2", "victory 4"]


def test_without_good_news_there_is_no_empty_shelf(client):
    make_outcome("no_follow_up")

    assert "Victoires et réponses" not in page(client, "/")


def test_the_front_page_counts_what_is_public(client):
    make_petition(slug="a", signatures_total=12, imported_signatures=3456)
    make_outcome(slug="b", signatures_total=30, status="closed")
    make_outcome("answered", slug="c")
    make_petition(slug="d", signatures_total=500, status="removed")
    make_petition(slug="e", signatures_total=500, status="draft")

    assert front(client).totals == Totals(signatures=42, petitions=3, victories=1)


def test_each_theme_says_how_many_petitions_can_be_signed(client):
    make_many(3, theme="animaux")
    make_petition(slug="a", theme="sante", status="closed")
    make_petition(slug="b", theme="sante", closes_on=timezone.localdate() - timedelta(days=1))
    counts = {theme.slug: theme.open_petitions for theme in front(client).themes}

    assert len(counts) == 13
    assert (counts["animaux"], counts["sante"], counts["sport"]) == (3, 0, 0)
    assert 'href="/en/petitions/?theme=animaux"' in page(client, "/en/")


def test_a_confirmation_that_is_not_folded_shows_on_its_card(client):
    make_signature(make_petition(trend=5), confirmed=True)

    assert front(client).petitions[0].count == 1


# --- Searches --------------------------------------------------------------------------------------------------------


def test_a_search_says_what_it_understood_and_keeps_what_was_typed(client):
    make_petition(title="Le train de nuit")
    shown = page(client, '/petitions/?q="train de nuit" paris -avion')
    found = page(client, '/petitions/?q="train de nuit" -avion')

    assert 'value="&quot;train de nuit&quot; paris -avion"' in shown
    for words in ("train de nuit", "paris", "avion"):
        assert f'<q class="term">{words}</q>' in shown
    assert "1 pétition" in found
    assert '<q class="term">train de nuit</q>' in found
    assert "et sans" in found


def test_a_search_that_finds_nothing_leads_on(client):
    shown = page(client, "/petitions/?q=licorne&theme=sante&statut=closes")

    assert "Aucune pétition ne parle de" in shown
    assert 'href="/petitions/?q=licorne">Chercher dans toutes les pétitions' in shown
    assert 'class="chip chip-quiet" href="/petitions/?theme=animaux"' in shown


def test_words_of_a_search_are_text_and_never_html(client):
    assert "<b>train" not in page(client, "/petitions/?q=<b>train</b> <b>nuit")
