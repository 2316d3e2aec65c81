"""Pages by keyset: the next one starts after the last row shown, so nothing is skipped or shown twice.

An order is a tuple of fields, each of them downwards, that ends with the key.
"""

from datetime import date, datetime

from django.db.models import Model, Q
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan
from django.utils import timezone

LONGEST_CURSOR = 80
Place = tuple[datetime | date | int, ...]


def cursor_of(row: Model, order: tuple[str, ...]) -> str:
    """Return where `row` stands in `order`, as digits and dashes for an address."""
    return "-".join(str(_as_number(getattr(row, field))) for field in order)


def place_of(cursor: str, order: tuple[str, ...]) -> Place | None:
    """Read a cursor, None when we did not make it."""
    numbers = cursor.split("-")
    if len(cursor) > LONGEST_CURSOR or len(numbers) != len(order) or not all(map(str.isdecimal, numbers)):
        return None
    try:
        return tuple(_of_number(int(number), field) for field, number in zip(order, numbers, strict=True))
    except (OverflowError, OSError, ValueError):
        return None


def after(place: Place, order: tuple[str, ...]) -> Q:
    """Return the condition on the rows that come after `place`: one comparison of rows, so an index starts there."""
    return Q(TupleLessThan(Tuple(*order), place))


def _as_number(value: datetime | date | int) -> int:
    if isinstance(value, datetime):
        return int(value.timestamp() * 1_000_000)
    return value.toordinal() if isinstance(value, date) else value


def _of_number(number: int, field: str) -> datetime | date | int:
    if field.endswith("_on"):
        return date.fromordinal(number)
    return _moment(number) if field.endswith("_at") else number


def _moment(microseconds: int) -> datetime:
    seconds, rest = divmod(microseconds, 1_000_000)
    return datetime.fromtimestamp(seconds, timezone.get_current_timezone()).replace(microsecond=rest)
