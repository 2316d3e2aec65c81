"""Places: which département a signature counts for."""

import csv
import os
import timeit
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesopinions.core.places import (
    Commune,
    communes,
    countries,
    departement_name,
    departement_of,
)

POSTAL_CODES = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "france" / "codes_postaux.csv"


@pytest.mark.parametrize(
    ("postal_code", "city", "expected"),
    [
        ("59000", "Lille", "59"),
        ("59 000", "Lille", "59"),
        ("20000", "Ajaccio", "2A"),
        ("20200", "Bastia", "2B"),
        ("20190", "Santa-Maria-Siché", "2A"),
        ("20187", "Ajaccio CEDEX 1", "2A"),
        ("20401", "Bastia CEDEX 9", "2B"),
        ("20604", "Bastia CEDEX", "2B"),
        ("20990", "", ""),
        ("92055", "Paris La Défense CEDEX", "92"),
        ("75700", "Paris", "75"),
        ("97411", "Saint-Paul", "974"),
        ("97490", "Saint-Denis", "974"),
        ("97499", "", "974"),
        ("97133", "Saint-Barthélemy", "977"),
        ("97150", "Saint-Martin", "978"),
        ("97500", "Saint-Pierre", "975"),
        ("98600", "Uvea", "986"),
        ("98714", "Papeete", "987"),
        ("98800", "Nouméa", "988"),
        ("98000", "Monaco", "99"),
        ("00200", "Armées", ""),
        ("96000", "", ""),
        ("97900", "", ""),
        ("99999", "", ""),
        ("1000", "Bruxelles", ""),
        ("٥٩٠٠٠", "", ""),
        ("lille", "Lille", ""),
        ("", "", ""),
    ],
)
def test_a_french_postal_code_belongs_to_a_departement(postal_code, city, expected):
    assert departement_of("FR", postal_code, city) == expected


@pytest.mark.parametrize(
    ("postal_code", "city", "expected"),
    [
        ("01200", "Valserhône", "01"),
        ("01200", "Éloise", "74"),
        ("01200", "eloise", "74"),
        ("01200", "ÉLOISE CEDEX 2", "74"),
        ("01200", "somewhere else", "01"),
        ("01200", "", "01"),
        ("52100", "St Dizier", "52"),
        ("52100", "st-eulien", "51"),
        ("06260", "Saint Pierre", "04"),
        ("33220", "Port Ste Foy et Ponchapt", "24"),
    ],
)
def test_a_postal_code_on_two_departements_follows_the_city(postal_code, city, expected):
    assert departement_of("FR", postal_code, city) == expected


@pytest.mark.parametrize(
    ("country", "postal_code", "expected"),
    [
        ("BE", "1000", "99"),
        ("BE", "59000", "99"),
        ("DE", "20200", "99"),
        ("MC", "98000", "99"),
        ("RE", "97411", "974"),
        ("RE", "", "974"),
        ("NC", "98800", "988"),
        ("", "59000", ""),
    ],
)
def test_a_country_comes_before_its_postal_code(country, postal_code, expected):
    assert departement_of(country, postal_code, "") == expected


def test_communes_come_by_population():
    assert communes("01000") == [Commune("Bourg-en-Bresse", "01"), Commune("Saint-Denis-lès-Bourg", "01")]
    assert communes("13780") == [Commune("Cuges-les-Pins", "13"), Commune("Riboux", "83")]
    assert communes("20 000") == [Commune("Ajaccio", "2A")]
    assert communes("92055") == []
    assert communes("") == []


@pytest.mark.skipif(
    not POSTAL_CODES.exists() and not os.environ.get("CI"), reason="needs the shared table of postal codes"
)
def test_every_commune_of_the_official_table_is_found_in_its_departement():
    with POSTAL_CODES.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    wrong = [
        row
        for row in rows
        if departement_of("FR", row["code_postal"], row["commune"].upper()) != row["departement"]
        or Commune(row["commune"], row["departement"]) not in communes(row["code_postal"])
    ]

    assert len(rows) > 35_000
    assert wrong == []


@given(st.text(), st.text(), st.text())
def test_any_words_have_a_departement_that_has_a_name(country, postal_code, city):
    assert departement_name(departement_of("FR", postal_code, city))
    assert departement_name(departement_of(country, postal_code, city))


@given(st.integers(0, 99_999), st.text())
def test_any_five_digits_have_a_departement_that_has_a_name(number, city):
    assert departement_name(departement_of("FR", f"{number:05}", city))


def test_departements_are_named_in_french():
    assert departement_name("95") == "Val-d’Oise"
    assert departement_name("2B") == "Haute-Corse"
    assert departement_name("987") == "Polynésie française"
    assert departement_name("99") == "Hors de France"
    with pytest.raises(KeyError):
        departement_name("96")


def test_countries_are_in_the_order_of_their_language():
    french, english = countries("fr"), countries("en")

    assert french[:3] == [("FR", "France"), ("AF", "Afghanistan"), ("ZA", "Afrique du Sud")]
    assert english[:3] == [("AF", "Afghanistan"), ("AX", "Åland Islands"), ("AL", "Albania")]
    assert [code for code, _ in french].index("EE") < [code for code, _ in french].index("US")  # Estonie, États-Unis
    assert {code for code, _ in french} == {code for code, _ in english}
    assert len(french) == 250


def test_a_look_up_takes_less_than_two_microseconds():
    runs = 1000
    departement_of("FR", "59000", "Lille")
    best = min(timeit.repeat(lambda: departement_of("FR", "59000", "Lille"), number=runs, repeat=5))

    assert best / runs < 2e-6
