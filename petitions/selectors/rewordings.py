"""What became of a petition's words: from one version to another, or to what its author has sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from petitions.differences import Part, differences
from petitions.models import Petition, Signature, Submission, TextVersion
from petitions.models.draft import Draft

# Above this share of words that went or came, it is no correction any more.
SLIGHT_AT_MOST = 0.05
# Characters of a difference that a mail quotes, in whole paragraphs.
QUOTED_AT_MOST = 4_000


class Words(Protocol):
    """A version, a text that was sent, or a draft."""

    title: str
    text: str
    recipients: list[dict[str, str]]


@dataclass(frozen=True)
class Rewording:
    """What lies between the words before and after. Computed when it is asked for, and once."""

    before: Words
    after: Words

    @cached_property
    def title(self) -> list[Part]:
        """The title's parts; none where it stays."""
        return [] if self.before.title == self.after.title else differences(self.before.title, self.after.title)

    @cached_property
    def text(self) -> list[Part]:
        """The whole text's parts; none where it stays."""
        return [] if self.before.text == self.after.text else differences(self.before.text, self.after.text)

    @cached_property
    def paragraphs(self) -> list[list[Part]]:
        """The parts of each paragraph that changed, and no other paragraph."""
        return [parts for parts in _paragraphs(self.text) if any(_is_change(part) for part in parts)]

    @property
    def quoted(self) -> list[list[Part]]:
        """The first of these paragraphs, as many as a mail has room for: one at least."""
        room = QUOTED_AT_MOST
        quoted: list[list[Part]] = []
        for parts in self.paragraphs:
            room -= sum(len(part.words) for part in parts)
            if quoted and room < 0:
                break
            quoted.append(parts)
        return quoted

    @property
    def quoted_lines(self) -> list[tuple[str, str]]:
        """The same for a mail without colours: what each paragraph was and is, '' where it was not or is no more."""
        return [(_line(parts, but="new"), _line(parts, but="gone")) for parts in self.quoted]

    @property
    def is_cut(self) -> bool:
        return len(self.quoted) < len(self.paragraphs)

    @property
    def added(self) -> list[str]:
        """Recipients that it was not addressed to before."""
        before = names_of(self.before)
        return [name for name in names_of(self.after) if name not in before]

    @property
    def removed(self) -> list[str]:
        after = names_of(self.after)
        return [name for name in names_of(self.before) if name not in after]

    @property
    def is_empty(self) -> bool:
        return not (self.title or self.added or self.removed or self.paragraphs)

    @property
    def must_be_told(self) -> bool:
        """Say whether signers are told whatever anybody thinks of it.

        A title is the request, and recipients are who is asked: signing meant these. In the text, five words in a
        hundred leave room for spelling, a date or a link, and not for another request; whether so few words turn the
        meaning, only a person can say.
        """
        return bool(self.title or self.added or self.removed) or self._share > SLIGHT_AT_MOST

    @property
    def _share(self) -> float:
        """The share of both texts' words that went or came."""
        changed = sum(len(part.words.split()) for part in self.text if _is_change(part))
        return changed / max(1, len(self.before.text.split()) + len(self.after.text.split()))


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A version with what it changed; `rewording` is None for the first."""

    version: TextVersion
    rewording: Rewording | None

    @property
    def recipients(self) -> list[str]:
        return names_of(self.version)


def history_of(petition: Petition) -> list[HistoryEntry]:
    """Return every version of the text, the newest first (1 query)."""
    versions = list(petition.versions.order_by("-number"))
    earlier: Sequence[TextVersion | None] = [*versions[1:], None]
    return [
        HistoryEntry(version, Rewording(before, version) if before else None)
        for version, before in zip(versions, earlier, strict=True)
    ]


def rewording_since(signature: Signature) -> Rewording | None:
    """Return what changed since somebody signed, whose version and text in force are loaded; None if nothing did."""
    in_force = signature.petition.text
    if signature.text_version_id == in_force.pk:
        return None
    rewording = Rewording(signature.text_version, in_force)
    return None if rewording.is_empty else rewording


def words_in_force(petition: Petition) -> Draft:
    """Return a draft that says what is public now, not stored; the recipients with their e-mail addresses (1 query)."""
    return Draft(
        petition=petition,
        title=petition.text.title,
        text=petition.text.text,
        recipients=list(petition.recipients.order_by("position").values("name", "role", "email")),
        theme=petition.theme,
        author_name=petition.author_name,
        picture=petition.picture,
        video_url=petition.video_url,
        goal=petition.goal,
        closes_on=petition.closes_on,
    )


def edit_of(petition: Petition) -> Draft:
    """Return the edit under way, else one that says what is public now (2 queries at most)."""
    written = Draft.objects.select_related("theme", "picture").filter(petition=petition).first()
    if written is None:
        return words_in_force(petition)
    written.petition = petition
    return written


def waiting_edit(petition: Petition) -> Submission | None:
    """Return the edit that waits for its reader (1 query)."""
    return Submission.objects.filter(petition=petition, kind=Submission.Kind.EDIT, closed_at=None).first()


def signers_to_tell(petition: Petition) -> int:
    """Return how many people would get a mail (1 query)."""
    return Signature.objects.filter(petition=petition, status=Signature.Status.CONFIRMED).count()


def names_of(words: Words) -> list[str]:
    """Return whom it is addressed to, each with what they do."""
    return [f"{one['name']}, {one['role']}" if one.get("role") else one["name"] for one in words.recipients]


def _is_change(part: Part) -> bool:
    return part.kind != "same" and not part.words.isspace()


def _line(parts: list[Part], but: str) -> str:
    return "".join(part.words for part in parts if part.kind != but).strip()


def _paragraphs(parts: list[Part]) -> list[list[Part]]:
    """Cut the parts where a line ends."""
    paragraphs: list[list[Part]] = [[]]
    for part in parts:
        for line in part.words.splitlines(keepends=True):
            paragraphs[-1].append(Part(part.kind, line))
            if line.endswith("\n"):
                paragraphs.append([])
    return paragraphs
