"""Which days an office works: weekends, French holidays and the moving ones that follow Easter."""

from datetime import date

import pytest

from mesopinions.core.working_days import easter_sunday, is_public_holiday, working_day_from


# As almanacs give them.
@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        (1961, 4, 2),
        (2000, 4, 23),
        (2008, 3, 23),
        (2024, 3, 31),
        (2025, 4, 20),
        (2026, 4, 5),
        (2027, 3, 28),
        (2038, 4, 25),
    ],
)
def test_easter_falls_where_the_almanac_says(year, month, day):
    assert easter_sunday(year) == date(year, month, day)


@pytest.mark.parametrize(
    ("day", "next_one"),
    [
        (date(2026, 11, 24), date(2026, 11, 24)),  # a Tuesday
        (date(2026, 11, 28), date(2026, 11, 30)),  # Saturday
        (date(2026, 11, 29), date(2026, 11, 30)),  # Sunday
        (date(2026, 4, 6), date(2026, 4, 7)),  # Easter Monday
        (date(2026, 4, 4), date(2026, 4, 7)),  # the Saturday before it
        (date(2026, 5, 14), date(2026, 5, 15)),  # Ascension
        (date(2026, 5, 25), date(2026, 5, 26)),  # Whit Monday
        (date(2026, 5, 1), date(2026, 5, 4)),  # a holiday, then a weekend
        (date(2026, 12, 25), date(2026, 12, 28)),  # Christmas on a Friday
        (date(2027, 1, 1), date(2027, 1, 4)),  # the year turns
    ],
)
def test_a_period_that_ends_when_nobody_works_ends_on_the_next_working_day(day, next_one):
    assert working_day_from(day) == next_one


def test_metropolitan_france_has_eleven_holidays_a_year():
    days = [date.fromordinal(date(2026, 1, 1).toordinal() + after) for after in range(365)]

    assert sum(map(is_public_holiday, days)) == 11
