"""The news of a petition, and with it everything that happened since its launch."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple, cast

from django.db.models import OuterRef, Subquery
from django.http import Http404
from django.utils import timezone

from petitions import keyset
from petitions.models import Petition, Update

PAGE = 10
ORDER = ("published_at", "pk")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: `kind` is launched, closed or outcome, or update, which carries its words."""

    kind: str
    at: datetime
    update: Update | None = None


@dataclass(frozen=True, slots=True)
class StoryPage:
    """A part of a petition's story, newest first, and where the older part starts, '' at the launch."""

    events: list[Event]
    next_cursor: str


class Neighbours(NamedTuple):
    """An update between two others, or at an end."""

    update: Update
    before: int | None
    after: int | None


def story(petition: Petition, *, after: str = "") -> StoryPage:
    """Return what happened, PAGE updates at a time (1 query). A cursor that we did not make starts at the top."""
    found = Update.objects.public().filter(petition=petition)
    place = keyset.place_of(after, ORDER)
    if place:
        found = found.filter(keyset.after(place, ORDER))
    updates = list(found.order_by("-published_at", "-pk")[: PAGE + 1])
    shown = updates[:PAGE]
    oldest = shown[-1] if len(updates) > PAGE else None
    # What is no update stands on the page whose updates it falls between.
    end = cast(datetime, place[0]) if place else None
    milestones = [
        event
        for event in _milestones(petition)
        if (end is None or event.at < end) and (oldest is None or event.at >= oldest.published_at)
    ]
    events = [Event("update", update.published_at, update) for update in shown]
    return StoryPage(
        sorted(milestones + events, key=lambda event: event.at, reverse=True),
        keyset.cursor_of(oldest, ORDER) if oldest else "",
    )


def latest_update(petition_id: int) -> Update | None:
    """Return the newest public update (1 query)."""
    return Update.objects.public().filter(petition=petition_id).order_by("-number").first()


def update_or_404(petition_id: int, number: int) -> Neighbours:
    """Return one public update with the numbers of those before and after it (1 query). Raises Http404."""
    others = Update.objects.public().filter(petition=petition_id)
    before = others.filter(number__lt=OuterRef("number")).order_by("-number")
    after = others.filter(number__gt=OuterRef("number")).order_by("number")
    found = others.annotate(before=Subquery(before.values("number")[:1]), after=Subquery(after.values("number")[:1]))
    update = found.filter(number=number).first()
    if update is None:
        raise Http404
    return Neighbours(update, update.before, update.after)


def _milestones(petition: Petition) -> list[Event]:
    events = []
    if petition.outcome_on:
        events.append(Event("outcome", _end_of(petition.outcome_on)))
    if petition.status == Petition.Status.CLOSED and petition.closed_at:
        events.append(Event("closed", petition.closed_at))
    if petition.published_at:
        events.append(Event("launched", petition.published_at))
    return events


def _end_of(day: date) -> datetime:
    """Return the last moment of the day of an outcome: what was told that day led to it."""
    return timezone.make_aware(datetime.combine(day, time.max), timezone.get_default_timezone())
