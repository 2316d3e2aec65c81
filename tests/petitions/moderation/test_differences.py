"""What changed between two texts."""

import time

import pytest

from petitions.differences import differences


def marked(old, new):
    marks = {"same": "", "gone": "-", "new": "+"}
    return [f"{marks[part.kind]}{part.words}" for part in differences(old, new)]


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("", "", []),
        ("", "Un.", ["+Un."]),
        ("Un.", "", ["-Un."]),
        ("Un deux trois", "Un quatre trois", ["Un ", "-deux ", "+quatre ", "trois"]),
        ("Un deux", "Un trois", ["Un ", "-deux ", "+trois"]),
        ("Un.\n\nDeux.", "Un.\n\nDeux.\n\nTrois.", ["Un.\n\nDeux.\n", "+\nTrois."]),
        ("Un.\n\nDeux.", "Un.\nDeux.", ["Un.\n", "-\n", "Deux."]),
        ("Un  deux", "Un deux", ["Un deux"]),
    ],
)
def test_what_stays_goes_and_comes_is_told_apart(old, new, parts):
    assert marked(old, new) == parts


def test_without_what_is_gone_it_is_the_new_text():
    old, new = "Les rails sont là.\n\nAgissons.", "Les rails étaient là.\n\nNous demandons un train."

    assert "".join(part.words for part in differences(old, new) if part.kind != "gone") == new


@pytest.mark.parametrize("word", ["a ", "a b ", "a\n"])
def test_a_text_made_to_be_slow_is_not(word):
    began = time.monotonic()
    differences(word * 10_000, f"x{word}" * 10_000)

    assert time.monotonic() - began < 5
