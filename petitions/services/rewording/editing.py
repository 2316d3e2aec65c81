"""Another version of a public petition, as its author writes it. What is public stays until somebody has read it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.selectors.people import confirmed_email
from petitions.models import Draft, Petition, Submission
from petitions.selectors.rewordings import Rewording, signers_to_tell, waiting_edit, words_in_force
from petitions.services import drafting
from petitions.services.drafting import AlreadyClaimed, AlreadySent, Incomplete, NotConfirmed
from petitions.services.pages import forget_pages
from petitions.services.pictures import Given, forget_pictures, illustrate

# What a draft has besides words: it changes at once.
LOOKS = ("picture", "video_url", "goal")


class NotYours(Exception):
    """Somebody else wrote it."""


class NoteMissing(Exception):
    """People have signed: they are owed a reason."""


class NothingChanged(Exception):
    """These are the words that are public already."""


@transaction.atomic
def begin_edit(*, petition: Petition, by: User, at: datetime) -> Draft:
    """Return the author's draft of the next version; without one under way, it says what is public now.

    Raises NotYours, and AlreadySent where signing has ended.
    """
    locked = _locked(petition)
    if locked.author_id != by.pk:
        raise NotYours
    return _draft(locked, at)


@transaction.atomic
def save_edit(
    *,
    draft: Draft,
    at: datetime,
    seen: str = "",
    shows_looks: bool = False,
    image: Given | None = None,
    **fields: Any,
) -> Draft:
    """Keep what the author has written so far, and give the petition its picture, video and goal with `shows_looks`.

    A picture asks for `shows_looks`: the one before is deleted. Raises as drafting.save_draft; AlreadySent while
    somebody reads it.
    """
    locked = _locked(draft.petition)
    if waiting_edit(locked):
        raise AlreadySent
    written = drafting.write(stored=_draft(locked, at), petition=locked, at=at, seen=seen, **fields)
    if image:
        illustrate(draft=written, given=image, at=at)
    if shows_looks:
        _show_looks(locked, written)
    return written


@transaction.atomic
def remove_picture(*, petition: Petition) -> None:
    """Delete the picture of a public petition, if it has one, and so that of its draft. Raises AlreadySent."""
    locked = _locked(petition)
    forget_pictures([locked.picture_id] if locked.picture_id else [])
    forget_pages(locked)


@transaction.atomic
def send_edit(*, petition: Petition, at: datetime) -> Submission:
    """Send the words of the draft to be read. Sent twice, or from two tabs at once, it is one submission.

    Raises NotConfirmed, AlreadySent, Incomplete, NothingChanged, and NoteMissing where people have signed.
    """
    locked = _locked(petition)
    if waiting := waiting_edit(locked):
        return waiting
    if locked.author is None or not confirmed_email(locked.author):
        raise NotConfirmed
    draft = Draft.objects.filter(petition=locked).first()
    if draft is None or Rewording(locked.text, draft).is_empty:
        raise NothingChanged
    words = ("title", "text", "recipients")
    if missing := [part for part in words if not getattr(draft, part)]:
        raise Incomplete(missing)
    if not draft.note and signers_to_tell(locked):
        raise NoteMissing
    return Submission.objects.create(
        petition=locked,
        kind=Submission.Kind.EDIT,
        title=draft.title,
        text=draft.text,
        recipients=[{"name": one["name"], "role": one["role"]} for one in draft.recipients],
        note=draft.note,
        sent_at=at,
    )


@transaction.atomic
def take_back_edit(*, petition: Petition) -> bool:
    """Take back what nobody reads yet, to go on writing. Return whether this call did. Raises AlreadyClaimed."""
    locked = Petition.objects.select_for_update(no_key=True).get(pk=petition.pk)
    waiting = waiting_edit(locked)
    if waiting is None:
        return False
    if not Submission.objects.filter(pk=waiting.pk, claimed_by=None, closed_at=None).delete()[0]:
        raise AlreadyClaimed
    return True


@transaction.atomic
def drop_edit(*, petition: Petition) -> bool:
    """Forget what the author wrote, and keep what is public. Return whether this call did. Raises AlreadySent."""
    locked = _locked(petition)
    if waiting_edit(locked):
        raise AlreadySent
    return bool(Draft.objects.filter(petition=locked).delete()[0])


def _locked(petition: Petition) -> Petition:
    locked = Petition.objects.select_for_update(no_key=True).get(pk=petition.pk)  # signers lock its key: no wait
    if locked.status != Petition.Status.PUBLISHED:
        raise AlreadySent
    return locked


def _show_looks(petition: Petition, draft: Draft) -> None:
    """Nobody signed these, nor the e-mail addresses of recipients, which are not public: they need no reader."""
    for one in draft.recipients:
        petition.recipients.filter(name=one["name"], role=one["role"]).update(email=one["email"])
    for name in LOOKS:
        setattr(petition, name, getattr(draft, name))
    petition.save(update_fields=LOOKS)
    forget_pages(petition)


def _draft(petition: Petition, at: datetime) -> Draft:
    found = Draft.objects.select_related("theme", "picture").filter(petition=petition).first()
    if found is None:
        found = words_in_force(petition)
        found.updated_at = at
        found.save(force_insert=True)
    return found
