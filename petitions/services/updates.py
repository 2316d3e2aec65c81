"""News of a petition: published once, hidden or shown by staff, and mailed to each signer who asked for it."""

from datetime import datetime

from django.db import connection, transaction

from mesopinions.core.enqueue import enqueue, enqueue_soon
from mesopinions.mail.services import SEND_DUE
from petitions.models import Petition, Update
from privacy.consent import Purpose

MAIL_UPDATE = "petitions.mail_update"
# They leave over time, so that who has just signed does not wait for a confirmation behind a hundred thousand of them.
MAILS_A_SECOND = 25

# The ledger is asked here for the many, and once more for each when the mail leaves (petitions/emails.py).
QUEUE_MAILS = f"""
INSERT INTO mail_outgoingmail (kind, recipient, language, about_id, context, due_at)
SELECT 'petition_update', signature.email, signature.language, signature.id,
    jsonb_build_object('update', %(update_id)s::bigint),
    now() + (row_number() OVER (ORDER BY signature.id) - 1) * interval '1 second' / {MAILS_A_SECOND}
FROM petitions_signature AS signature
JOIN privacy_consentrecord AS own ON own.id = signature.consent_id
CROSS JOIN LATERAL (
    SELECT granted FROM privacy_consentrecord AS record
    WHERE record.subject_key = own.subject_key AND record.purpose = %(purpose)s
        AND record.scope = 'petition:' || signature.petition_id AND record.pseudonymised_at IS NULL
    ORDER BY record.id DESC LIMIT 1
) AS answer
WHERE signature.petition_id = %(petition_id)s AND signature.status = 'confirmed' AND answer.granted
"""  # noqa: S608 - a number of ours is all that goes in


class NotPublic(Exception):
    """The petition was never published, or was removed: it has no news."""


@transaction.atomic
def publish_update(*, petition: Petition, title: str, text: str, at: datetime) -> Update:
    """Publish the author's next piece of news; a worker then mails it to the signers who asked for it.

    The same words sent twice in a row are one update. Raises NotPublic.
    """
    locked = Petition.objects.select_for_update(no_key=True).get(pk=petition.pk)  # signers lock its key: no wait
    if locked.status not in Petition.PUBLIC:
        raise NotPublic
    last = Update.objects.filter(petition=locked).order_by("-number").first()
    if last and (last.title, last.text) == (title, text):
        return last
    number = last.number + 1 if last else 1
    update = Update.objects.create(petition=locked, number=number, title=title, text=text, published_at=at)
    enqueue(MAIL_UPDATE, update.pk)
    return update


@transaction.atomic
def queue_mails(*, update_id: int, at: datetime) -> int:
    """Add the mails of an update to the outbox, all or none, and return how many; 0 when that was done before.

    Mails of a hidden update wait until it is shown. Safe to run twice, at once or after a kill: the row is locked
    until its mails are there.
    """
    update = Update.objects.to_mail().select_for_update(of=["self"]).filter(pk=update_id).first()
    if update is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            QUEUE_MAILS,
            {"update_id": update.pk, "petition_id": update.petition_id, "purpose": Purpose.AUTHOR_UPDATES},
        )
        queued: int = cursor.rowcount
    update.mailed_at = at
    update.save(update_fields=["mailed_at"])
    if queued:
        enqueue_soon(SEND_DUE)
    return queued


def queue_lost(*, at: datetime) -> int:
    """Add the mails of every update whose task was lost, and return how many mails there were."""
    waiting = list(Update.objects.to_mail().order_by("pk").values_list("pk", flat=True))
    return sum(queue_mails(update_id=update_id, at=at) for update_id in waiting)


def hide_update(*, update: Update, at: datetime) -> bool:
    """Take an update off the public pages and stop its mails. Return whether this call did: twice changes nothing."""
    return bool(Update.objects.filter(pk=update.pk, hidden_at=None).update(hidden_at=at))


def show_update(*, update: Update) -> bool:
    """Put a hidden update back. Return whether this call did. Mails that were cancelled meanwhile stay so."""
    return bool(Update.objects.filter(pk=update.pk, hidden_at__isnull=False).update(hidden_at=None))
