"""Petitions that were refused for a reason that harms nobody, with their author's agreement: readable for a year.

They stand apart from the public ones: no other list, count or search knows of them.
"""

from datetime import date, datetime, time

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Concat
from django.utils import timezone

from petitions.models import Decision, Petition
from petitions.search import Folded, Search
from petitions.selectors.cards import PetitionCard, card, counted
from privacy.registry.wording import period_of

NEWEST = ("refused_at", "pk")
# The purge deletes them after the same period.
RULE = "petitions.petition:refused"


def readable_refusals(today: date) -> QuerySet[Petition]:
    """Return those that may be read on `today` (Paris), each with its `refusal_reason`, in no order."""
    midnight = timezone.make_aware(datetime.combine(today, time.min), timezone.get_default_timezone())
    refusals = Decision.objects.filter(
        subject=Decision.Subject.PETITION, subject_id=OuterRef("pk"), act=Decision.Act.REFUSED
    ).order_by("-pk")
    return (
        Petition.objects.filter(status=Petition.Status.REJECTED, shows_refusal=True, refused_at__isnull=False)
        .alias(ends_at=period_of(RULE).after(F("refused_at")))
        .filter(ends_at__gt=midnight)
        .annotate(refusal_reason=Subquery(refusals.values("reason")[:1]))
        .order_by()
    )


def that_say(petitions: QuerySet[Petition], search: Search) -> QuerySet[Petition]:
    """Keep those with every word wanted and none of the others. No index has them: they are few."""
    if not search.wanted:
        return petitions.none()
    says = Q()
    for term in search.wanted:
        says &= Q(said__contains=Folded(Value(term)))
    for term in search.unwanted:
        says &= ~Q(said__contains=Folded(Value(term)))
    words = Concat("current_text__title", Value(" "), "current_text__text", output_field=TextField())
    return petitions.alias(said=Folded(words)).filter(says)


def refused_petition(petition_id: int, today: date) -> PetitionCard | None:
    """Return a refused petition that may be read, with its theme and words, None when there is none (1 query)."""
    found = counted(readable_refusals(today).select_related("theme", "current_text")).filter(pk=petition_id).first()
    return card(found) if found else None
