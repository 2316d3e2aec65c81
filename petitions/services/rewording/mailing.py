"""One mail to each person who signed other words than those in force."""

from datetime import datetime

from django.db import connection, transaction

from mesopinions.core.enqueue import enqueue_soon
from mesopinions.mail.services import SEND_DUE
from petitions.models import Submission
from petitions.services.updates import MAILS_A_SECOND

# Whoever confirms later saw what changed on the page where they did (templates/petitions/signature.html). No consent is
# asked for: it is about the contract, and says how to leave it.
QUEUE_MAILS = f"""
INSERT INTO mail_outgoingmail (kind, recipient, language, about_id, context, due_at)
SELECT 'text_changed', signature.email, signature.language, signature.id,
    jsonb_build_object('version', %(version_id)s::bigint),
    now() + (row_number() OVER (ORDER BY signature.id) - 1) * interval '1 second' / {MAILS_A_SECOND}
FROM petitions_signature AS signature
JOIN petitions_textversion AS signed ON signed.id = signature.text_version_id
WHERE signature.petition_id = %(petition_id)s AND signature.status = 'confirmed'
    AND signature.confirmed_at <= %(published_at)s AND signed.number < %(number)s
"""  # noqa: S608 - a number of ours is all that goes in


@transaction.atomic
def queue_mails(*, submission_id: int, at: datetime) -> int:
    """Add the mails of a published edit to the outbox, all or none, and return how many; 0 when that was done before.

    Safe to run twice, at once or after a kill: the row is locked until its mails are there.
    """
    waiting = Submission.objects.select_related("version").filter(tells_signers=True, mailed_at=None)
    submission = waiting.select_for_update(of=["self"]).filter(pk=submission_id).first()
    if submission is None or submission.version is None:
        return 0
    version = submission.version
    with connection.cursor() as cursor:
        cursor.execute(
            QUEUE_MAILS,
            {
                "version_id": version.pk,
                "petition_id": version.petition_id,
                "published_at": version.created_at,
                "number": version.number,
            },
        )
        queued: int = cursor.rowcount
    Submission.objects.filter(pk=submission.pk).update(mailed_at=at)
    if queued:
        enqueue_soon(SEND_DUE)
    return queued


def queue_lost(*, at: datetime) -> int:
    """Add the mails of every published edit whose task was lost, and return how many mails there were."""
    waiting = Submission.objects.filter(tells_signers=True, mailed_at=None).order_by("pk").values_list("pk", flat=True)
    return sum(queue_mails(submission_id=submission_id, at=at) for submission_id in list(waiting))
