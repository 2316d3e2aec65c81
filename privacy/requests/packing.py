"""The package that a person gets: a ZIP file written in one pass, row by row, in the request's language.

`csv/` and `donnees.json` say the same; `schema.json` describes the latter. `index.html`, for access only, is for
people: it needs no network, no script and no other file.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from mesopinions.core.spreadsheets import harmless_cell
from privacy.models import Right
from privacy.registry import Category, Declaration, Store, Subject
from privacy.registry.vocabulary import Words
from privacy.registry.wording import when
from privacy.requests.exporting import Copied, Row, Value, copied_sources, in_words, iso

FORMAT = "mesopinions/donnees"
# Raise it with every change of donnees.json that a program would notice, and keep schema.json true.
VERSION = 1
SCHEMA = Path(__file__).with_name("schema.json")
# A browser shows so many rows with ease; all of them are in csv/.
SHOWN_ROWS = 200
SHOWN_AT_ONCE = 3
FONT_FACES = re.compile(r"@font-face\s*{[^}]*}\s*")


@dataclass(frozen=True, slots=True)
class Package:
    """Whose package it is, what for, in which language, and as of when."""

    subject: Subject
    right: Right
    language: str
    at: datetime


def write_package(package: Package, target: BinaryIO, progress: Callable[[Copied, int], None]) -> None:
    """Write the ZIP file. `progress` is told each source and how many rows it had; what it raises ends the writing."""
    with override(package.language), ZipFile(target, "w", ZIP_DEFLATED) as file:
        sources, counts = copied_sources(package.right), {}
        for copied in sources:
            counts[copied.name] = _write_csv(file, copied, package)
            progress(copied, counts[copied.name])
        with _entry(file, "donnees.json", package) as entry, io.TextIOWrapper(entry, "utf-8") as text:
            text.writelines(_json(sources, package))
        with _entry(file, "schema.json", package) as entry:
            entry.write(SCHEMA.read_bytes())
        if package.right == Right.ACCESS:
            with _entry(file, "index.html", package) as entry:
                entry.write(_page(sources, counts, package).encode())


def _entry(file: ZipFile, name: str, package: Package) -> IO[bytes]:
    """Begin a file of the package; its date is the package's, so that the same data make the same bytes."""
    written = timezone.localtime(package.at, timezone.get_default_timezone())
    info = ZipInfo(name, written.timetuple()[:6])
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return file.open(info, "w", force_zip64=True)


# --- csv/ -----------------------------------------------------------------------------------------------------------


def _write_csv(file: ZipFile, copied: Copied, package: Package) -> int:
    """Write csv/<source>.csv if the source has rows, and return how many."""
    rows = copied.rows(package.subject)
    first = next(rows, None)
    if first is None:
        return 0
    number = 0
    # The byte order mark makes spreadsheets read the accents.
    with (
        _entry(file, f"csv/{copied.name}.csv", package) as entry,
        io.TextIOWrapper(entry, "utf-8-sig", newline="") as text,
    ):
        table = csv.DictWriter(text, first.keys(), lineterminator="\r\n")
        table.writeheader()
        for row in chain([first], rows):
            table.writerow({name: harmless_cell(_cell(value)) for name, value in row.items()})
            number += 1
    return number


def _cell(value: Value) -> str:
    """Return what programs read, or the words where that would be an object."""
    is_plain = isinstance(value.machine, str | int) and not isinstance(value.machine, bool)
    return str(value.machine) if is_plain else value.shown


# --- donnees.json ---------------------------------------------------------------------------------------------------


def _json(sources: list[Copied], package: Package) -> Iterator[str]:
    head = {
        "$schema": "schema.json",
        "format": FORMAT,
        "version": VERSION,
        "right": package.right.value,
        "language": package.language,
        "made_at": iso(package.at),
        "subject": {"email": package.subject.email},
        "controller": _controller(),
    }
    yield _dumps(head)[:-1] + ', "sources": ['
    for place, copied in enumerate(sources):
        about = {
            "name": copied.name,
            "title": copied.title,
            "is_listed": copied.has_rows,
            "parts": [_part(part) for part in copied.parts],
            "fields": copied.labels,
        }
        yield (",\n" if place else "\n") + _dumps(about)[:-1] + ', "rows": ['
        for number, row in enumerate(copied.rows(package.subject)):
            yield (",\n" if number else "\n") + _dumps({name: value.machine for name, value in row.items()})
        yield "]}"
    yield "\n]}\n"


def _part(part: Declaration | Store) -> dict[str, Any]:
    if isinstance(part, Store):
        contents, rules = [str(word) for word in part.personal], []
    else:
        contents, rules = [name for name in part.fields if name not in part.withheld], _periods(part)
    return {
        "category": _choice(part.category),
        "contents": contents,
        "purpose": str(part.purpose),
        "basis": [_choice(basis) for basis in part.basis],
        "recipients": [_choice(recipient) for recipient in part.recipients],
        "origin": [_choice(source) for source in part.source],
        "kept": [*rules, *([str(part.kept_until)] if part.kept_until else [])],
        "after_erasure": {"article": str(part.kept.article), "reason": str(part.kept.reason)} if part.kept else None,
    }


def _periods(part: Declaration) -> list[str]:
    return [_("%(when)s, puis %(action)s") % {"when": when(rule), "action": rule.action.label} for rule in part.rules]


def _choice(choice: Any) -> dict[str, str]:
    return {"value": choice.value, "label": str(choice.label)}


def _controller() -> dict[str, str]:
    names = ("controller_name", "controller_registration", "controller_address", "privacy_email", "dpo_name")
    return {name: settings.CONTROLLER[name] for name in names}


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


# --- index.html -----------------------------------------------------------------------------------------------------


def _page(sources: list[Copied], counts: dict[str, int], package: Package) -> str:
    categories = list(Category)
    by_category = sorted(sources, key=lambda copied: categories.index(copied.parts[0].category))
    listed = [copied for copied in by_category if copied.has_rows]
    return render_to_string(
        "privacy/package.html",
        {
            "language": package.language,
            "style": _style(),
            "made_at": in_words(package.at),
            "email": package.subject.email,
            "controller": _controller(),
            "full": [_section(copied, counts[copied.name], package) for copied in listed if counts[copied.name]],
            "empty": list(dict.fromkeys(copied.title for copied in listed if not counts[copied.name])),
            "unlisted": [_section(copied, 0, package) for copied in by_category if not copied.has_rows],
        },
    )


def _section(copied: Copied, number: int, package: Package) -> dict[str, Any]:
    rows = [_shown(row, copied.labels) for row in islice(copied.rows(package.subject), min(number, SHOWN_ROWS))]
    return {
        "anchor": re.sub(r"[^a-z0-9]+", "-", copied.name.lower()),
        "title": copied.title,
        "file": f"csv/{copied.name}.csv",
        "number": number,
        "parts": [_part(part) for part in copied.parts],
        "first": rows[:SHOWN_AT_ONCE],
        "others": rows[SHOWN_AT_ONCE:],
        "left_out": max(0, number - SHOWN_ROWS),
    }


def _shown(row: Row, labels: dict[str, str]) -> list[tuple[Words, str, str]]:
    """Return label, words and address of each field that says something."""
    return [(labels.get(name, name), value.shown, value.url) for name, value in row.items() if value.shown]


def _style() -> str:
    """Return the look of the site for a page without a site: its tokens and no font to fetch."""
    tokens = Path(str(finders.find("css/tokens.css"))).read_text(encoding="utf-8")
    own = Path(str(finders.find("css/pages/package.css"))).read_text(encoding="utf-8")
    return FONT_FACES.sub("", tokens) + own
