"""What a moderator sees of a text that waits, beside its words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.safestring import SafeString

from petitions.content.markdown import render
from petitions.content.writing import Advice, about_text, about_title
from petitions.differences import Part, differences
from petitions.models import Decision, Draft, Petition, Submission
from petitions.selectors.cards import PetitionCard
from petitions.selectors.decisions import is_appealed
from petitions.selectors.rewordings import Rewording, signers_to_tell
from petitions.selectors.similar import similar_petitions

OTHERS_AT_MOST = 10
DECISIONS_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Reading:
    """`changes` are against what was sent, or is public, before: empty the first time.

    For an edit of a public petition, `rewording` is that too, and `signers` how many would be told of it.
    """

    submission: Submission
    draft: Draft | None
    html: SafeString
    advice: list[Advice]
    title_changes: list[Part]
    changes: list[Part]
    rewording: Rewording | None
    signers: int
    others: list[Petition]
    decisions: list[Decision]
    similar: list[PetitionCard]


def reading_of(submission: Submission, today: date) -> Reading:
    """Return all there is to see of a text, whose petition, author and text in force are loaded (8 queries)."""
    petition = submission.petition
    draft = Draft.objects.select_related("picture", "theme").filter(petition=petition).first()
    previous = _previous(submission)
    is_edit = submission.kind == Submission.Kind.EDIT
    names = [one["name"] for one in submission.recipients]
    advice = [*about_title(submission.title, recipients=names), *about_text(submission.text, recipients=names)]
    similar = similar_petitions(submission.title, language=petition.language, today=today)
    return Reading(
        submission=submission,
        draft=draft,
        html=render(submission.text),
        advice=advice,
        title_changes=differences(previous[0], submission.title) if previous else [],
        changes=differences(previous[1], submission.text) if previous else [],
        rewording=Rewording(petition.text, submission) if is_edit else None,
        signers=signers_to_tell(petition) if is_edit else 0,
        others=_others(petition),
        decisions=list(past_decisions(petition)),
        similar=[card for card in similar if card.id != petition.pk],
    )


def may_be_reconsidered(submission: Submission, member_id: int) -> bool:
    """Say whether a member may publish after all what was refused, as the author's last text (2 queries at most)."""
    petition = submission.petition
    if petition.status != Petition.Status.REJECTED or petition.author_id == member_id:
        return False
    later = Submission.objects.filter(petition=petition, pk__gt=submission.pk)
    return not later.exists() and not is_appealed(petition.pk)


def past_decisions(petition: Petition) -> Iterable[Decision]:
    """Return what was decided of this petition, and of all that its author wrote, the latest first (1 query)."""
    about = Q(petition_id=petition.pk, subject=Decision.Subject.PETITION)
    if petition.author_id:
        about |= Q(told=petition.author_id)
    return Decision.objects.filter(about).select_related("decided_by").order_by("-pk")[:DECISIONS_AT_MOST]


def _previous(submission: Submission) -> tuple[str, str] | None:
    """Return the title and text that this one follows (1 query)."""
    if submission.kind == Submission.Kind.EDIT:
        text = submission.petition.current_text
        return (text.title, text.text) if text else None
    earlier = Submission.objects.filter(petition=submission.petition_id, pk__lt=submission.pk).order_by("-pk")
    return earlier.values_list("title", "text").first()


def _others(petition: Petition) -> list[Petition]:
    if petition.author_id is None:
        return []
    others = Petition.objects.filter(author=petition.author_id).exclude(pk=petition.pk)
    return list(others.select_related("current_text", "theme", "draft").order_by("-pk")[:OTHERS_AT_MOST])
