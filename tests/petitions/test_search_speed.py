"""Lists and searches read indexes: plans on many petitions that the planner has looked at."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from petitions.models import Petition, Theme
from petitions.search import read_search
from petitions.selectors import Wanted, author_page, petition_list
from petitions.services.importing import publish_all
from tests.factories import make_user

pytestmark = pytest.mark.django_db

TITLES = (
    "Rouvrons la gare",
    "Sauvons le tilleul",
    "Protégeons la rivière",
    "Gardons le bureau de poste",
    "Un bus de nuit",
)


def publish_many(count, rare="aérotrain"):
    """Insert `count` public petitions, one in a thousand of which has a rare word, and tell the planner.

    Alice wrote one in fifty, one in a hundred moves, and one in five hundred was won.
    """
    themes = list(Theme.objects.all())
    alice = make_user("alice", public_name="Alice Martin")
    rows = [
        Petition(
            author=alice if number % 50 == 0 else None,
            author_name="Alice Martin",
            theme=themes[number % len(themes)],
            slug=f"p{number}",
            status="submitted",
            closes_on=timezone.localdate() + timedelta(days=number % 200 - 5),
            trend=number if number % 100 == 0 else 0,
        )
        for number in range(count)
    ]
    words = [
        (f"{TITLES[number % 5]} de la commune {number}", rare if number % 1_000 == 0 else f"Phrase {number} du texte.")
        for number in range(count)
    ]
    publish_all(rows, words, at=timezone.now())
    Petition.objects.filter(pk__in=[row.pk for row in rows[::500]]).update(
        outcome="victory", outcome_on=timezone.localdate()
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE petitions_petition, petitions_searchentry, petitions_textversion")


def plan_of(read):
    """Return the plan of the statement that reads a page."""
    with CaptureQueriesContext(connection) as queries:
        read()
    page = next(query["sql"] for query in queries if "exact_count" in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + page)
        return "\n".join(line for (line,) in cursor.fetchall())


def list_plan(wanted, **options):
    return plan_of(lambda: petition_list(wanted, **options))


def assert_walks(index, plan):
    """The page starts in the index and ends after a dozen rows: nothing is read through, nothing is sorted."""
    assert f"Index Scan using {index}" in plan
    assert "Sort" not in plan
    assert "Seq Scan on petitions_petition" not in plan


def assert_plans():
    today, animals = timezone.localdate(), Theme.objects.get(slug="animaux")
    for sort, index in (
        ("tendances", "petition_trending"),
        ("recentes", "petition_recent"),
        ("signatures", "petition_most_signed"),
    ):
        for wanted in (
            Wanted(today, sort),
            Wanted(today, sort, status="ouvertes"),
            Wanted(today, sort, theme=animals, status="ouvertes"),
        ):
            assert_walks(index, list_plan(wanted))
            deep = list_plan(wanted, after=petition_list(wanted, at_most=100).next_cursor)
            assert_walks(index, deep)
            assert "Index Cond: (ROW(" in deep
    assert_walks("petition_of_author", plan_of(lambda: author_page("alice-martin")))


def assert_rare_rows_are_found():
    """What few petitions are is looked up, and only those few are put in order."""
    today = timezone.localdate()
    search = list_plan(Wanted(today, sort="", search=read_search("aerotrain")))
    assert "Bitmap Index Scan on search_words" in search
    assert "Seq Scan on petitions_petition" not in search
    assert "Seq Scan on petitions_petition" not in list_plan(Wanted(today, "recentes", status="victoires"))
    assert "Seq Scan on petitions_petition" not in list_plan(Wanted(today, "recentes", status="closes"))


def test_lists_and_searches_read_indexes_on_thousands_of_petitions(fresh_plans):
    publish_many(5_000)

    assert_plans()
    assert_rare_rows_are_found()


@pytest.mark.proof
def test_lists_and_searches_read_indexes_on_many_petitions(fresh_plans):
    publish_many(100_000)

    assert_plans()
    assert_rare_rows_are_found()
