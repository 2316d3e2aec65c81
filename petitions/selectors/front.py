"""What the front page shows."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum, Value
from django.db.models.functions import Coalesce

from petitions.models import Petition, Theme
from petitions.selectors.cards import PetitionCard
from petitions.selectors.lists import Wanted, page_of, petition_list

MOVING = 6
OUTCOMES = 3
# Fewer than these are no crowd: the page then shows the newest, and says so.
FEWEST_MOVING = 3


@dataclass(frozen=True, slots=True)
class Totals:
    """What the site counts. Signatures are folded sums: a confirmation shows within seconds."""

    signatures: int
    petitions: int
    victories: int


@dataclass(frozen=True, slots=True)
class FrontPage:
    """`petitions` are those that move, the newest when `is_moving` is false. Each theme has its `open_petitions`."""

    petitions: list[PetitionCard]
    is_moving: bool
    outcomes: list[PetitionCard]
    themes: list[Theme]
    totals: Totals


def front_page(today: date) -> FrontPage:
    """Return the front page of `today` in Paris (5 queries)."""
    trending = petition_list(Wanted(today, status="ouvertes"), at_most=MOVING).cards
    moving = [card for card in trending if card.petition.trend]
    is_moving = len(moving) >= FEWEST_MOVING
    good = Petition.objects.public().filter(outcome__in=Petition.GOOD_OUTCOMES)
    outcomes = page_of(good, ("outcome_on", "pk"), after="", at_most=OUTCOMES).cards
    themes = list(_counted_themes(today))
    return FrontPage(moving if is_moving else trending, is_moving, outcomes, themes, _totals(themes))


def _counted_themes(today: date) -> list[Theme]:
    is_public = Q(petitions__status__in=Petition.PUBLIC)
    is_open = Q(petitions__status=Petition.Status.PUBLISHED, petitions__closes_on__gte=today)
    is_won = is_public & Q(petitions__outcome=Petition.Outcome.VICTORY)
    return list(
        Theme.objects.annotate(
            open_petitions=Count("petitions", filter=is_open),
            public_petitions=Count("petitions", filter=is_public),
            victories=Count("petitions", filter=is_won),
            signatures=Coalesce(Sum("petitions__signatures_total", filter=is_public), Value(0)),
        ).order_by("position")
    )


def _totals(themes: list[Theme]) -> Totals:
    def total(name: str) -> int:
        return sum(getattr(theme, name) for theme in themes)

    return Totals(total("signatures"), total("public_petitions"), total("victories"))
