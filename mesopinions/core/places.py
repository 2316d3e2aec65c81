"""Where people are: postal codes and communes of France, départements, countries.

Tables and their sources are in data/README.md. They load at first use (about 20 ms and 2 MB) and stay.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

ABROAD = "99"  # INSEE's number for what is outside France
UNKNOWN = ""

_DATA = Path(__file__).resolve().parent / "data"

# Parts of France that have a country code of their own: a signer may choose either.
_FRENCH_COUNTRIES = {
    "GP": "971",
    "MQ": "972",
    "GF": "973",
    "RE": "974",
    "PM": "975",
    "YT": "976",
    "BL": "977",
    "MF": "978",
    "TF": "984",
    "WF": "986",
    "PF": "987",
    "NC": "988",
}
# Third digit of the Corsican CEDEX codes, by the sorting office: Ajaccio or Bastia.
_CORSICA = {"0": "2A", "1": "2A", "3": "2A", "7": "2A", "2": "2B", "4": "2B", "6": "2B"}


class Commune(NamedTuple):
    """A commune as its postal code knows it."""

    name: str
    departement: str


def communes(postal_code: str) -> list[Commune]:
    """Return the communes that share a French postal code, largest first in each département.

    Empty for a CEDEX or unknown code, which is no error.
    """
    return [
        Commune(name, departement)
        for departement, names in _postal_codes().get(_digits(postal_code), ())
        for name in names.split("|")
    ]


def departement_of(country: str, postal_code: str, city: str = "") -> str:
    """Return the number of the département or collectivity ('59', '2A', '974'), '99' abroad, '' when nobody can tell.

    A postal code that spans two départements follows the city typed, else the more populated side. A CEDEX code, which
    no table lists, follows its first digits. Monaco (980) is abroad even when somebody chose France.
    """
    if country in _FRENCH_COUNTRIES:
        return _FRENCH_COUNTRIES[country]
    if country != "FR":
        return ABROAD if country else UNKNOWN
    code = _digits(postal_code)
    match _postal_codes().get(code):
        case None:
            return _by_first_digits(code)
        case [(departement, _names)]:
            return departement
        case sides:
            typed = _folded(city)
            holding = (departement for departement, names in sides if typed in _folded_names(names))
            return next(holding, sides[0][0])


def departement_name(code: str) -> str:
    """Return the French name of a département or collectivity; words for '99' and for ''. Raises KeyError otherwise."""
    if code == ABROAD:
        return _("Hors de France")
    if code == UNKNOWN:
        return _("Lieu non précisé")
    return _departements()[code]


def countries(language: str) -> list[tuple[str, str]]:
    """Return (ISO 3166-1 alpha-2 code, name) in alphabetical order, France first in French."""
    return list(_countries("en" if language.startswith("en") else "fr"))


def is_country(code: str) -> bool:
    """Say whether this is an ISO 3166-1 alpha-2 code that `countries` lists."""
    return code in _country_codes()


def _digits(postal_code: str) -> str:
    return postal_code if postal_code.isdigit() else "".join(postal_code.split())


def _by_first_digits(code: str) -> str:
    if len(code) != 5 or not (code.isascii() and code.isdigit()):
        return UNKNOWN
    if code.startswith("20"):
        return _CORSICA.get(code[2], UNKNOWN)
    if code.startswith("980"):
        return ABROAD
    number = code[:3] if code >= "97" else code[:2]
    return number if number in _departements() else UNKNOWN


def _folded(city: str) -> str:
    """Return a city's name without case, accents, punctuation, CEDEX number and abbreviation of Saint."""
    plain = unicodedata.normalize("NFKD", city.casefold().replace("œ", "oe"))
    words = re.findall("[a-z0-9]+", "".join(letter for letter in plain if not unicodedata.combining(letter)))
    if "cedex" in words:
        words = words[: words.index("cedex")]
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)


@cache
def _folded_names(names: str) -> frozenset[str]:
    return frozenset(map(_folded, names.split("|")))


@cache
def _postal_codes() -> dict[str, list[tuple[str, str]]]:
    """Postal code → [(département, communes between |)]. Names are split on reading: 6,310 short lists, not 35,493."""
    table: dict[str, list[tuple[str, str]]] = {}
    numbers = {number: number for number in _departements()}
    for code, departement, names in _rows("postal_codes.csv"):
        table.setdefault(code, []).append((numbers[departement], names))
    return table


@cache
def _departements() -> dict[str, str]:
    return dict(_rows("departements.csv"))


@cache
def _country_codes() -> frozenset[str]:
    return frozenset(code for code, _name in _countries("fr"))


@cache
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    named = [(code, french if language == "fr" else english) for code, french, english in _rows("countries.csv")]
    return tuple(sorted(named, key=lambda row: (language == "fr" and row[0] != "FR", _folded(row[1]))))


def _rows(name: str) -> Iterator[list[str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        yield from rows
