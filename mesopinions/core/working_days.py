"""Days on which an office works: a period that ends on another one ends on the next (Regulation 1182/71, art. 3.4)."""

from datetime import date, timedelta

# Month and day (Code du travail, L3133-1). Alsace-Moselle has two more, overseas départements one each.
FIXED_HOLIDAYS = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
# Easter Monday, Ascension and Whit Monday, in days after Easter Sunday.
AFTER_EASTER = (1, 39, 50)
SATURDAY = 5


def working_day_from(day: date) -> date:
    """Return `day`, or the next working day in metropolitan France."""
    while day.weekday() >= SATURDAY or is_public_holiday(day):
        day += timedelta(days=1)
    return day


def is_public_holiday(day: date) -> bool:
    """Say whether all of metropolitan France rests on that day."""
    if (day.month, day.day) in FIXED_HOLIDAYS:
        return True
    easter = easter_sunday(day.year)
    return any(day == easter + timedelta(days=after) for after in AFTER_EASTER)


def easter_sunday(year: int) -> date:
    """Return Easter by the Gregorian calendar (the algorithm of Meeus, Jones and Butcher)."""
    golden = year % 19
    century, of_century = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    moon_shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - moon_shift + 15) % 30
    leaps, leap_rest = divmod(of_century, 4)
    weekday = (32 + 2 * century_rest + 2 * leaps - epact - leap_rest) % 7
    correction = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)
