"""Decisions as those they concern see them: by the link of a mail, without an account."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language

from mesopinions.core import tokens
from petitions.dates import months_after
from petitions.models import Appeal, Comment, Decision, Petition, Update
from petitions.reasons import rule_of

# At least six months (DSA art. 20.1).
APPEAL_MONTHS = 6
# Characters of a piece of news that are quoted.
OPENING = 700


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """A decision, what it is about, and its appeal if there is one. `words` are those of a comment or of news."""

    decision: Decision
    title: str
    words: str
    appeal: Appeal | None

    @property
    def rule(self) -> str:
        """The rule it rests on, in the active language."""
        return rule_of(self.decision.reason, get_language() or "fr")

    @property
    def appeal_until(self) -> date:
        return appeal_until(self.decision)


def decision_of(token: str) -> DecisionPage | None:
    """Return the decision that a link leads to, None once it was deleted (3 queries). Raises Http404."""
    try:
        decision_id, _generation = tokens.read(tokens.Scope.DECISION, token)
    except (tokens.BadToken, ValueError):
        raise Http404 from None
    decision = Decision.objects.select_related("submission", "appeal").filter(pk=decision_id).first()
    return page_of_decision(decision) if decision else None


def page_of_decision(decision: Decision) -> DecisionPage:
    """Return what a page or a mail says of a decision (2 queries, without its own)."""
    return DecisionPage(decision, title_of(decision), _words_of(decision), getattr(decision, "appeal", None))


def token_of(decision: Decision) -> str:
    """Return the token of the decision's link."""
    return tokens.make(tokens.Scope.DECISION, decision.pk)


def appeal_until(decision: Decision) -> date:
    """Return the last day, in Paris, on which an appeal may be filed."""
    return months_after(timezone.localdate(decision.decided_at), APPEAL_MONTHS)


def is_open_to_appeal(decision: Decision, today: date) -> bool:
    """Say whether the decision went against somebody and is recent enough, whether or not an appeal was filed."""
    return decision.act in Decision.AGAINST and today <= appeal_until(decision)


def is_appealed(petition_id: int) -> bool:
    """Say whether somebody is about to look again at a decision on this petition (1 query)."""
    return Appeal.objects.filter(decision__petition_id=petition_id, closed_at=None).exists()


def title_of(decision: Decision) -> str:
    """Return the title of the petition that a decision is about, as it was read; '' once it is gone (1 query)."""
    if decision.submission:
        return decision.submission.title
    petition = Petition.objects.select_related("current_text").filter(pk=decision.petition_id).first()
    return petition.current_text.title if petition and petition.current_text else ""


def _words_of(decision: Decision) -> str:
    if decision.subject == Decision.Subject.COMMENT:
        comment = Comment.objects.filter(pk=decision.subject_id).first()
        return comment.text if comment else ""
    if decision.subject == Decision.Subject.UPDATE:
        update = Update.objects.filter(pk=decision.subject_id).first()
        return f"{update.title}\n\n{update.opening(OPENING)}" if update else ""
    return ""
