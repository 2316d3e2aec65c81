"""What may be decided of a text that waits, by its kind: this is the one place where the kind decides."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from accounts.models import User
from petitions.models import Decision, Submission
from petitions.services.moderating import deciding


class Verdict(StrEnum):
    """The buttons below a text."""

    PUBLISH = "publier"
    RETURN = "renvoyer"
    REFUSE = "refuser"


ALL: dict[str, dict[Verdict, Callable[..., Decision]]] = {
    Submission.Kind.LAUNCH: {
        Verdict.PUBLISH: deciding.publish_launch,
        Verdict.RETURN: deciding.return_petition,
        Verdict.REFUSE: deciding.refuse,
    },
}


def verdicts_for(submission: Submission) -> list[Verdict]:
    """Return what may be decided of a text of this kind."""
    return list(ALL.get(submission.kind, {}))


def decide(
    *, verdict: Verdict, submission: Submission, by: User, at: datetime, reason: str = "", statement: str = ""
) -> Decision:
    """Decide on a text; all verdicts but PUBLISH take a reason and a statement. Raises as deciding.publish_launch.

    Raises LookupError for a verdict that its kind does not have.
    """
    act = ALL[submission.kind][verdict]
    if verdict is Verdict.PUBLISH:
        return act(submission=submission, by=by, at=at)
    return act(submission=submission, reason=reason, statement=statement, by=by, at=at)
