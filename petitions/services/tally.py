"""Counting: one signed delta a change, folded into daily sums and totals by a periodic job.

No confirmation touches a row that another one touches, so a viral petition has no hot row. The count that is shown is
the folded total plus the deltas that are not folded yet: exact at any time.
"""

from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from petitions.models import Signature, TallyDelta
from petitions.models.tally import Kind

BATCH = 50_000
SIGN_OF_KIND = {
    Kind.CONFIRMATION: 1,
    Kind.REINSTATEMENT: 1,
    Kind.WITHDRAWAL: -1,
    Kind.INVALIDATION: -1,
    Kind.ERASURE: -1,
}
# One folder at a time: two would only wait for each other's rows. Any fixed number does.
FOLD_LOCK = 7_301_941

# The table is empty most of the time, and its statistics say so when a rush comes: a join would be planned for no rows
# and compare each delta with every other. A range of ids and a sum made once leave the planner nothing to err in.
FOLD = """
WITH moved AS (
    DELETE FROM petitions_tallydelta
    WHERE id <= (SELECT max(id) FROM (SELECT id FROM petitions_tallydelta ORDER BY id LIMIT %s) AS first)
    RETURNING petition_id, day, departement, kind, delta
), changes AS MATERIALIZED (
    SELECT petition_id, sum(delta) AS delta FROM moved GROUP BY 1
), daily AS (
    INSERT INTO petitions_dailytally (petition_id, day, departement, kind, total)
    SELECT petition_id, day, departement, kind, sum(delta) FROM moved GROUP BY 1, 2, 3, 4
    ON CONFLICT (petition_id, day, departement, kind)
    DO UPDATE SET total = petitions_dailytally.total + excluded.total
), totals AS (
    UPDATE petitions_petition SET signatures_total = signatures_total + changes.delta
    FROM changes WHERE id = changes.petition_id
)
SELECT count(*) FROM moved
"""


def count(signature: Signature, kind: Kind, at: datetime) -> None:
    """Add one delta of `kind` for the signature, on the Paris day of `at`. Call it in the change's transaction."""
    _insert(signature.petition_id, signature.departement, kind, SIGN_OF_KIND[kind], at)


def move(signature: Signature, *, from_departement: str, at: datetime) -> None:
    """Count a confirmed signature in its new département and no longer in the old one. The total stays."""
    _insert(signature.petition_id, from_departement, Kind.CORRECTION, -1, at)
    _insert(signature.petition_id, signature.departement, Kind.CORRECTION, 1, at)


def _insert(petition_id: int, departement: str, kind: Kind, delta: int, at: datetime) -> None:
    TallyDelta.objects.create(
        petition_id=petition_id, day=timezone.localdate(at), departement=departement, kind=kind, delta=delta
    )


def fold() -> int:
    """Fold the deltas that are due, in batches that commit one by one, and return how many were folded."""
    folded = 0
    while batch := _fold_batch():
        folded += batch
        if batch < BATCH:
            break
    return folded


@transaction.atomic
def _fold_batch() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [FOLD_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(FOLD, [BATCH])
        return int(cursor.fetchone()[0])
