"""Carry the tombstones over a restore: what was erased since the backup must be erased again before the site opens."""

import json
from collections.abc import Iterable, Iterator

from django.apps import apps
from django.db import connection, transaction
from django.db.models import AutoField
from django.utils.dateparse import parse_datetime

from privacy.models import Tombstone

FIELDS = ("table", "key", "removed_from_count", "erased_at")
NEVER_AGAIN = """
SELECT setval(%(sequence)s, greatest(nextval(%(sequence)s), max(key::bigint)))
FROM privacy_tombstone WHERE "table" = %(label)s
"""


class BadLine(Exception):
    """A line that is no tombstone. It tells the line's number."""


def tombstone_lines() -> Iterator[str]:
    """Yield every tombstone as a line of JSON, oldest first: tables and numbers, and nobody's name."""
    for row in Tombstone.objects.order_by("pk").values(*FIELDS).iterator():
        yield json.dumps({**row, "erased_at": row["erased_at"].isoformat()})


@transaction.atomic
def take_back(lines: Iterable[str]) -> int:
    """Store the tombstones that are missing here, and return how many lines were read. Raises BadLine.

    The numbers that they name are never given again: a new row with one of them would be erased in another's place.
    """
    stones = [_stone(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    Tombstone.objects.bulk_create(stones, batch_size=1000, ignore_conflicts=True)
    for label in sorted({stone.table for stone in stones}):
        _skip_numbers(label)
    return len(stones)


def _stone(number: int, line: str) -> Tombstone:
    try:
        read = json.loads(line)
        erased_at = parse_datetime(read["erased_at"])
        stone = Tombstone(**{name: read[name] for name in FIELDS} | {"erased_at": erased_at})
        stone.clean_fields()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadLine(number) from error
    return stone


def _skip_numbers(label: str) -> None:
    try:
        meta = apps.get_model(label)._meta
    except (LookupError, ValueError):
        return  # an update took the table away
    if isinstance(meta.pk, AutoField):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [meta.db_table, meta.pk.column])
            [sequence] = cursor.fetchone()
            cursor.execute(NEVER_AGAIN, {"sequence": sequence, "label": label})
