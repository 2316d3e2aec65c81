"""What may be decided of a text that waits, by its kind: this is the one place where the kind decides."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from accounts.models import User
from petitions.models import Decision, Petition, Submission
from petitions.selectors.rewordings import Rewording
from petitions.services.moderating import deciding
from petitions.services.rewording import publishing


class Verdict(StrEnum):
    """The buttons below a text."""

    PUBLISH = "publier"
    # An edit that leaves the meaning as it was: nobody is told.
    CORRECT = "corriger"
    RETURN = "renvoyer"
    REFUSE = "refuser"


ALL: dict[str, dict[Verdict, Callable[..., Decision]]] = {
    Submission.Kind.LAUNCH: {
        Verdict.PUBLISH: deciding.publish_launch,
        Verdict.RETURN: deciding.return_petition,
        Verdict.REFUSE: deciding.refuse,
    },
    Submission.Kind.EDIT: {
        Verdict.PUBLISH: publishing.publish_edit,
        Verdict.CORRECT: publishing.publish_correction,
        Verdict.REFUSE: publishing.refuse_edit,
    },
}
WITHOUT_REASONS = {Verdict.PUBLISH, Verdict.CORRECT}


def verdicts_for(submission: Submission) -> list[Verdict]:
    """Return what may be decided of a text: by its kind, how much it changes, and what became of the petition."""
    all_of_kind = list(ALL[submission.kind])
    if submission.kind == Submission.Kind.EDIT and submission.petition.status not in Petition.PUBLIC:
        return [Verdict.REFUSE]  # the petition was removed meanwhile
    if submission.kind == Submission.Kind.EDIT and Rewording(submission.petition.text, submission).must_be_told:
        all_of_kind.remove(Verdict.CORRECT)
    return all_of_kind


def decide(
    *, verdict: Verdict, submission: Submission, by: User, at: datetime, reason: str = "", statement: str = ""
) -> Decision:
    """Decide on a text; verdicts not in WITHOUT_REASONS take a reason and a statement. Raises as publish_launch.

    Raises LookupError for a verdict that its kind does not have.
    """
    act = ALL[submission.kind][verdict]
    if verdict in WITHOUT_REASONS:
        return act(submission=submission, by=by, at=at)
    return act(submission=submission, reason=reason, statement=statement, by=by, at=at)
