"""Lists of public petitions, a page at a time, and what the front page counts."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from petitions import keyset
from petitions.models import Petition, Theme
from petitions.search import Search
from petitions.selectors.cards import PetitionCard, card, counted

PAGE = 12
SORTS = {"recentes": ("published_at", "pk"), "signatures": ("signatures_total", "pk")}
RELEVANCE = ("relevance", "signatures_total", "imported_signatures", "pk")
STATUSES = ("ouvertes", "closes")
COUNTED_AT_MOST = 1_000


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list and where the next one starts, '' at the end."""

    cards: list[PetitionCard]
    next_cursor: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which public petitions a list is of. `sort` is a key of SORTS, '' for the most relevant of a search.

    `status` is one of STATUSES, '' for both: what is open is open on `today`, in Paris.
    """

    today: date
    sort: str = "recentes"
    theme: Theme | None = None
    status: str = ""
    search: Search | None = None

    @property
    def order(self) -> tuple[str, ...]:
        return SORTS[self.sort] if self.sort else RELEVANCE

    def petitions(self) -> QuerySet[Petition]:
        """Return the petitions, in no order."""
        found: QuerySet[Petition] = Petition.objects.public().order_by()
        if self.theme:
            found = found.filter(theme=self.theme)
        if self.status:
            is_open = Q(status=Petition.Status.PUBLISHED, closes_on__gte=self.today)
            found = found.filter(is_open if self.status == "ouvertes" else ~is_open)
        if self.search:
            found = found.filter(self.search.matches)
        return found


def petition_list(wanted: Wanted, *, after: str = "", at_most: int = PAGE) -> ListPage:
    """Return one page of public petitions by keyset (2 queries).

    `after` is the cursor of the page before; one that we did not make starts at the top.
    """
    petitions = counted(wanted.petitions().select_related("current_text", "theme")).prefetch_related("recipients")
    if wanted.search and not wanted.sort:
        petitions = petitions.annotate(relevance=wanted.search.relevance)
    if place := keyset.place_of(after, wanted.order):
        petitions = petitions.filter(keyset.after(place, wanted.order))
    found = list(petitions.order_by(*(f"-{field}" for field in wanted.order))[: at_most + 1])
    rows = found[:at_most]
    cursor = keyset.cursor_of(rows[-1], wanted.order) if len(found) > at_most else ""
    return ListPage([card(petition) for petition in rows], cursor)


def number_found(wanted: Wanted) -> int:
    """Return how many petitions a list is of; more than COUNTED_AT_MOST are counted as one more (1 query)."""
    return wanted.petitions().values("pk")[: COUNTED_AT_MOST + 1].count()


def totals() -> dict[str, int]:
    """Return the folded sum of all confirmed signatures, and the number of public petitions (1 query)."""
    from_all = Petition.objects.public().aggregate(
        signatures=Coalesce(Sum("signatures_total"), Value(0)), petitions=Coalesce(Sum(Value(1)), Value(0))
    )
    return dict(from_all)
