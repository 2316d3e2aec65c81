"""Queue mails, send them once, and keep silent where silence was asked for."""

import logging
import time
import traceback
from collections.abc import Sequence
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from mesopinions.core import tokens
from mesopinions.core.addresses import address_key
from mesopinions.core.enqueue import enqueue_soon
from mesopinions.mail.compose import compose
from mesopinions.mail.kinds import builder_of, leaves_trace
from mesopinions.mail.models import MailBlock, OutgoingMail

logger = logging.getLogger(__name__)

SEND_DUE = "mail.send_due"
# A worker's clock may run a little behind the database's, which sets `due_at`.
CLOCK_SKEW = timedelta(seconds=2)
RETRY_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=24),
)


def queue_mail(
    *,
    kind: str,
    recipient: str,
    language: str,
    about_id: int | None = None,
    context: dict[str, Any] | None = None,
) -> OutgoingMail:
    """Add one mail to the outbox, in the caller's transaction; a worker sends it after the commit.

    `about_id` and `context` are for the builder of the kind. Raises LookupError for a kind that no app registers.
    """
    builder_of(kind)
    mail = OutgoingMail.objects.create(
        kind=kind, recipient=recipient, language=language, about_id=about_id, context=context or {}
    )
    enqueue_soon(SEND_DUE)
    return mail


def send_due_mails(*, seconds: float = 10.0) -> bool:
    """Send the mails that are due for about `seconds`. Return True when time ended before the mails did.

    Each mail is claimed, sent and marked in a transaction of its own, so any number of workers share the work, and a
    worker that dies leaves its mail to the next one. A mail leaves twice only if the worker dies between the server's
    acceptance and our commit; both copies then carry the same Message-ID. An unreachable server costs no mail a try.
    """
    ends = time.monotonic() + seconds
    if not _due_mails().exists():
        return False
    server = get_connection()
    try:
        while time.monotonic() < ends:
            if not _open(server) or not _send_next(server):
                return False
        return True
    finally:
        server.close()


def forget(kinds: Sequence[str], about_ids: Sequence[int]) -> int:
    """Delete the mails of these kinds about these rows, sent or not, and return how many there were."""
    return OutgoingMail.objects.filter(kind__in=kinds, about_id__in=about_ids).delete()[0]


def history(kinds: Sequence[str], about_id: int) -> list[dict[str, str]]:
    """Return which mails of these kinds went out about one row, and when."""
    mails = OutgoingMail.objects.filter(kind__in=kinds, about_id=about_id, sent_at__isnull=False).order_by("pk")
    return [{"kind": mail.kind, "sent_at": mail.sent_at.isoformat()} for mail in mails if mail.sent_at]


@transaction.atomic
def try_again(*, mail: OutgoingMail, at: datetime) -> bool:
    """Put a mail that was given up back into the queue with all its tries. Return whether this call did."""
    given_up = OutgoingMail.objects.filter(pk=mail.pk, failed_at__isnull=False)
    if not given_up.update(failed_at=None, attempts=0, due_at=at, last_error=""):
        return False
    enqueue_soon(SEND_DUE)
    return True


def block_address(address: str) -> MailBlock:
    """Never write to this mailbox again, until `unblock_address`. Mails already queued for it are cancelled."""
    return MailBlock.objects.get_or_create(address_key=address_key(address))[0]


def unblock_address(block_id: int) -> None:
    """Lift a block. Does nothing if it was lifted before."""
    MailBlock.objects.filter(pk=block_id).delete()


def is_blocked(address: str) -> bool:
    """Say whether the owner of the mailbox asked for silence."""
    return MailBlock.objects.filter(address_key=address_key(address)).exists()


def unblock_path(block: MailBlock) -> str:
    """Return the path of the page where this block can be lifted."""
    return reverse("unblock", args=[tokens.make(tokens.Scope.UNBLOCK, block.pk)])


def _due_mails() -> QuerySet[OutgoingMail]:
    return OutgoingMail.objects.filter(
        sent_at=None, failed_at=None, cancelled_at=None, due_at__lte=timezone.now() + CLOCK_SKEW
    ).order_by("due_at", "id")


def _open(server: BaseEmailBackend) -> bool:
    try:
        server.open()
    except OSError as error:  # smtplib's errors are OSErrors
        logger.error("The mail server cannot be reached: %s. Mails wait for the next sweep.", type(error).__name__)
        return False
    return True


@transaction.atomic
def _send_next(server: BaseEmailBackend) -> bool:
    """Claim one due mail and send it, cancel it or plan another try. False when there was none to claim."""
    mail = _due_mails().select_for_update(skip_locked=True).first()
    if mail is None:
        return False
    mail.attempts += 1
    mail.last_error = ""
    try:
        if _deliver(mail, server):
            mail.sent_at = timezone.now()
        else:
            mail.cancelled_at = timezone.now()
    except Exception as error:  # one bad mail must not hold back the others
        server.close()  # its state is unknown: the next mail gets a fresh connection
        _plan_retry(mail, error)
    if mail.is_ended and not leaves_trace(mail.kind):
        mail.delete()
    else:
        mail.save(update_fields=["attempts", "due_at", "sent_at", "failed_at", "cancelled_at", "last_error"])
    return True


def _deliver(mail: OutgoingMail, server: BaseEmailBackend) -> bool:
    """Hand the mail to the server. False when it must not leave: blocked address, or subject gone."""
    if is_blocked(mail.recipient):
        return False
    with transaction.atomic():  # a savepoint: a builder's failed query must not undo what we note about it
        message = compose(mail)
    if message is None:
        return False
    server.send_messages([message])
    return True


def _plan_retry(mail: OutgoingMail, error: Exception) -> None:
    # Class and place only: the text of an exception may hold an address or a name.
    mail.last_error = type(error).__name__[:60]
    place = traceback.extract_tb(error.__traceback__)[-1]
    logger.warning(
        "Mail %s (%s), try %d: %s at %s:%s",
        mail.message_id, mail.kind, mail.attempts, mail.last_error, place.filename, place.lineno,
    )  # fmt: skip
    if mail.attempts > len(RETRY_AFTER) or _is_refused_for_good(error):
        mail.failed_at = timezone.now()
    else:
        mail.due_at = timezone.now() + RETRY_AFTER[mail.attempts - 1]


def _is_refused_for_good(error: Exception) -> bool:
    """Say whether the server answered 5xx to the recipient (RFC 5321, 4.2.1): trying again would not help."""
    return isinstance(error, SMTPRecipientsRefused) and all(code >= 500 for code, _ in error.recipients.values())
