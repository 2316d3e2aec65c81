"""How a petition ended: won, answered, left without an answer or taken back by its author."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from petitions.models import Petition
from petitions.services import closing

# An answer may leave everything to be asked for: signing goes on.
ENDS_SIGNING = (Petition.Outcome.VICTORY, Petition.Outcome.NO_FOLLOW_UP, Petition.Outcome.WITHDRAWN)


class OutcomeRefused(Exception):
    """The petition is not public, or nothing can have happened on that day."""


def first_day(petition: Petition) -> date | None:
    """Return the first day, in Paris, on which something can have come of the petition."""
    return timezone.localdate(petition.published_at) if petition.published_at else None


@transaction.atomic
def declare_outcome(*, petition: Petition, outcome: str, words: str, on: date, at: datetime) -> bool:
    """Tell everybody what came of a public petition on day `on` (Paris); a later declaration replaces the first.

    Ends its signing unless it was only answered. Return whether this call changed anything. Raises OutcomeRefused
    for a petition that is not public, and for a day before it was published or after `at`.
    """
    locked = Petition.objects.select_for_update(no_key=True).get(pk=petition.pk)
    published_on = first_day(locked)
    if locked.status not in Petition.PUBLIC or published_on is None or not published_on <= on <= timezone.localdate(at):
        raise OutcomeRefused
    if (locked.outcome, locked.outcome_words, locked.outcome_on) == (outcome, words, on):
        return False
    locked.outcome, locked.outcome_words, locked.outcome_on = outcome, words, on
    locked.save(update_fields=["outcome", "outcome_words", "outcome_on"])
    if outcome in ENDS_SIGNING:
        closing.close_petition(petition=locked, at=at)
    return True
