"""Whose decisions and appeals are, and what a copy of one's data says of them.

They are of two people: whose content was decided about, with or without an account, and who decided. Staff get their
acts without the words, which are about somebody else.
"""

from collections.abc import Iterator, Mapping

from django.db.models import Q

from petitions.models import Appeal, Comment, Decision, Reason, Signature
from privacy.registry import RowsOf, Subject, by_address, by_any, by_user

_signed = by_any(by_address("email", index="canonical_email"), by_user("user"))
_commented = by_any(by_address("signature__email", index="signature__canonical_email"), by_user("signature__user"))


def _about(path: str) -> RowsOf:
    """Find what was decided, at `path`, about the person's petitions, comments and signatures."""
    contents = {
        Decision.Subject.COMMENT: (Comment, _commented),
        Decision.Subject.SIGNATURE: (Signature, _signed),
    }

    def rows_of(subject: Subject) -> Q:
        found = by_user(f"{path}told")(subject)
        for what, (model, finder) in contents.items():
            keys = model._base_manager.filter(finder(subject)).values("pk")
            found |= Q(**{f"{path}subject": what, f"{path}subject_id__in": keys})
        return found

    return rows_of


_decided_about, _decided = _about(""), by_user("decided_by")
_appealed, _handled = _about("decision__"), by_any(by_user("handler"), by_user("first_decider"))
decisions_of = by_any(_decided_about, _decided)
appeals_of = by_any(_appealed, _handled)


def copy_of_decisions(subject: Subject) -> Iterator[Mapping[str, object]]:
    """Tell what was decided about the person's content, and then what they decided themselves."""
    for finder, is_theirs in ((_decided_about, True), (_decided, False)):
        for decision in Decision.objects.filter(finder(subject)).order_by("pk"):
            yield {
                "id": decision.pk,
                "subject": Decision.Subject(decision.subject),
                "subject_id": decision.subject_id,
                "petition_id": decision.petition_id,
                "act": Decision.Act(decision.act),
                "reason": Reason(decision.reason) if decision.reason else "",
                "statement": decision.statement if is_theirs else "",
                "decided_at": decision.decided_at,
            }


def copy_of_appeals(subject: Subject) -> Iterator[Mapping[str, object]]:
    """Tell what the person appealed against and was answered, and then which appeals they had a part in as staff."""
    for finder, is_theirs in ((_appealed, True), (_handled, False)):
        for appeal in Appeal.objects.filter(finder(subject)).order_by("pk"):
            yield {
                "id": appeal.pk,
                "decision": appeal.decision_id,
                "text": appeal.text if is_theirs else "",
                "filed_at": appeal.filed_at,
                "due_on": appeal.due_on,
                "outcome": Appeal.Outcome(appeal.outcome) if appeal.outcome else "",
                "answer": appeal.answer if is_theirs else "",
                "closed_at": appeal.closed_at,
            }
