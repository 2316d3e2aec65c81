"""The policy's chapters, read from the registry that the purge and the erasure obey: the page cannot promise else."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import count

from django.utils.text import capfirst, slugify
from django.utils.translation import gettext_lazy as _

from privacy.registry import Basis, Category, Declaration, Recipient, Registry, Source, Store, StoreKind, registry
from privacy.registry.vocabulary import Words
from privacy.registry.wording import when

# The day of the last change of the policy's own words. Periods and lists follow the registry by themselves.
VERSION_ON = date(2026, 11, 25)

MEANING_OF_BASIS = {
    Basis.CONTRACT: _("Sans ces données, nous ne pourrions pas faire ce que vous nous demandez."),
    Basis.CONSENT: _("Vous avez dit oui, et pouvez dire non ensuite aussi simplement."),
    Basis.EXPLICIT_CONSENT: _(
        "Signer une pétition peut révéler vos opinions. La loi demande alors un accord exprès, dans une case à part. "
        "Le reprendre retire la signature."
    ),
    Basis.LEGAL_OBLIGATION: _("Une loi nous y oblige ; le cadre concerné dit laquelle."),
    Basis.LEGITIMATE_INTEREST: _(
        "Le site en a besoin pour être sûr et honnête, et cela pèse moins que vos droits. Vous pouvez vous y opposer."
    ),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One period: when it ends, and what happens then."""

    when: str
    action: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One purpose, and all that a person is told about it (GDPR art. 13 and 14)."""

    anchor: str
    purpose: str
    contents: tuple[str, ...]
    where: str
    bases: tuple[str, ...]
    recipients: tuple[str, ...]
    sources: tuple[str, ...]
    rules: tuple[Rule, ...]
    kept_until: str
    erasure: str
    kept: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One category of data."""

    anchor: str
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A basis, a recipient or a source of data, with the categories that it is about."""

    label: str
    meaning: str
    chapters: tuple[str, ...]


def chapters(entries: Registry = registry) -> list[Chapter]:
    """Return every category of which something is kept, in the active language."""
    found = []
    for category in Category:
        told = tuple(_told_once(_entry(one) for one in _personal(entries) if one.category == category))
        if told:
            found.append(Chapter(f"donnees-{category.value.replace('_', '-')}", str(category.label), told))
    return found


def bases(entries: Registry = registry) -> list[Named]:
    """Return every legal basis that something rests on."""
    return [
        Named(_big(basis.label), str(MEANING_OF_BASIS[basis]), _where_in(entries, "basis", basis))
        for basis in Basis
        if _where_in(entries, "basis", basis)
    ]


def recipients(entries: Registry = registry) -> list[Named]:
    """Return everybody who gets to see something."""
    return [
        Named(_big(one.label), "", _where_in(entries, "recipients", one))
        for one in Recipient
        if _where_in(entries, "recipients", one)
    ]


def sources(entries: Registry = registry) -> list[Named]:
    """Return where the data comes from."""
    return [
        Named(_big(one.label), "", _where_in(entries, "source", one))
        for one in Source
        if _where_in(entries, "source", one)
    ]


def cookies(entries: Registry = registry) -> list[Entry]:
    """Return what the site writes on the visitor's machine."""
    return [_entry(store) for store in entries.stores if store.kind is StoreKind.BROWSER]


def _personal(entries: Registry) -> list[Declaration | Store]:
    everything: list[Declaration | Store] = [*entries.declarations, *entries.stores]
    return [one for one in everything if one.personal]


def _big(label: Words) -> str:
    return str(capfirst(str(label)))


def _where_in(entries: Registry, attribute: str, value: Words) -> tuple[str, ...]:
    about = [one.category for one in _personal(entries) if value in getattr(one, attribute)]
    return tuple(str(category.label) for category in Category if category in about)


def _entry(one: Declaration | Store) -> Entry:
    return Entry(
        anchor=slugify(f"{one.name.replace('.', '-')}-{one.category}"),
        purpose=str(one.purpose),
        contents=_contents(one),
        where=str(one.where) if isinstance(one, Store) else "",
        bases=tuple(str(basis.label) for basis in one.basis),
        recipients=tuple(str(recipient.label) for recipient in one.recipients),
        sources=tuple(str(source.label) for source in one.source),
        rules=_rules(one),
        kept_until=str(one.kept_until),
        erasure=str(one.erase.label),
        kept=((str(one.kept.article), str(one.kept.reason)),) if one.kept else (),
    )


def _contents(one: Declaration | Store) -> tuple[str, ...]:
    if isinstance(one, Store):
        return tuple(map(str, one.personal))
    return tuple(dict.fromkeys(one.label(name) for name in one.personal))


def _rules(one: Declaration | Store) -> tuple[Rule, ...]:
    declared = one.rules if isinstance(one, Declaration) else ()
    return tuple(Rule(when(rule), str(rule.action.label)) for rule in declared)


def _told_once(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Join what several tables hold for the same purpose on the same terms, and give every entry its own anchor."""
    joined: dict[Entry, list[Entry]] = {}
    for entry in entries:
        joined.setdefault(replace(entry, anchor="", contents=()), []).append(entry)
    used: set[str] = set()
    for alike in joined.values():
        contents = dict.fromkeys(word for entry in alike for word in entry.contents)
        anchor = next(name for name in _numbered(alike[0].anchor) if name not in used)
        used.add(anchor)
        yield replace(alike[0], anchor=anchor, contents=tuple(contents))


def _numbered(anchor: str) -> Iterator[str]:
    yield anchor
    yield from (f"{anchor}-{number}" for number in count(2))
