"""What an author is writing, and all that is theirs: read by its owner only."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from petitions.dates import latest_last_day
from petitions.models import Decision, Draft, Petition, Submission
from petitions.reasons import rule_of
from petitions.selectors.cards import PetitionCard, counted, exact_count_of
from petitions.selectors.decisions import token_of

Status = Petition.Status


@dataclass(frozen=True, slots=True)
class OwnPetition:
    """One petition on its author's page: what it is called, how far it is, and what was decided of it last."""

    petition: Petition
    title: str
    count: int
    waiting: Submission | None
    decision: Decision | None

    @property
    def is_writable(self) -> bool:
        return self.petition.status in Petition.WRITABLE

    @property
    def written_at(self) -> datetime:
        draft = getattr(self.petition, "draft", None)
        return draft.updated_at if draft else self.petition.created_at

    @property
    def decision_url(self) -> str:
        return reverse("decision", args=[token_of(self.decision)]) if self.decision else ""

    @property
    def rule(self) -> str:
        """The rule that the last decision rests on."""
        return rule_of(self.decision.reason, self.decision.language) if self.decision else ""

    @property
    def can_be_extended(self) -> bool:
        published = self.petition.published_at
        return (
            self.petition.status == Status.PUBLISHED
            and published is not None
            and self.petition.closes_on < latest_last_day(timezone.localdate(published))
        )


def draft_or_404(author: User, petition_id: int) -> Draft:
    """Return the author's own draft with its petition, theme and picture (1 query). Raises Http404."""
    mine = Draft.objects.filter(petition__author=author).select_related("petition__theme", "theme", "picture")
    draft = mine.filter(pk=petition_id).first()
    if draft is None:
        raise Http404
    return draft


def own_petition_or_404(author: User, petition_id: int) -> PetitionCard:
    """Return one of the author's petitions with its exact count (1 query). Raises Http404."""
    petitions = counted(Petition.objects.filter(author=author).with_text())
    petition = petitions.filter(pk=petition_id).first()
    if petition is None:
        raise Http404
    return PetitionCard(petition, exact_count_of(petition))


def petitions_of(author: User) -> list[OwnPetition]:
    """Return all that the author ever began, the latest first (3 queries)."""
    waiting = Prefetch("submissions", Submission.objects.filter(closed_at=None), to_attr="waiting")
    mine = (
        counted(Petition.objects.filter(author=author))
        .select_related("current_text", "theme", "draft")
        .prefetch_related(waiting)
        .order_by("-pk")
    )
    petitions = list(mine)
    decisions = last_decisions(author, [petition.pk for petition in petitions])
    return [_own(petition, decisions.get(petition.pk)) for petition in petitions]


def last_decisions(author: User, petition_ids: list[int]) -> dict[int, Decision]:
    """Return the last decision about each petition that its author was told, if there is one (1 query)."""
    told = Decision.objects.filter(subject=Decision.Subject.PETITION, subject_id__in=petition_ids, told=author)
    return {decision.subject_id: decision for decision in told.order_by("pk")}


def _own(petition: Petition, decision: Decision | None) -> OwnPetition:
    draft = getattr(petition, "draft", None)
    text = petition.current_text
    title = text.title if text else draft.title if draft else ""
    [waiting] = getattr(petition, "waiting", []) or [None]
    return OwnPetition(petition, title, exact_count_of(petition), waiting, decision)
