"""What becomes of new words for a public petition: published with their number, or refused with reasons."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from mesopinions.core.enqueue import enqueue
from petitions import emails
from petitions.models import Decision, Draft, Petition, Submission
from petitions.selectors.rewordings import Rewording
from petitions.services.moderating import deciding
from petitions.services.moderating.recording import record_about_petition
from petitions.services.moderating.refusals import AlreadyDecided
from petitions.services.pages import forget_pages

MAIL_REWORDING = "petitions.mail_rewording"


@transaction.atomic
def publish_edit(*, submission: Submission, tells_signers: bool = True, by: User, at: datetime) -> Decision:
    """Put the next version in force, and tell its author; a worker then tells those who had signed another one.

    `tells_signers` is False for a correction of form; what `Rewording.must_be_told` is told all the same. Raises
    NotYours without the claim, AlreadyDecided and OwnContent.
    """
    text = deciding.held(submission=submission, by=by)
    decision = _publish(text, tells_signers, by, at, "")
    emails.tell_of_decision(decision)
    return decision


def publish_correction(*, submission: Submission, by: User, at: datetime) -> Decision:
    """Put a version in force whose meaning is the same, without a mail to signers. Raises as publish_edit."""
    return publish_edit(submission=submission, tells_signers=False, by=by, at=at)


@transaction.atomic
def refuse_edit(*, submission: Submission, reason: str, statement: str, by: User, at: datetime) -> Decision:
    """Leave the public words as they are, and tell the author why; the draft stays, to be bettered.

    Raises as publish_edit.
    """
    text = deciding.held(submission=submission, by=by)
    Submission.objects.filter(pk=text.pk).update(closed_at=at)
    decision = record_about_petition(
        petition=text.petition,
        act=Decision.Act.EDIT_REFUSED,
        by=by,
        at=at,
        reason=reason,
        statement=statement,
        submission=text,
    )
    emails.tell_of_decision(decision)
    return decision


def publish_edit_after_all(*, submission: Submission, statement: str, by: User, at: datetime) -> Decision:
    """Publish an edit that was refused, for an appeal, whose answer is the mail. Those who had signed are told.

    Raises OwnContent, and AlreadyDecided when the author has sent another one since.
    """
    petition = deciding.locked_petition(submission.petition_id, by)
    if Submission.objects.filter(petition=petition, pk__gt=submission.pk).exists():
        raise AlreadyDecided
    submission.petition = petition
    return _publish(submission, True, by, at, statement)


def _publish(text: Submission, tells_signers: bool, by: User, at: datetime, statement: str) -> Decision:
    petition = text.petition
    rewording = Rewording(petition.text, text)
    if petition.status not in Petition.PUBLIC or rewording.is_empty:
        raise AlreadyDecided
    forget_pages(petition)  # at the address that it has had
    draft = Draft.objects.filter(petition=petition).first()
    deciding.write_recipients(petition=petition, text=text, draft=draft)
    petition.current_text = deciding.write_version(petition=petition, text=text, at=at)
    petition.slug = deciding.slug_of(text.title)  # links to the old one lead to it
    petition.save(update_fields=["current_text", "slug"])
    if draft and Rewording(draft, text).is_empty:
        draft.delete()
    forget_pages(petition)
    Submission.objects.filter(pk=text.pk).update(
        closed_at=at, version=petition.current_text, tells_signers=tells_signers or rewording.must_be_told
    )
    enqueue(MAIL_REWORDING, text.pk)
    return record_about_petition(
        petition=petition, act=Decision.Act.EDIT_PUBLISHED, by=by, at=at, statement=statement, submission=text
    )
