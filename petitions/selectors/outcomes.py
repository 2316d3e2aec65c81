"""Petitions that got what they asked for, or an answer."""

from petitions.models import Petition
from petitions.selectors.lists import ListPage, page_of

ORDER = ("outcome_on", "pk")


def victories(*, after: str = "") -> ListPage:
    """Return one page of public petitions that were won or answered, the latest first (2 queries)."""
    won = Petition.objects.public().filter(outcome__in=Petition.GOOD_OUTCOMES)
    return page_of(won, ORDER, after=after)
