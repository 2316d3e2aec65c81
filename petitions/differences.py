"""What changed between two texts: whole paragraphs first, then words inside those that were rewritten.

White space alone is no change.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# Words with the space after them, so that joining parts gives a text back.
WORD = re.compile(r"\S+\s*|\s+")
# Above this many paragraphs or words one side is shown as replaced by the other: comparing would take time that grows
# with the square.
COMPARED_AT_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Part:
    """Some words: `kind` is same, gone or new."""

    kind: str
    words: str


def differences(old: str, new: str) -> list[Part]:
    """Return the parts of both texts in reading order: without those that are gone, they are `new`.

    A word that is gone never sticks to the one that takes its place.
    """
    return list(_joined(_compared(_paragraphs(old), _paragraphs(new), deeper=True)))


def _compared(old: Sequence[str], new: Sequence[str], *, deeper: bool) -> Iterator[Part]:
    if len(old) + len(new) > COMPARED_AT_MOST:
        yield from _replaced("".join(old), "".join(new))
        return
    bare_old, bare_new = ([part.strip() for part in parts] for parts in (old, new))
    for change, start, end, new_start, new_end in SequenceMatcher(None, bare_old, bare_new).get_opcodes():
        before, after = "".join(old[start:end]), "".join(new[new_start:new_end])
        if change == "equal":
            yield Part("same", after)
        elif change == "replace" and deeper:
            yield from _compared(WORD.findall(before), WORD.findall(after), deeper=False)
        else:
            yield from _replaced(before, after)


def _replaced(before: str, after: str) -> Iterator[Part]:
    ends_bare = bool(before and after) and not before[-1].isspace()  # the last word of a text
    yield Part("gone", f"{before} " if ends_bare else before)
    yield Part("new", after)


def _paragraphs(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _joined(parts: Iterator[Part]) -> Iterator[Part]:
    """Yield the parts without empty ones, neighbours of a kind as one."""
    last: Part | None = None
    for part in parts:
        if not part.words:
            continue
        if last and last.kind == part.kind:
            last = Part(last.kind, last.words + part.words)
            continue
        if last:
            yield last
        last = part
    if last:
        yield last
