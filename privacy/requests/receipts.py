"""What becomes of each source, in words for the person: before they confirm and once it is done."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from privacy.registry import Category, Declaration, Erasure, Kept, Registry, Store, registry


class Line(Protocol):
    """A line of a dry run, or a step of a request: how many things a source held, and how many a legal hold keeps."""

    @property
    def source(self) -> str: ...
    @property
    def found(self) -> int: ...
    @property
    def held(self) -> int: ...
    @property
    def action(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Told:
    """One source: its name, what it serves, how many things this is about, and why they are kept if they are."""

    title: str
    purpose: str
    count: int
    kept: tuple[Kept, ...] = ()
    kept_until: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Every source once or more: one may lose some things, and the law make us keep others."""

    found: tuple[Told, ...]
    erased: tuple[Told, ...]
    kept: tuple[Told, ...]
    held: tuple[Told, ...]
    expiring: tuple[Told, ...]
    has_signatures: bool


def receipt_of(lines: Iterable[Line], entries: Registry = registry) -> Receipt:
    """Sort the lines by what becomes of them, in the active language. A source that is declared no more is left out."""
    told = [(line, parts) for line in lines if (parts := _parts_of(line.source, entries))]
    there = [(line, parts) for line, parts in told if line.found]
    free = [(line, parts, line.found - line.held) for line, parts in there if line.found > line.held]
    return Receipt(
        found=tuple(_told(parts, line.found) for line, parts in there),
        erased=tuple(
            _told(parts, count) for line, parts, count in free if line.action in (Erasure.DELETE, Erasure.CLEAR)
        ),
        kept=tuple(_told(parts, count, _reasons(parts)) for _line, parts, count in free if _reasons(parts)),
        held=tuple(_told(parts, line.held) for line, parts in there if line.held),
        expiring=tuple(_told(parts, 0) for line, parts in told if line.action == Erasure.EXPIRES),
        has_signatures=any(part.category is Category.SIGNATURES for _line, parts in there for part in parts),
    )


def _parts_of(source: str, entries: Registry) -> list[Declaration | Store]:
    parts = [part for part in entries.declarations if part.name == source and part.personal]
    return [*parts, *(store for store in entries.stores if store.name == source)]


def _told(parts: list[Declaration | Store], count: int, kept: tuple[Kept, ...] = ()) -> Told:
    first = parts[0]
    return Told(first.title, str(first.purpose), count, kept, str(first.kept_until))


def _reasons(parts: list[Declaration | Store]) -> tuple[Kept, ...]:
    return tuple(dict.fromkeys(part.kept for part in parts if part.kept))
