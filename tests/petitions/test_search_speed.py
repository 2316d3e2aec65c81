"""Lists and searches read indexes: plans on many petitions that the planner has looked at."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from petitions.models import Petition, Theme
from petitions.search import read_search
from petitions.selectors import Wanted, petition_list
from petitions.services.importing import publish_all

pytestmark = pytest.mark.django_db

TITLES = (
    "Rouvrons la gare",
    "Sauvons le tilleul",
    "Protégeons la rivière",
    "Gardons le bureau de poste",
    "Un bus de nuit",
)


def publish_many(count, rare="aérotrain"):
    """Insert `count` public petitions, one in a thousand of which has a rare word, and tell the planner."""
    themes = list(Theme.objects.all())
    rows = [
        Petition(
            author_name="Alice Martin",
            theme=themes[number % len(themes)],
            slug=f"p{number}",
            status="submitted",
            closes_on=timezone.localdate() + timedelta(days=number % 200 - 5),
        )
        for number in range(count)
    ]
    words = [
        (f"{TITLES[number % 5]} de la commune {number}", rare if number % 1_000 == 0 else f"Phrase {number} du texte.")
        for number in range(count)
    ]
    publish_all(rows, words, at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE petitions_petition, petitions_searchentry, petitions_textversion")


def plan_of(wanted, **options):
    """Return the plan of the statement that reads a page."""
    with CaptureQueriesContext(connection) as queries:
        petition_list(wanted, **options)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + queries[0]["sql"])
        return "\n".join(line for (line,) in cursor.fetchall())


def assert_plans():
    today = timezone.localdate()
    search = plan_of(Wanted(today, sort="", search=read_search("aerotrain")))
    assert "Bitmap Index Scan on search_words" in search
    assert "Seq Scan on petitions_petition" not in search
    assert "Index Scan using petition_recent" in plan_of(Wanted(today))
    assert "Index Scan using petition_recent" in plan_of(Wanted(today, status="ouvertes"))
    assert "Index Scan using petition_most_signed" in plan_of(Wanted(today, sort="signatures"))
    deep = plan_of(Wanted(today), after=petition_list(Wanted(today), at_most=100).next_cursor)
    assert "Index Cond: (published_at <= " in deep


def test_lists_and_searches_read_indexes_on_thousands_of_petitions():
    publish_many(5_000)

    assert_plans()


@pytest.mark.proof
def test_lists_and_searches_read_indexes_on_many_petitions():
    publish_many(100_000)

    assert_plans()
