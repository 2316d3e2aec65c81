"""How petitions end, and where it shows."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from petitions.models import Petition
from petitions.services import outcomes
from tests.factories import make_petition

pytestmark = pytest.mark.django_db

Outcome = Petition.Outcome


def declare(petition, outcome=Outcome.VICTORY, words="La ligne rouvre en mai.", *, days_ago=0):
    now = timezone.now()
    on = timezone.localdate(now) - timedelta(days=days_ago)
    return outcomes.declare_outcome(petition=petition, outcome=outcome, words=words, on=on, at=now)


def long_ago(**fields):
    petition = make_petition(**fields)
    Petition.objects.filter(pk=petition.pk).update(published_at=timezone.now() - timedelta(days=60))
    return petition


# --- Declaring -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "status"),
    [("victory", "closed"), ("no_follow_up", "closed"), ("withdrawn", "closed"), ("answered", "published")],
)
def test_an_outcome_ends_signing_unless_it_is_only_an_answer(petition, outcome, status):
    assert declare(petition, outcome)

    petition.refresh_from_db()
    assert (petition.outcome, petition.status, petition.outcome_on) == (outcome, status, timezone.localdate())


def test_declaring_the_same_twice_changes_nothing(petition):
    declare(petition)
    before = Petition.objects.values().get()

    assert declare(petition) is False
    assert Petition.objects.values().get() == before


def test_an_answer_may_become_a_victory(petition):
    declare(petition, Outcome.ANSWERED)
    declare(petition, Outcome.VICTORY)

    petition.refresh_from_db()
    assert petition.outcome == Outcome.VICTORY


@pytest.mark.parametrize("status", ["draft", "submitted", "rejected", "removed"])
def test_what_is_not_public_has_no_outcome(status):
    with pytest.raises(outcomes.OutcomeRefused):
        declare(make_petition(status=status))


@pytest.mark.parametrize("days_ago", [-1, 61, 40_000])
def test_nothing_comes_of_a_petition_before_it_is_published_or_tomorrow(days_ago):
    with pytest.raises(outcomes.OutcomeRefused):
        declare(long_ago(), days_ago=days_ago)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"outcome": "victory"}, "outcome_has_a_day"),
        ({"outcome_on": "2026-11-24"}, "outcome_has_a_day"),
        ({"outcome_words": "Gagné"}, "outcome_has_a_day"),
        ({"outcome": "gagné", "outcome_on": "2026-11-24"}, "petition_outcome_is_known"),
    ],
)
def test_the_database_refuses_half_an_outcome(petition, fields, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Petition.objects.update(**fields)


def test_the_database_refuses_an_outcome_of_what_was_never_published():
    make_petition(status="draft")

    with pytest.raises(IntegrityError, match="outcome_of_what_was_published"), transaction.atomic():
        Petition.objects.update(outcome="victory", outcome_on="2026-11-24", outcome_words="Gagné")


def test_the_words_may_be_erased_and_the_outcome_stays(petition):
    declare(petition)

    Petition.objects.update(outcome_words="")

    assert Petition.objects.get().outcome == Outcome.VICTORY


# --- Pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "chip"),
    [("victory", "Victoire"), ("answered", "Réponse reçue"), ("no_follow_up", "Sans suite")],
)
def test_the_petition_and_its_card_say_how_it_ended(client, petition, outcome, chip):
    declare(petition, outcome, "Le <b>président</b> & nous")

    for address in (petition.get_absolute_url(), petition.url_of("petition_updates")):
        text = client.get(address).content.decode()
        assert chip in text
        assert "Le &lt;b&gt;président&lt;/b&gt; &amp; nous" in text
    assert chip in client.get("/petitions/").content.decode()


def test_the_page_of_victories_shows_what_was_won_or_answered_the_latest_first(client):
    for days_ago, outcome in enumerate(["victory", "no_follow_up", "answered", "withdrawn", "victory"]):
        declare(long_ago(title=f"Titre {days_ago}", slug=f"p{days_ago}"), outcome, days_ago=days_ago)
    make_petition(title="Ouverte")
    gone = long_ago(title="Titre retiré")
    declare(gone)
    Petition.objects.filter(pk=gone.pk).update(status="removed")

    cards = client.get("/victoires/").context["page"].cards

    assert [card.title for card in cards] == ["Titre 0", "Titre 2", "Titre 4"]


def test_the_pages_of_victories_show_each_once(client):
    for number in range(30):
        declare(long_ago(title=f"Titre {number}", slug=f"p{number}"), days_ago=number // 10)
    titles, cursor = [], ""
    while True:
        page = client.get("/victoires/", {"apres": cursor}).context["page"]
        titles += [card.title for card in page.cards]
        cursor = page.next_cursor
        if not cursor:
            break

    assert sorted(titles) == sorted(f"Titre {number}" for number in range(30))


def test_the_page_of_victories_costs_the_same_with_one_and_with_many(client, django_assert_max_num_queries):
    for number in range(8):
        declare(make_petition(slug=f"p{number}"))

    with django_assert_max_num_queries(2):
        assert client.get("/victoires/").status_code == 200


@pytest.mark.parametrize("cursor", ["x", "0-1", "1-2-3", "9999999-1", "99999999999999999999-1", "-", "²-1", "739000-"])
def test_a_cursor_that_we_did_not_make_is_no_error(client, cursor):
    assert client.get("/victoires/", {"apres": cursor}).status_code == 200


def test_no_victory_yet_is_no_error_and_no_cookie(client):
    answer = client.get("/victoires/")

    assert "Aucune pour l’instant." in answer.content.decode()
    assert not answer.cookies
