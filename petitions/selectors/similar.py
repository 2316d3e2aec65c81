"""Open petitions that may ask what somebody is about to ask."""

from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import add, or_

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable

from petitions.models import Petition
from petitions.search import CONFIGURATIONS, LONGEST
from petitions.selectors.cards import PetitionCard, card, counted

SIMILAR_AT_MOST = 5
# A title says its subject early; each stem is one more condition of the query.
STEMS_AT_MOST = 10


def similar_petitions(title: str, *, language: str, today: date) -> list[PetitionCard]:
    """Return at most five petitions in `language`, open on `today`, that share half of the title's words (3 queries).

    One of the words stands in their own title, or nearly as many as in the title of the likest, which comes first.
    """
    stems = _stems(title[:LONGEST], CONFIGURATIONS.get(language, "french"))
    if not stems:
        return []
    queries = [SearchQuery(stem, config="simple") for stem in stems]
    shared = max(min(2, len(stems)), -(-len(stems) // 2))
    found = list(
        counted(Petition.objects.with_text())
        .filter(status=Petition.Status.PUBLISHED, closes_on__gte=today, search__language=language)
        .filter(search__words=reduce(or_, queries))
        .annotate(
            in_title=_number_true(Q(search__title=query) for query in queries),
            anywhere=_number_true(Q(search__words=query) for query in queries),
        )
        .filter(in_title__gte=1, anywhere__gte=shared)
        .prefetch_related("recipients")
        .order_by("-in_title", "-anywhere", "-signatures_total", "-pk")[:SIMILAR_AT_MOST]
    )
    # Beside one that asks the very same, what shares two common words of it is noise.
    enough = found[0].in_title - 1 if found else 0
    return [card(petition) for petition in found if petition.in_title >= enough]


def _stems(title: str, configuration: str) -> list[str]:
    """Return what the index would hold of a title: letters and digits only, so each is a query by itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tsvector_to_array(to_tsvector(%s::regconfig, petitions_fold(%s)))", [configuration, title]
        )
        stems: list[str] = cursor.fetchone()[0]
    return stems[:STEMS_AT_MOST]


def _number_true(conditions: Iterable[Q]) -> Combinable:
    ones = [
        Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField()) for condition in conditions
    ]
    return reduce(add, ones[1:], ones[0])
