"""From a blank page to « Envoyer »: what an author writes is kept at each step, then sent once to be read."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from accounts.selectors.people import confirmed_email
from petitions.content.writing import TEXT_AT_MOST
from petitions.dates import latest_last_day, proposed_last_day
from petitions.models import Draft, Petition, Submission, Theme
from petitions.services.consents import petition_scope
from petitions.services.forgetting import forget_drafts
from petitions.services.pictures import Given, forget_pictures, illustrate
from privacy import consent
from privacy.consent import Purpose
from privacy.registry import Subject

OPEN_DRAFTS_AT_MOST = 10
RECIPIENTS_AT_MOST = 5
# The theme that a petition has until its author chooses one.
NO_THEME_YET = "autres"
PLACE = "launch"


class NotConfirmed(Exception):
    """The account has not shown that its e-mail address is its owner's."""


class TooManyDrafts(Exception):
    """The author has as many unfinished petitions as one may have."""


class AlreadySent(Exception):
    """The petition waits for its reader, or was decided: nobody writes in it now."""


class WrittenElsewhere(Exception):
    """Other words were saved since this page was loaded, in another tab or on another device."""

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self.draft = draft


class Incomplete(Exception):
    """Parts that a petition needs are not there. `parts` are names of `Draft`."""

    def __init__(self, parts: list[str]) -> None:
        super().__init__()
        self.parts = parts


class AlreadyClaimed(Exception):
    """Somebody of the team is reading it."""


@transaction.atomic
def start_draft(
    *, author: User, title: str, at: datetime, language: str = "fr", image: Given | None = None, **fields: Any
) -> Draft:
    """Begin a petition, closing six months from `at` unless said otherwise. `fields` are others of `Draft`.

    The same title sent twice is one draft. Raises NotConfirmed, TooManyDrafts, and what pictures.store_picture does.
    """
    if not confirmed_email(author):
        raise NotConfirmed
    User.objects.select_for_update(no_key=True).get(pk=author.pk)  # two tabs count one after the other
    mine = Draft.objects.filter(petition__author=author, petition__status__in=Petition.WRITABLE)
    if not fields and (same := mine.filter(title=title, text="").first()):
        return same
    if mine.count() >= OPEN_DRAFTS_AT_MOST:
        raise TooManyDrafts
    last_day = fields.pop("closes_on", None) or proposed_last_day(timezone.localdate(at))
    petition = Petition.objects.create(
        author=author,
        author_name=author.public_name,
        theme=Theme.objects.get(slug=NO_THEME_YET),
        slug=_slug(title),
        language=language,
        closes_on=last_day,
        created_at=at,
    )
    name = fields.pop("author_name", "") or author.public_name[:120]
    draft = Draft.objects.create(
        petition=petition, title=title, author_name=name, closes_on=last_day, updated_at=at, **fields
    )
    if image:
        illustrate(draft=draft, given=image, at=at)
    return draft


@transaction.atomic
def save_draft(
    *, draft: Draft, at: datetime, seen: str = "", language: str = "", image: Given | None = None, **fields: Any
) -> Draft:
    """Keep what the author has written so far, complete or not, and return the draft as it now stands.

    `seen` is the fingerprint of these very fields that the page was loaded with, '' when it says nothing: words that
    another tab has saved since are not overwritten. Raises WrittenElsewhere, AlreadySent, and what
    pictures.store_picture does.
    """
    petition = Petition.objects.select_for_update(no_key=True).get(pk=draft.pk)
    if petition.status not in Petition.WRITABLE:
        raise AlreadySent
    if language and language != petition.language:
        petition.language = language
        petition.save(update_fields=["language"])
    stored = Draft.objects.select_related("theme", "picture").get(pk=draft.pk)
    written = write(stored=stored, petition=petition, at=at, seen=seen, **fields)
    if image:
        illustrate(draft=written, given=image, at=at)
    return written


def write(*, stored: Draft, petition: Petition, at: datetime, seen: str = "", **fields: Any) -> Draft:
    """Write these fields into the draft of a locked petition, unless other words were saved since `seen`.

    Raises WrittenElsewhere.
    """
    before = fingerprint(stored, fields)
    for name, value in fields.items():
        setattr(stored, name, value)
    stored.petition = petition
    is_older = bool(seen) and seen != before
    if is_older and fingerprint(stored, fields) != before:
        raise WrittenElsewhere(Draft.objects.select_related("petition", "theme", "picture").get(pk=stored.pk))
    stored.updated_at = at
    stored.save(update_fields=[*fields, "updated_at"])
    return stored


@transaction.atomic
def remove_picture(*, draft: Draft) -> None:
    """Delete the picture of a draft, if it has one. Raises AlreadySent."""
    petition = Petition.objects.select_for_update(no_key=True).get(pk=draft.pk)
    if petition.status not in Petition.WRITABLE:
        raise AlreadySent
    stored = Draft.objects.get(pk=draft.pk)
    forget_pictures([stored.picture_id] if stored.picture_id else [])
    draft.picture = None


def fingerprint(draft: Draft, names: Iterable[str]) -> str:
    """Return 16 hexadecimal characters that change with any of these fields of a draft."""
    stems = {"theme": "theme_id", "picture": "picture_id"}
    values = {name: getattr(draft, stems.get(name, name)) for name in names}
    written = json.dumps(values, cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def missing_parts(draft: Draft, today: date) -> list[str]:
    """Return the fields of `Draft` without which it cannot be sent on that day (Paris), in the order of the steps."""
    is_there = {
        "title": bool(draft.title),
        "text": 0 < len(draft.text) <= TEXT_AT_MOST,
        "recipients": bool(draft.recipients),
        "theme": draft.theme_id is not None,
        "author_name": bool(draft.author_name),
        "closes_on": draft.closes_on is not None and today < draft.closes_on <= latest_last_day(today),
    }
    return [name for name, is_here in is_there.items() if not is_here]


@transaction.atomic
def submit_draft(*, petition: Petition, language: str, at: datetime) -> Submission:
    """Send the petition to be read, with its author's agreement to see it published (asked in `language`).

    Sent twice, or from two tabs at once, it is one submission. Raises NotConfirmed, Incomplete and AlreadySent.
    """
    locked = Petition.objects.select_for_update(no_key=True, of=("self",)).select_related("author").get(pk=petition.pk)
    waiting = Submission.objects.filter(petition=locked, closed_at=None).first()
    if locked.status == Petition.Status.SUBMITTED and waiting:
        return waiting
    if locked.status not in Petition.WRITABLE or locked.author is None:
        raise AlreadySent
    if not confirmed_email(locked.author):
        raise NotConfirmed
    draft = Draft.objects.get(pk=locked.pk)
    if missing := missing_parts(draft, timezone.localdate(at)):
        raise Incomplete(missing)
    _record_agreement(locked, language, at)
    locked.status = Petition.Status.SUBMITTED
    locked.save(update_fields=["status"])
    return Submission.objects.create(
        petition=locked,
        kind=Submission.Kind.LAUNCH,
        title=draft.title,
        text=draft.text,
        recipients=[{"name": row["name"], "role": row["role"]} for row in draft.recipients],
        sent_at=at,
    )


@transaction.atomic
def take_back(*, petition: Petition, at: datetime) -> bool:
    """Make a petition that nobody reads yet a draft again, and withdraw the agreement to see it published.

    Return whether this call did. Raises AlreadyClaimed when somebody of the team began to read.
    """
    locked = Petition.objects.select_for_update(no_key=True, of=("self",)).select_related("author").get(pk=petition.pk)
    if locked.status != Petition.Status.SUBMITTED:
        return False
    waiting = Submission.objects.select_for_update().filter(petition=locked, closed_at=None).first()
    if waiting and waiting.claimed_by_id:
        raise AlreadyClaimed
    if waiting:
        waiting.delete()
    locked.status = Petition.Status.DRAFT
    locked.save(update_fields=["status"])
    _withdraw_agreement(locked, at)
    return True


@transaction.atomic
def delete_draft(*, petition: Petition, at: datetime) -> bool:
    """Delete a petition that its author never saw published, with all that was written for it. Return whether it was.

    Raises AlreadySent for one that waits for its reader, was refused or is public.
    """
    mine = Petition.objects.select_for_update(of=("self",)).select_related("author")
    locked = mine.filter(pk=petition.pk).first()
    if locked is None:
        return False
    if locked.status not in Petition.WRITABLE or locked.published_at:
        raise AlreadySent
    _withdraw_agreement(locked, at)
    forget_drafts([locked.pk], at)
    return True


def _record_agreement(petition: Petition, language: str, at: datetime) -> None:
    if petition.author and not consent.is_granted(
        _subject(petition.author), Purpose.PUBLISH_PETITION, scope=petition_scope(petition.pk)
    ):
        consent.record(
            _subject(petition.author),
            Purpose.PUBLISH_PETITION,
            scope=petition_scope(petition.pk),
            language=language,
            place=PLACE,
            at=at,
        )


def _withdraw_agreement(petition: Petition, at: datetime) -> None:
    if petition.author:
        consent.withdraw(
            _subject(petition.author),
            Purpose.PUBLISH_PETITION,
            scope=petition_scope(petition.pk),
            language=petition.author.language,
            place=PLACE,
            at=at,
        )


def _subject(author: User) -> Subject:
    return Subject(author.email, author.pk)


def _slug(title: str) -> str:
    return slugify(title)[:80].strip("-") or "petition"
