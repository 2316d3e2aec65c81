"""Queue mails, send them once, and keep silent where silence was asked for."""

import json
import logging
import re
import time
import traceback
from collections.abc import Sequence
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from mesopinions.core import crypto, tokens
from mesopinions.core.addresses import address_key
from mesopinions.core.enqueue import enqueue_soon
from mesopinions.mail.compose import compose
from mesopinions.mail.kinds import builder_of, leaves_trace
from mesopinions.mail.models import BlockReason, MailBlock, OutgoingMail

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
# A mailbox that did not exist may exist now, and its owner cannot tell us but by asking for a mail.
BOUNCE_SILENCES_ALL = timedelta(days=1)
# RFC 3463: no such mailbox, system or syntax (X.1.1 to X.1.3), moved (X.1.6), a domain without mail (X.1.10), a mailbox
# closed for good (X.2.1). Not X.7: there the server speaks of us.
NO_SUCH_MAILBOX = re.compile(rb"5\.(?:1\.(?:[1236]|10)|2\.1)\b")


def queue_mail(
    *,
    kind: str,
    recipient: str,
    language: str,
    about_id: int | None = None,
    context: dict[str, Any] | None = None,
    enclosed: dict[str, Any] | None = None,
) -> OutgoingMail:
    """Add one mail to the outbox, in the caller's transaction; a worker sends it after the commit.

    `about_id` and `context` are for the builder of the kind, and so is `enclosed`, which is stored encrypted and goes
    with the sending: a code to type, an address that no row has. Raises LookupError for a kind that no app registers.
    """
    builder_of(kind)
    mail = OutgoingMail.objects.create(
        kind=kind,
        recipient=recipient,
        language=language,
        about_id=about_id,
        context=context or {},
        enclosed=crypto.encrypt(json.dumps(enclosed).encode()) if enclosed else None,
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


def block_address(address: str, *, reason: BlockReason = BlockReason.ASKED, at: datetime | None = None) -> MailBlock:
    """Do not write to this mailbox again, until `unblock_address`. Mails already queued for it are cancelled.

    - ASKED and COMPLAINED silence everything. Whoever presses « spam » has told their provider and us to stop, and
      each mail that comes all the same costs every reader of the site: only staff lift it, when the person writes.
    - BOUNCED ends by itself three months after the last bounce (retention rule `mail.mailblock:bounced`), and after a
      day lets through what its owner asks for, such as the mail that confirms a signature.

    A stronger reason replaces a weaker one and never the reverse. A repeated call with the same `at` changes nothing.
    """
    at = at or timezone.now()
    block, is_new = MailBlock.objects.get_or_create(
        address_key=address_key(address), defaults={"reason": reason, "created_at": at}
    )
    if not is_new:
        order = list(BlockReason)
        weaker = Q(reason__in=order[order.index(reason) + 1 :])
        newer_bounce = Q(reason=BlockReason.BOUNCED, created_at__lt=at) if reason == BlockReason.BOUNCED else Q(pk=None)
        if MailBlock.objects.filter(weaker | newer_bounce, pk=block.pk).update(reason=reason, created_at=at):
            block.refresh_from_db()
    return block


def unblock_address(block_id: int) -> bool:
    """Lift a block, and say whether it stood."""
    return bool(MailBlock.objects.filter(pk=block_id).delete()[0])


def is_blocked(address: str) -> bool:
    """Say whether there is any reason not to write to the mailbox."""
    return _block_of(address) is not None


def _block_of(address: str) -> MailBlock | None:
    return MailBlock.objects.filter(address_key=address_key(address)).first()


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
        mail.enclosed = None if mail.is_ended else mail.enclosed
        mail.save(
            update_fields=["attempts", "due_at", "sent_at", "failed_at", "cancelled_at", "last_error", "enclosed"]
        )
    return True


def _deliver(mail: OutgoingMail, server: BaseEmailBackend) -> bool:
    """Hand the mail to the server. False when it must not leave: blocked address, or subject gone."""
    block = _block_of(mail.recipient)
    if block and not _lets_through_what_is_asked_for(block):
        return False
    with transaction.atomic():  # a savepoint: a builder's failed query must not undo what we note about it
        message = compose(mail)
    # What one can unsubscribe from is sent because of a consent, not because somebody waits for it.
    if message is None or (block and "List-Unsubscribe" in message.extra_headers):
        return False
    server.send_messages([message])
    return True


def _lets_through_what_is_asked_for(block: MailBlock) -> bool:
    return block.reason == BlockReason.BOUNCED and block.created_at < timezone.now() - BOUNCE_SILENCES_ALL


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
        if _is_no_mailbox(error):
            block_address(mail.recipient, reason=BlockReason.BOUNCED)
    else:
        mail.due_at = timezone.now() + RETRY_AFTER[mail.attempts - 1]


def _is_refused_for_good(error: Exception) -> bool:
    """Say whether the server answered 5xx to the recipient (RFC 5321, 4.2.1): trying again would not help."""
    return isinstance(error, SMTPRecipientsRefused) and all(code >= 500 for code, _ in error.recipients.values())


def _is_no_mailbox(error: Exception) -> bool:
    """Say whether the server names a mailbox that does not exist, in the words of RFC 3463."""
    return isinstance(error, SMTPRecipientsRefused) and all(
        NO_SUCH_MAILBOX.match(answer) for _, answer in error.recipients.values()
    )
