"""What becomes of a petition: published, returned, refused, removed, restored. Each at once with its mail."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from petitions import emails
from petitions.dates import latest_last_day
from petitions.models import Decision, Draft, Petition, Reason, Recipient, Submission, TextVersion
from petitions.selectors.decisions import is_appealed
from petitions.services import closing
from petitions.services.moderating.recording import record_about_petition
from petitions.services.moderating.refusals import AlreadyDecided, NotYours, OwnContent
from petitions.services.outcomes import ENDS_SIGNING
from petitions.services.pages import forget_pages

Status = Petition.Status


@transaction.atomic
def publish_launch(*, submission: Submission, by: User, at: datetime) -> Decision:
    """Publish a new petition as it was sent, with what its draft says besides the words.

    Raises NotYours without the claim, AlreadyDecided and OwnContent.
    """
    return publish_text(submission=held(submission=submission, by=by), by=by, at=at)


@transaction.atomic
def return_petition(*, submission: Submission, reason: str, statement: str, by: User, at: datetime) -> Decision:
    """Give a new petition back to its author, who may better it and send it again. Raises as publish_launch."""
    text = held(submission=submission, by=by)
    petition = text.petition
    petition.status = Status.RETURNED
    petition.save(update_fields=["status"])
    return _told(_close(text, Decision.Act.RETURNED, by, at, reason, statement))


@transaction.atomic
def refuse(*, submission: Submission, reason: str, statement: str, by: User, at: datetime) -> Decision:
    """Refuse a new petition for good, but for an appeal; its draft stays for that. Raises as publish_launch.

    Anybody may read it for a year if the reason harms nobody and the author agreed to it.
    """
    text = held(submission=submission, by=by)
    petition = text.petition
    draft = Draft.objects.filter(petition=petition).first()
    petition.status = Status.REJECTED
    petition.refused_at = at
    if draft and draft.shows_refusal and reason in Reason.readable_when_refused():
        petition.shows_refusal = True
        _take_from_draft(petition, text, draft, at)
    petition.save()
    forget_pages(petition)
    return _told(_close(text, Decision.Act.REFUSED, by, at, reason, statement))


@transaction.atomic
def remove(*, petition: Petition, reason: str, statement: str, by: User, at: datetime) -> Decision:
    """Take a public petition off the site: its pages answer 410. Raises AlreadyDecided and OwnContent."""
    locked = locked_petition(petition.pk, by)
    if locked.status not in Petition.PUBLIC:
        raise AlreadyDecided
    locked.status = Status.REMOVED
    locked.save(update_fields=["status"])
    forget_pages(locked)
    return _told(
        record_about_petition(
            petition=locked, act=Decision.Act.REMOVED, by=by, at=at, reason=reason, statement=statement
        )
    )


@transaction.atomic
def restore(*, petition: Petition, statement: str = "", by: User, at: datetime) -> Decision:
    """Put a removed petition back, open or closed as it was. Raises AlreadyDecided and OwnContent."""
    return _told(put_back(petition_id=petition.pk, statement=statement, by=by, at=at))


@transaction.atomic
def close(*, petition: Petition, reason: str, statement: str, by: User, at: datetime) -> Decision:
    """End the signing of a petition before its last day; what was signed counts. Raises AlreadyDecided, OwnContent."""
    locked = locked_petition(petition.pk, by)
    if not closing.close_petition(petition=locked, at=at):
        raise AlreadyDecided
    forget_pages(locked)
    return _told(
        record_about_petition(
            petition=locked, act=Decision.Act.CLOSED, by=by, at=at, reason=reason, statement=statement
        )
    )


@transaction.atomic
def reopen(*, petition: Petition, statement: str = "", by: User, at: datetime) -> Decision:
    """Let a petition that the team closed be signed again. Raises AlreadyDecided and OwnContent."""
    return _told(open_again(petition_id=petition.pk, statement=statement, by=by, at=at))


@transaction.atomic
def reconsider(*, submission: Submission, by: User, at: datetime) -> Decision:
    """Publish a text that was refused by mistake, without waiting for an appeal; anybody who may refuse may do so.

    Raises OwnContent, and AlreadyDecided while another person looks at an appeal against it.
    """
    if submission.petition.status != Status.REJECTED or is_appealed(submission.petition_id):
        raise AlreadyDecided
    return _told(publish_after_all(submission=submission, statement="", by=by, at=at))


# --- What appeals do as well, without the mail: the answer to an appeal is one --------------------------------------


def put_back(*, petition_id: int, statement: str, by: User, at: datetime) -> Decision:
    """Put a removed petition back, and write it down. Raises AlreadyDecided and OwnContent."""
    locked = locked_petition(petition_id, by)
    if locked.status != Status.REMOVED:
        raise AlreadyDecided
    locked.status = Status.CLOSED if locked.closed_at else Status.PUBLISHED
    locked.save(update_fields=["status"])
    forget_pages(locked)
    return record_about_petition(petition=locked, act=Decision.Act.RESTORED, by=by, at=at, statement=statement)


def open_again(*, petition_id: int, statement: str, by: User, at: datetime) -> Decision:
    """Open a petition that the team closed, and write it down.

    Raises OwnContent, and AlreadyDecided for one that ended by itself or whose last day has passed.
    """
    locked = locked_petition(petition_id, by)
    acts = (Decision.Act.CLOSED, Decision.Act.REOPENED)
    last = Decision.objects.filter(petition_id=locked.pk, act__in=acts).order_by("-pk").first()
    is_ours = locked.status == Status.CLOSED and last is not None and last.act == Decision.Act.CLOSED
    if not is_ours or locked.closes_on < timezone.localdate(at) or locked.outcome in ENDS_SIGNING:
        raise AlreadyDecided
    locked.status, locked.closed_at = Status.PUBLISHED, None
    locked.save(update_fields=["status", "closed_at"])
    forget_pages(locked)
    return record_about_petition(petition=locked, act=Decision.Act.REOPENED, by=by, at=at, statement=statement)


def publish_after_all(*, submission: Submission, statement: str, by: User, at: datetime) -> Decision:
    """Publish a text that was returned or refused, and write it down.

    Raises OwnContent, and AlreadyDecided when its author has sent another one since, or written in the draft: its
    picture, video and name go with the words, and nobody has read the new ones.
    """
    petition = locked_petition(submission.petition_id, by)
    if petition.status not in {Status.RETURNED, Status.REJECTED}:
        raise AlreadyDecided
    sent_since = Submission.objects.filter(petition=petition, pk__gt=submission.pk)
    written_since = Draft.objects.filter(petition=petition, updated_at__gt=submission.closed_at)
    is_returned = petition.status == Status.RETURNED  # nobody writes in a refused one
    if sent_since.exists() or (is_returned and written_since.exists()):
        raise AlreadyDecided
    submission.petition = petition
    if is_returned:  # the only way from there leads through here
        petition.status = Status.SUBMITTED
        petition.save(update_fields=["status"])
    return _publish(submission, by, at, statement)


# --- What the other kinds of text need too --------------------------------------------------------------------------


def held(*, submission: Submission, by: User) -> Submission:
    """Return an open text that `by` claimed, locked with its petition, for one who decides on it.

    Raises NotYours, AlreadyDecided and OwnContent.
    """
    petition = locked_petition(submission.petition_id, by)
    text = Submission.objects.select_for_update().filter(pk=submission.pk, closed_at=None).first()
    is_new_petition = submission.kind == Submission.Kind.LAUNCH
    if text is None or (is_new_petition and petition.status != Status.SUBMITTED):
        raise AlreadyDecided
    if text.claimed_by_id != by.pk:
        raise NotYours
    text.petition = petition
    return text


def publish_text(*, submission: Submission, by: User, at: datetime) -> Decision:
    """Publish the words of a text that is held, and tell its author."""
    return _told(_publish(submission, by, at, ""))


def write_version(*, petition: Petition, text: Submission, at: datetime) -> TextVersion:
    """Return the version of the petition with these words: the one in force if it has them, else the next one."""
    current = petition.current_text
    if current and (current.title, current.text, current.recipients) == (text.title, text.text, text.recipients):
        return current
    last = petition.versions.order_by("-number").first()
    return TextVersion.objects.create(
        petition=petition,
        number=last.number + 1 if last else 1,
        title=text.title,
        text=text.text,
        recipients=text.recipients,
        note=text.note,
        created_at=at,
    )


def write_recipients(*, petition: Petition, text: Submission, draft: Draft | None) -> None:
    """Write whom the petition is addressed to. E-mail addresses stay out of what was sent: the draft has them."""
    known = [*petition.recipients.values("name", "role", "email"), *(draft.recipients if draft else [])]
    addresses = {(one["name"], one.get("role", "")): one.get("email", "") for one in known}
    petition.recipients.all().delete()
    Recipient.objects.bulk_create(
        Recipient(
            petition=petition,
            position=position,
            name=one["name"],
            role=one.get("role", ""),
            email=addresses.get((one["name"], one.get("role", "")), ""),
        )
        for position, one in enumerate(text.recipients, start=1)
    )


def slug_of(title: str) -> str:
    """Return what a title is called in an address."""
    return slugify(title)[:80].strip("-") or "petition"


def locked_petition(petition_id: int, by: User) -> Petition:
    """Return a petition that nobody else decides on until the end of the transaction. Raises OwnContent."""
    # Without its theme and words: a row that changes while we wait would no longer match those joined before the wait.
    petition = Petition.objects.select_for_update(no_key=True).get(pk=petition_id)  # signers lock its key: no wait
    if petition.author_id == by.pk:
        raise OwnContent
    return petition


def _publish(text: Submission, by: User, at: datetime, statement: str) -> Decision:
    petition = text.petition
    draft = Draft.objects.filter(petition=petition).first()
    write_recipients(petition=petition, text=text, draft=draft)
    _take_from_draft(petition, text, draft, at)
    petition.status = Status.PUBLISHED
    petition.published_at = at
    petition.refused_at = None
    petition.shows_refusal = False
    petition.save()
    Draft.objects.filter(petition=petition).delete()
    forget_pages(petition)
    return _close(text, Decision.Act.PUBLISHED, by, at, "", statement)


def _take_from_draft(petition: Petition, text: Submission, draft: Draft | None, at: datetime) -> None:
    """Give the petition its words, and from the draft what an author chooses besides."""
    petition.current_text = write_version(petition=petition, text=text, at=at)
    petition.slug = slug_of(text.title)
    if draft:
        petition.theme = draft.theme or petition.theme
        petition.author_name = draft.author_name or petition.author_name
        petition.goal = draft.goal
        petition.picture = draft.picture
        petition.video_url = draft.video_url
        petition.closes_on = draft.closes_on or petition.closes_on
    today = timezone.localdate(at)
    if petition.closes_on < today:
        # It passed while the text waited for us: the author gets the days that they had chosen.
        chosen = today + (petition.closes_on - timezone.localdate(text.sent_at))
        petition.closes_on = max(today, min(chosen, latest_last_day(today)))


def _close(text: Submission, act: Decision.Act, by: User, at: datetime, reason: str, statement: str) -> Decision:
    Submission.objects.filter(pk=text.pk, closed_at=None).update(closed_at=at)
    return record_about_petition(
        petition=text.petition, act=act, by=by, at=at, reason=reason, statement=statement, submission=text
    )


def _told(decision: Decision) -> Decision:
    emails.tell_of_decision(decision)
    return decision
