"""Lists of petitions, a page at a time."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from petitions import keyset
from petitions.models import Petition, Theme
from petitions.search import Search
from petitions.selectors import refused
from petitions.selectors.cards import PetitionCard, card, counted

PAGE = 12
NEWEST = ("published_at", "pk")
SORTS = {"tendances": ("trend", "pk"), "recentes": NEWEST, "signatures": ("signatures_total", "pk")}
RELEVANCE = ("relevance", "signatures_total", "imported_signatures", "pk")
REFUSED = "refusees"
STATUSES = ("ouvertes", "victoires", "closes", REFUSED)
COUNTED_AT_MOST = 1_000


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list and where the next one starts, '' at the end."""

    cards: list[PetitionCard]
    next_cursor: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which petitions a list is of. `sort` is a key of SORTS, '' for the most relevant of a search.

    `status` is one of STATUSES, '' for all that are public: what is open is open on `today`, in Paris. Those that were
    refused stand apart, by date.
    """

    today: date
    sort: str = "tendances"
    theme: Theme | None = None
    status: str = ""
    search: Search | None = None

    @property
    def order(self) -> tuple[str, ...]:
        if self.is_of_refused:
            return refused.NEWEST
        return SORTS[self.sort] if self.sort else RELEVANCE

    @property
    def is_of_refused(self) -> bool:
        return self.status == REFUSED

    def petitions(self) -> QuerySet[Petition]:
        """Return the petitions, in no order."""
        everything = refused.readable_refusals(self.today) if self.is_of_refused else Petition.objects.public()
        found: QuerySet[Petition] = everything.order_by()
        if self.theme:
            found = found.filter(theme=self.theme)
        if self.status and not self.is_of_refused:
            found = found.filter(self._has_status)
        if self.search and self.is_of_refused:
            found = refused.that_say(found, self.search)
        elif self.search:
            found = found.filter(self.search.matches)
        return found

    @property
    def _has_status(self) -> Q:
        is_open = Q(status=Petition.Status.PUBLISHED, closes_on__gte=self.today)
        is_won = Q(outcome=Petition.Outcome.VICTORY)
        return {"ouvertes": is_open, "victoires": is_won, "closes": ~is_open}[self.status]


def default_sort(status: str, search: Search | None) -> str:
    """Return the order that serves people when they ask for none.

    What is searched for comes by relevance. What can be signed comes by trend: a reader sees what moves, a new petition
    needs no thousands to be seen, and where nothing moves the newest come first. What is over moves no more: by date.
    """
    if search:
        return ""
    return "tendances" if status in {"", "ouvertes"} else "recentes"


def petition_list(wanted: Wanted, *, after: str = "", at_most: int = PAGE) -> ListPage:
    """Return one page of petitions by keyset (2 queries). `after` is the cursor of the page before."""
    petitions = wanted.petitions()
    if wanted.search and not wanted.sort and not wanted.is_of_refused:
        petitions = petitions.annotate(relevance=wanted.search.relevance)
    return page_of(petitions, wanted.order, after=after, at_most=at_most)


def page_of(petitions: QuerySet[Petition], order: tuple[str, ...], *, after: str, at_most: int = PAGE) -> ListPage:
    """Return the page of `petitions` that comes after a cursor in a keyset order (2 queries).

    A cursor that we did not make starts at the top.
    """
    petitions = counted(petitions.select_related("current_text", "theme", "picture")).prefetch_related("recipients")
    if place := keyset.place_of(after, order):
        petitions = petitions.filter(keyset.after(place, order))
    found = list(petitions.order_by(*(f"-{field}" for field in order))[: at_most + 1])
    rows = found[:at_most]
    cursor = keyset.cursor_of(rows[-1], order) if len(found) > at_most else ""
    return ListPage([card(petition) for petition in rows], cursor)


def number_found(wanted: Wanted) -> int:
    """Return how many petitions a list is of; more than COUNTED_AT_MOST are counted as one more (1 query)."""
    return wanted.petitions().values("pk")[: COUNTED_AT_MOST + 1].count()
