"""How long a petition may be signed."""

from calendar import monthrange
from datetime import date

PROPOSED_MONTHS = 6
# What signatures are kept for counts on it (design of the retention): see the constraint of the same length.
MONTHS_AT_MOST = 30


def proposed_last_day(today: date) -> date:
    """Return the last day to sign that is proposed to who starts writing on `today`."""
    return months_after(today, PROPOSED_MONTHS)


def latest_last_day(published_on: date) -> date:
    """Return the latest last day to sign of a petition that was, or would be, published on that day (Paris)."""
    return months_after(published_on, MONTHS_AT_MOST)


def months_after(day: date, count: int) -> date:
    """Add months by the calendar, as PostgreSQL does: 31 August and six months is the last day of February."""
    years, month = divmod(day.month - 1 + count, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
