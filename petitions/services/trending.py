"""What moves: how much each count rose in the last days, written beside it by a periodic job and never by a reader."""

from datetime import date

from django.db import connection

DAYS = 7

# The net rise of each day: a signature that is withdrawn or invalidated lifts nothing. Each day weighs half of the day
# after it. One statement sees one snapshot, so a fold that commits meanwhile hides no delta and counts none twice.
# Rows that a fold or a closing holds are left for the next run: nobody waits for a score.
SCORE = """
WITH moves AS (
    SELECT petition_id, day, total AS rise FROM petitions_dailytally WHERE day BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT petition_id, day, delta FROM petitions_tallydelta WHERE day BETWEEN %(first)s AND %(last)s
), scores AS MATERIALIZED (
    SELECT petition_id, sum(rise::bigint << (day - %(first)s::date)) AS score FROM moves GROUP BY 1
), fresh AS (
    SELECT id, CASE
        WHEN status = 'published' AND closes_on >= %(last)s THEN least(greatest(coalesce(score, 0), 0), 2147483647)
        ELSE 0
    END AS trend
    FROM petitions_petition LEFT JOIN scores ON petition_id = id
), due AS (
    SELECT id, fresh.trend FROM petitions_petition JOIN fresh USING (id)
    WHERE petitions_petition.trend <> fresh.trend
    FOR NO KEY UPDATE OF petitions_petition SKIP LOCKED
)
UPDATE petitions_petition SET trend = due.trend FROM due WHERE petitions_petition.id = due.id
"""


def score(today: date) -> int:
    """Write every petition's trend as of `today` (Paris), 0 for those that nobody can sign. Returns how many changed.

    Idempotent, and safe at any time: a run changes only what is no longer right.
    """
    first = date.fromordinal(today.toordinal() - DAYS + 1)
    with connection.cursor() as cursor:
        cursor.execute(SCORE, {"first": first, "last": today})
        return int(cursor.rowcount)
