"""Taking signatures out of the count together, and putting them back: exact, told to each signer, never twice.

Either is one transaction, which leaves nothing behind when it dies in the middle. The petition's row is locked, so that
two people who apply or undo at once take turns; signers never wait for it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext, override

from accounts.models import User
from mesopinions.core.enqueue import enqueue_soon
from mesopinions.mail.services import SEND_DUE
from petitions.models import Dispute, Invalidation, Petition, Signature
from petitions.services.moderating.refusals import OwnContent
from petitions.services.updates import MAILS_A_SECOND

# One act touches so many signatures at most, so that it ends within a request: the next act takes the others.
AT_MOST = 20_000

_TELL = f"""
INSERT INTO mail_outgoingmail (kind, recipient, language, about_id, due_at)
SELECT %(kind)s, email, language, id,
    now() + (row_number() OVER (ORDER BY id) - 1) * interval '1 second' / {MAILS_A_SECOND}
FROM moved WHERE %(kind)s <> ''
"""  # noqa: S608 - a number of ours is all that goes in

TAKE_OUT = f"""
WITH due AS (
    SELECT id, status FROM petitions_signature AS signature
    WHERE petition_id = %(petition_id)s AND id = ANY(%(ids)s) AND status IN ('pending', 'confirmed')
        AND NOT EXISTS (SELECT FROM petitions_dispute AS dispute WHERE dispute.signature_id = signature.id)
    ORDER BY id LIMIT %(at_most)s FOR UPDATE
), moved AS (
    UPDATE petitions_signature AS signature SET status = 'invalidated' FROM due WHERE signature.id = due.id
    RETURNING signature.id, email, language, departement, due.status AS status_before
), noted AS (
    INSERT INTO petitions_invalidsignature (invalidation_id, signature_id, at)
    SELECT %(invalidation_id)s, id, %(at)s FROM moved
), counted AS (
    INSERT INTO petitions_tallydelta (petition_id, day, departement, kind, delta)
    SELECT %(petition_id)s, %(today)s, departement, 'invalidation', -1 FROM moved WHERE status_before = 'confirmed'
), told AS ({_TELL})
SELECT count(*) FROM moved
"""  # noqa: S608 - statements of ours are all that goes in

# One that was never confirmed waits again for its confirmation.
PUT_BACK = f"""
WITH due AS (
    SELECT signature.id FROM petitions_invalidsignature AS invalid
    JOIN petitions_signature AS signature ON signature.id = invalid.signature_id
    WHERE invalid.invalidation_id = %(invalidation_id)s AND signature.status = 'invalidated'
        AND (%(signature_id)s::bigint IS NULL OR signature.id = %(signature_id)s)
    ORDER BY signature.id FOR UPDATE
), moved AS (
    UPDATE petitions_signature AS signature
    SET status = CASE WHEN confirmed_at IS NULL THEN 'pending' ELSE 'confirmed' END
    FROM due WHERE signature.id = due.id
    RETURNING signature.id, email, language, departement, status
), forgotten AS (
    DELETE FROM petitions_invalidsignature WHERE signature_id IN (SELECT id FROM moved)
), counted AS (
    INSERT INTO petitions_tallydelta (petition_id, day, departement, kind, delta)
    SELECT %(petition_id)s, %(today)s, departement, 'reinstatement', 1 FROM moved WHERE status = 'confirmed'
), told AS ({_TELL})
SELECT count(*) FROM moved
"""  # noqa: S608 - statements of ours are all that goes in


@transaction.atomic
def invalidate(
    *, petition_id: int, rule: Invalidation.Rule, ids: Sequence[int], by: User, at: datetime
) -> Invalidation | None:
    """Take these pending and confirmed signatures of one petition out, and tell each signer why.

    Takes AT_MOST of them. Others, those already out and those that a dispute put back are left alone; None when nothing
    was left to take out. Raises OwnContent.
    """
    _lock(petition_id, by=by)
    invalidation = Invalidation.objects.create(petition_id=petition_id, rule=rule, applied_by=by, applied_at=at)
    found = _run(TAKE_OUT, invalidation, at, kind="signature_invalidated", ids=list(ids), at_most=AT_MOST)
    if not found:
        invalidation.delete()
        return None
    Invalidation.objects.filter(pk=invalidation.pk).update(found=found)
    invalidation.found = found
    return invalidation


@transaction.atomic
def undo_invalidation(*, invalidation: Invalidation, by: User, at: datetime) -> int:
    """Put back all that an invalidation took out and is still out, tell each signer, and return how many they are.

    Disputes that wait end with it: there is nothing left to dispute. Undone twice it changes nothing.
    Raises OwnContent.
    """
    _lock(invalidation.petition_id, by=by)
    now_undone = Invalidation.objects.filter(pk=invalidation.pk, undone_at=None).update(undone_by=by, undone_at=at)
    if not now_undone:
        return 0
    put_back = _run(PUT_BACK, invalidation, at, kind="signature_reinstated", signature_id=None)
    _end_disputes(invalidation.petition_id, at)
    return put_back


def put_back_one(*, invalidation: Invalidation, signature_id: int, at: datetime) -> bool:
    """Put one signature back for its dispute, whose answer tells the signer. Call it in the answer's transaction."""
    _lock(invalidation.petition_id)
    return bool(_run(PUT_BACK, invalidation, at, kind="", signature_id=signature_id))


def _lock(petition_id: int, *, by: User | None = None) -> None:
    """Lock the petition, whose author `by` must not be. Signers lock its key: no wait."""
    petition = Petition.objects.select_for_update(no_key=True).only("author").get(pk=petition_id)
    if by and petition.author_id == by.pk:
        raise OwnContent


def _run(statement: str, invalidation: Invalidation, at: datetime, *, kind: str, **values: Any) -> int:
    values |= {
        "invalidation_id": invalidation.pk,
        "petition_id": invalidation.petition_id,
        "at": at,
        "today": timezone.localdate(at),
        "kind": kind,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        moved = int(cursor.fetchone()[0])
    if moved and kind:
        enqueue_soon(SEND_DUE)
    return moved


def _end_disputes(petition_id: int, at: datetime) -> None:
    waiting = Dispute.objects.filter(signature__petition=petition_id, closed_at=None)
    settled = waiting.exclude(signature__status=Signature.Status.INVALIDATED)
    for language, _name in settings.LANGUAGES:
        with override(language):
            answer = gettext("La vérification qui avait écarté votre signature est annulée.")
        settled.filter(signature__language=language).update(
            outcome=Dispute.Outcome.REINSTATED, answer=answer, closed_at=at
        )
