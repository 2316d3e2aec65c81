"""Petitions from the archive of another site: read one record, store many records at once.

Their text can be signed here; the signatures they had elsewhere are kept apart, as `imported_signatures`.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.text import slugify

from mesopinions.core.text import visible
from petitions.models import Petition, TextVersion, Theme

AUTHOR_NAME = "UK Parliament petitions (archive)"
ATTRIBUTION = "Contains public sector information licensed under the Open Government Licence v3.0."
OPEN_FOR = timedelta(days=183)
# What the columns hold.
LONGEST_TITLE = 200
MAX_SIGNATURES = 2_147_483_647

OTHER = "autres"
# English words of a title that leave little doubt about its theme. A title with words of two themes stays in OTHER.
THEME_WORDS = {
    "animaux": "animals? dogs? puppy puppies cats? kittens? pets? horses? badgers? foxes foxhunting slaughter",
    "enfants": "child children childcare nursery pupils? toddlers?",
    "europe": "eu brexit european referendum",
    "justice": "courts? prison prisoners? sentencing sentences? offenders? police",
    "nature-et-environnement": "plastic recycling recyclable climate pollution wildlife trees? bees fracking",
    "sante": "nhs hospitals? cancer nurses? doctors? patients? vaccines? disease autism mental",
    "sport": "football sports? olympics? athletes? stadiums?",
}
_THEMES = {slug: re.compile(rf"\b({'|'.join(words.split())})\b", re.IGNORECASE) for slug, words in THEME_WORDS.items()}


class BadRecord(Exception):
    """A record that cannot be a petition. The message says why, without repeating its words."""


@dataclass(frozen=True, slots=True)
class ArchivedPetition:
    """One petition of the archive, its words cleaned. `created_at` is in UTC."""

    title: str
    text: str
    signature_count: int
    created_at: datetime

    @property
    def source_ref(self) -> str:
        """What makes it the same petition at the next import: its title and the instant it was created."""
        return "uk:" + hashlib.sha256(f"{self.created_at.isoformat()} {self.title}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Imported:
    """What one batch did."""

    added: int
    updated: int
    unchanged: int


def read_record(record: object) -> ArchivedPetition:
    """Return the petition of one decoded JSON line.

    Its keys are action, background, additional_details (may be missing), signature_count and created_at. Raises
    BadRecord when one is missing, of another type or out of range.
    """
    if not isinstance(record, dict):
        raise BadRecord("not a JSON object")
    title = " ".join(_words(record, "action").split())
    if not title:
        raise BadRecord("action is empty")
    if len(title) > LONGEST_TITLE:
        raise BadRecord("action is too long for a title")
    created_at = _created_at(record.get("created_at"))
    paragraphs = [_words(record, "background"), _words(record, "additional_details", default="")]
    if not any(paragraphs):
        raise BadRecord("background and additional_details are empty")
    source = f"{AUTHOR_NAME}, {created_at.day} {created_at:%B %Y}. {ATTRIBUTION}"
    text = "\n\n".join(filter(None, [*paragraphs, source]))
    return ArchivedPetition(title, text, _count(record.get("signature_count")), created_at)


def clean_text(text: str) -> str:
    """Return plain paragraphs: visible characters, lines without spaces around them, one empty line at most."""
    lines = [line.strip() for line in visible(text).replace("\t", " ").split("\n")]
    return re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip()


def theme_of(title: str) -> str:
    """Return the slug of the one theme whose words are in an English title, else of the theme for all the rest."""
    found = [slug for slug, words in _THEMES.items() if words.search(title)]
    return found[0] if len(found) == 1 else OTHER


@transaction.atomic
def import_batch(petitions: Sequence[ArchivedPetition], *, at: datetime) -> Imported:
    """Store the petitions that are new, open for six months from `at`, and renew the counts of the others.

    Idempotent: a petition is known again by its `source_ref`. Texts never change.
    """
    wanted = {petition.source_ref: petition for petition in petitions}
    known = {row.source_ref: row for row in Petition.objects.filter(source_ref__in=wanted)}
    changed = [row for ref, row in known.items() if row.imported_signatures != wanted[str(ref)].signature_count]
    for row in changed:
        row.imported_signatures = wanted[str(row.source_ref)].signature_count
    Petition.objects.bulk_update(changed, ["imported_signatures"])
    new = [petition for ref, petition in wanted.items() if ref not in known]
    _add(new, at)
    return Imported(added=len(new), updated=len(changed), unchanged=len(petitions) - len(new) - len(changed))


def _add(petitions: Sequence[ArchivedPetition], at: datetime) -> None:
    themes = {theme.slug: theme for theme in Theme.objects.all()}
    rows = [
        Petition(
            author_name=AUTHOR_NAME,
            theme=themes[theme_of(petition.title)],
            slug=slugify(petition.title)[:80].strip("-") or "petition",
            status=Petition.Status.SUBMITTED,
            language="en",
            closes_on=timezone.localdate(at) + OPEN_FOR,
            created_at=petition.created_at,
            imported_signatures=petition.signature_count,
            source_ref=petition.source_ref,
        )
        for petition in petitions
    ]
    publish_all(rows, [(petition.title, petition.text) for petition in petitions], at=at)


def publish_all(rows: Sequence[Petition], words: Sequence[tuple[str, str]], *, at: datetime) -> None:
    """Insert submitted petitions with their (title, text) and publish them, in three statements however many they are.

    A row that has a `published_at` keeps it; the others are published at `at`.
    """
    for row in rows:
        row.published_at = row.published_at or at
    Petition.objects.bulk_create(rows)
    versions = TextVersion.objects.bulk_create(
        TextVersion(petition=row, number=1, title=title, text=text, created_at=row.created_at)
        for row, (title, text) in zip(rows, words, strict=True)
    )
    Petition.objects.filter(pk__in=[row.pk for row in rows]).update(
        status=Petition.Status.PUBLISHED,
        current_text=Subquery(
            TextVersion.objects.filter(petition=OuterRef("pk"), pk__in=[version.pk for version in versions]).values(
                "pk"
            )
        ),
    )


def _words(record: dict[str, object], key: str, default: str | None = None) -> str:
    value = record.get(key, default)
    if value is None and default is not None:
        return default
    if not isinstance(value, str):
        raise BadRecord(f"{key} is not a text")
    return clean_text(value)


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_SIGNATURES:
        raise BadRecord("signature_count is not a whole number of signatures")
    return value


def _created_at(value: object) -> datetime:
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):  # a 30 February, a year 0
        pass
    raise BadRecord("created_at is not a date and time with its zone")
