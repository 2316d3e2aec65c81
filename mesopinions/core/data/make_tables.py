"""Write the tables of this folder from the published packages that README.md names.

Run as `python make_tables.py DECOUPAGE_FOLDER CLDR_FOLDER`, the two unpacked packages.
"""

import csv
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
# Codes of CLDR that are no country of ISO 3166-1: groups, reserved and test codes. XK (Kosovo) is kept: its two
# letters are not assigned by ISO, but people live there and everybody uses them.
NOT_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
SHORT_NAMES = {"HK", "MO", "PS"}


def postal_codes(communes: Iterable[dict[str, Any]]) -> list[Sequence[str]]:
    """Return a row per postal code and département, most populated first, its communes by falling population."""
    places: dict[str, dict[str, list[tuple[int, str]]]] = defaultdict(lambda: defaultdict(list))
    for commune in communes:
        if commune["type"] != "commune-actuelle":
            continue
        departement = commune.get("departement") or commune["collectiviteOutremer"]
        for code in commune.get("codesPostaux", []):
            places[code][departement].append((-commune.get("population", 0), commune["nom"]))
    return [
        (code, departement, "|".join(name for _population, name in sorted(communes)))
        for code, departements in sorted(places.items())
        for departement, communes in sorted(departements.items(), key=lambda item: sum(size for size, _ in item[1]))
    ]


def countries(french: dict[str, str], english: dict[str, str]) -> list[Sequence[str]]:
    """Return a row (code, French name, English name) per country, by code."""
    codes = sorted(code for code in french if re.fullmatch("[A-Z]{2}", code) and code not in NOT_COUNTRIES)
    keys = [(code, f"{code}-alt-short" if code in SHORT_NAMES else code) for code in codes]
    return [(code, french[key], english[key]) for code, key in keys]


def main(decoupage: Path, cldr: Path) -> None:
    facts = {name: _json(decoupage / f"data/{name}.json") for name in ("communes", "departements")}
    names = [
        _json(cldr / f"main/{language}/territories.json")["main"][language]["localeDisplayNames"]["territories"]
        for language in ("fr", "en")
    ]
    _write("postal_codes.csv", ("postal_code", "departement", "communes"), postal_codes(facts["communes"]))
    departements = [(row["code"], row["nom"].replace("'", "’")) for row in facts["departements"]]
    _write("departements.csv", ("code", "name"), departements)
    _write("countries.csv", ("code", "fr", "en"), countries(*names))


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _write(name: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
