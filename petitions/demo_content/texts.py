"""Read the demo petitions from their files."""

from dataclasses import dataclass
from pathlib import Path

from petitions.models import Petition, Reason

FOLDER = Path(__file__).resolve().parent / "petitions"
UPDATE = "# "  # how a part that is the author's news begins


@dataclass(frozen=True, slots=True)
class DemoComment:
    """A signer's words. With a `signer` ("Prénom Nom") they are said in public, from `postal_code` if one is given."""

    signer: str
    postal_code: str
    text: str


@dataclass(frozen=True, slots=True)
class DemoUpdate:
    """The author's news."""

    days_ago: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class DemoOutcome:
    """What came of a petition."""

    kind: Petition.Outcome
    days_ago: int
    words: str


@dataclass(frozen=True, slots=True)
class DemoDecision:
    """What the moderator decided against it, and why."""

    days_ago: int
    reason: Reason
    statement: str


@dataclass(frozen=True, slots=True)
class DemoAppeal:
    """What its author says of that decision."""

    days_ago: int
    words: str


@dataclass(frozen=True, slots=True)
class DemoEdit:
    """A title that its author would rather have, and why. It waits for its reader."""

    days_ago: int
    title: str
    note: str


@dataclass(frozen=True, slots=True)
class DemoPetition:
    """One petition of the demo. Days count from the day of loading.

    `flood` is how many of its signatures a program made.
    """

    slug: str
    title: str
    theme: str
    status: Petition.Status
    author: str
    login: str
    recipients: list[tuple[str, str]]
    signatures: int
    goal: int | None
    published_days_ago: int
    closes_in_days: int
    closed_days_ago: int | None
    revised_days_ago: int | None
    near: frozenset[str]
    text: str
    comments: list[DemoComment]
    first_text: str
    updates: list[DemoUpdate]
    outcome: DemoOutcome | None
    decision: DemoDecision | None
    is_readable: bool
    appeal: DemoAppeal | None
    edit: DemoEdit | None
    flood: int

    @property
    def source_ref(self) -> str:
        return f"demo:{self.slug}"

    @property
    def author_email(self) -> str:
        return f"{self.login or self.slug}@example.org"


def read_all() -> list[DemoPetition]:
    """Return every petition of the demo, by slug."""
    return [_read(file) for file in sorted(FOLDER.glob("*.md"))]


def _read(file: Path) -> DemoPetition:
    head, text, *rest = file.read_text(encoding="utf-8").split("\n---\n")
    comments, first_text = [*(part for part in rest if not part.startswith(UPDATE)), "", ""][:2]
    lines = [line.partition(": ") for line in head.splitlines()]
    facts = {name: value for name, _colon, value in lines}
    return DemoPetition(
        slug=file.stem,
        title=facts["title"],
        theme=facts["theme"],
        status=Petition.Status(facts.get("status", "closed" if "closed" in facts else "published")),
        author=facts["author"],
        login=facts.get("login", ""),
        recipients=[_recipient(value) for name, _colon, value in lines if name == "to"],
        signatures=int(facts.get("signatures", 0)),
        goal=_number(facts.get("goal")),
        published_days_ago=int(facts["published"]),
        closes_in_days=int(facts.get("closes", 0)),
        closed_days_ago=_number(facts.get("closed")),
        revised_days_ago=_number(facts.get("revised")),
        near=frozenset(facts.get("near", "").split()),
        text=text.strip(),
        comments=[_comment(line) for line in comments.strip().splitlines()],
        first_text=first_text.strip(),
        updates=[_update(part) for part in rest if part.startswith(UPDATE)],
        outcome=_outcome(facts["outcome"]) if "outcome" in facts else None,
        decision=_decision(facts["decision"]) if "decision" in facts else None,
        is_readable="readable" in facts,
        appeal=_appeal(facts["appeal"]) if "appeal" in facts else None,
        edit=_edit(facts["edit"]) if "edit" in facts else None,
        flood=int(facts.get("flood", 0)),
    )


def _recipient(value: str) -> tuple[str, str]:
    name, _bar, role = value.partition(" | ")
    return name, role


def _comment(line: str) -> DemoComment:
    who, bar, said = line.partition(" | ")
    if not bar:
        return DemoComment("", "", line)
    signer, _comma, postal_code = who.partition(", ")
    return DemoComment(signer, postal_code, said)


def _update(part: str) -> DemoUpdate:
    head, _line, text = part.removeprefix(UPDATE).partition("\n")
    days_ago, _bar, title = head.partition(" | ")
    return DemoUpdate(int(days_ago), title, text.strip())


def _outcome(value: str) -> DemoOutcome:
    what, _bar, words = value.partition(" | ")
    kind, days_ago = what.split()
    return DemoOutcome(Petition.Outcome(kind), int(days_ago), words)


def _decision(value: str) -> DemoDecision:
    days_ago, reason, statement = value.split(" | ")
    return DemoDecision(int(days_ago), Reason(reason), statement)


def _appeal(value: str) -> DemoAppeal:
    days_ago, words = value.split(" | ")
    return DemoAppeal(int(days_ago), words)


def _edit(value: str) -> DemoEdit:
    days_ago, title, note = value.split(" | ")
    return DemoEdit(int(days_ago), title, note)


def _number(value: str | None) -> int | None:
    return int(value) if value else None
