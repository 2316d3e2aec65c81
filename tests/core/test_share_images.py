"""The picture of a link: the petition's words, whatever they are, beside its waves."""

import time
from io import BytesIO

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from PIL import Image

from mesopinions.core import illustrations, share_images
from mesopinions.core.share_images import COLUMN, SIZES, fitted, writable

LONG = "Pour que la cantine soit gratuite dès la rentrée pour tous les enfants de nos écoles, et que le prix du repas "
LONG += "ne dépende plus jamais de la commune où l’on habite ni du travail de ses parents, ni de rien d’autre"


def drawn(title: str, *, seed: int = 4, hue: int = 172) -> Image.Image:
    image = share_images.draw(title=title, kind="Pétition", theme="Santé", seed=seed, hue=hue)
    return Image.open(BytesIO(image)).convert("RGB")


def same(one: Image.Image, other: Image.Image) -> bool:
    return one.tobytes() == other.tobytes()


# --- The file --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", ["Rouvrons la ligne", LONG, "x" * 200])
def test_it_is_a_small_png_of_the_size_that_networks_ask_for(title):
    image = share_images.draw(title=title, kind="Pétition", theme="Santé", seed=4, hue=172)

    assert Image.open(BytesIO(image)).format == "PNG"
    assert drawn(title).size == (1200, 630)
    assert len(image) < 60_000


def test_it_is_drawn_in_less_than_a_seventh_of_a_second():
    drawn(LONG)  # reads the fonts
    began = time.process_time()
    drawn(LONG)

    assert time.process_time() - began < 0.15


def test_the_same_petition_always_has_the_same_picture_and_another_has_its_own():
    first = drawn("Rouvrons la ligne")

    assert same(first, drawn("Rouvrons la ligne"))
    for other in (drawn("Fermons la ligne"), drawn("Rouvrons la ligne", seed=5), drawn("Rouvrons la ligne", hue=12)):
        assert not same(first, other)


@pytest.mark.parametrize("seed", range(12))
def test_its_waves_have_the_colours_of_the_page(seed):
    """The ground, read where a ring cannot hide it, and at least two rings that the SVG has too."""
    drawing = illustrations.drawing(seed, 200)
    picture = drawn("Rouvrons la ligne", seed=seed, hue=200).crop((820, 0, 1200, 630))
    shown = {colour for count, colour in picture.getcolors(100_000) or () if count > 200}

    def is_shown(colour: illustrations.Colour) -> bool:
        wanted = share_images._rgb(colour)
        return any(max(abs(a - b) for a, b in zip(wanted, found, strict=True)) <= 6 for found in shown)

    assert is_shown(drawing.ground)
    assert sum(is_shown(ring.colour) for ring in drawing.rings) >= 2


# --- Words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("Rouvrons la ligne", "Rouvrons la ligne"),
        ("Où va l’eau ?", "Où va l’eau\u00a0?"),
        ("Où va l’eau\u202f?", "Où va l’eau\u00a0?"),
        ("Dire « non » : vite !", "Dire «\u00a0non\u00a0»\u00a0: vite\u00a0!"),
        ("Moins de CO₂", "Moins de CO2"),
        ("𝗠𝗮𝗶𝗻𝘁𝗲𝗻𝗮𝗻𝘁", "Maintenant"),
        ("Sauvons 🐝 les abeilles 🐝, vite 👨‍👩‍👧", "Sauvons les abeilles, vite"),
        ("Łódź, ștefan, ÿ, œuf", "Łódź, ștefan, ÿ, œuf"),
        ("e\u0301cole", "école"),
        ("anti\u00adconstitution", "anticonstitution"),
        ("grand\u2011mère", "grand-mère"),
        ("日本の請願", ""),
        ("شارك في العريضة", ""),
        ("Подпишите", ""),
        ("Sauvons 日本", ""),
        ("🐝🐝", ""),
        ("\u200b\u202e", ""),
    ],
)
def test_words_are_written_as_our_fonts_can(title, written):
    assert writable(title) == written


def test_a_title_that_our_fonts_cannot_write_leaves_its_place_to_the_theme():
    assert same(drawn("日本の請願"), drawn("🐝"))
    assert not same(drawn("日本の請願"), drawn("Santé"))


@pytest.mark.parametrize(
    "title", ["Oui", "Rouvrons la ligne", LONG, "Donaudampfschifffahrtsgesellschaft " * 5, "W" * 200]
)
def test_every_line_fits_in_the_column(title):
    block = fitted(title.strip())

    assert all(share_images._length(line, block.size) <= COLUMN for line in block.lines)
    assert len(block.lines) <= share_images._room(block.size)


def test_letters_are_as_large_as_the_words_allow():
    assert fitted("Oui").size == SIZES[0]
    assert fitted("Oui").size > fitted(LONG[:100]).size > fitted(LONG).size >= SIZES[-1]


def test_no_word_of_a_title_is_lost_up_to_two_hundred_letters():
    assert " ".join(fitted(LONG).lines) == LONG
    assert "".join(fitted("x" * 200).lines) == "x" * 200


def test_what_is_longer_still_ends_with_an_ellipsis():
    assert fitted("W" * 900).lines[-1].endswith("…")


def test_a_sign_stays_with_its_word_and_lines_have_like_lengths():
    lines = fitted(writable("Voulez-vous vraiment que la dernière ligne de la vallée ferme ?")).lines

    assert lines[-1].endswith("ferme\u00a0?")
    assert min(map(len, lines)) > max(map(len, lines)) / 2


@how(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_no_title_whatever_stops_the_drawing(title):
    assert drawn(title).size == (1200, 630)


@pytest.mark.parametrize(
    "title", ["%s {0} <b>", "\0\n\t", "a\n\nb", "ﷺ" * 50, "e" + "\u0301" * 150, "\ud800", " ", "…"]
)
def test_hostile_titles_are_drawn_too(title):
    assert drawn(title).size == (1200, 630)


def test_the_fonts_are_those_of_the_pages():
    assert all((settings.BASE_DIR / "static" / "fonts" / face).exists() for face in share_images.FACES)
