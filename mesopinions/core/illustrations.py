"""The motif of the site: a voice spreading in waves, drawn for each petition that has no picture.

The drawing depends on the petition's id and its theme's hue only, so the page, the share image and the e-mail
show the same one, and nothing is stored.
"""

import math
from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple

WIDTH, HEIGHT = 320, 180
_SOURCES = ((60, 180), (56, 16), (268, 172), (300, 30), (160, 196), (16, 96))
_STROKES = (5, 7, 10, 14)


class Colour(NamedTuple):
    """Degrees and two percentages."""

    hue: int
    saturation: int
    lightness: int


class Ring(NamedTuple):
    """A circle around the source: its line is half inside and half outside of the radius."""

    radius: int
    stroke: int
    colour: Colour


class Voice(NamedTuple):
    """A dot that heard and spreads on."""

    x: float
    y: float
    radius: int


class Drawing(NamedTuple):
    """What stands on its sheet of WIDTH by HEIGHT, rings from the outermost in."""

    ground: Colour
    source: tuple[int, int]
    rings: list[Ring]
    voices: list[Voice]
    voice_colour: Colour


class _Dice:
    """Throws that are the same for the same seed on every machine and Python version."""

    def __init__(self, seed: str) -> None:
        self._bytes: Iterator[int] = iter(blake2b(seed.encode()).digest())

    def below(self, limit: int) -> int:
        return next(self._bytes) * limit // 256


def drawing(seed: int, hue: int) -> Drawing:
    """Throw the dice. The SVG of the pages and the PNG of share images are made of the same throws."""
    dice = _Dice(f"{seed}/{hue}")
    source = _SOURCES[dice.below(len(_SOURCES))]
    spacing = 22 + dice.below(7)
    rings = [
        Ring(
            number * spacing,
            _STROKES[dice.below(4)],
            Colour((hue + number * 7) % 360, 60 - number * 2, 30 + number * 4),
        )
        for number in range(9, 0, -1)
    ]
    voices = list(_voices(dice, *source, spacing))
    return Drawing(Colour(hue, 45, 22), source, rings, voices, Colour((hue + 150) % 360, 85, 62))


def waves(seed: int, hue: int) -> str:
    """Return an inline SVG of about one kilobyte, hidden from assistive technology: it says nothing words do not."""
    drawn = drawing(seed, hue)
    x, y = drawn.source
    rings = [
        f'<circle cx="{x}" cy="{y}" r="{radius}" stroke-width="{stroke}" stroke="{_css(colour)}"/>'
        for radius, stroke, colour in drawn.rings
    ]
    voices = [f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius}"/>' for x, y, radius in drawn.voices]
    return (
        f'<svg class="waves" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="xMidYMid slice" aria-hidden="true">'
        f'<path d="M0 0h{WIDTH}v{HEIGHT}H0z" fill="{_css(drawn.ground)}"/><g fill="none">{"".join(rings)}</g>'
        f'<g fill="{_css(drawn.voice_colour)}">{"".join(voices)}</g></svg>'
    )


def _voices(dice: _Dice, x: int, y: int, spacing: int) -> Iterator[Voice]:
    """Throw three voices, each on a ring of its own and turned towards the middle of the picture."""
    towards = math.atan2(HEIGHT / 2 - y, WIDTH / 2 - x)
    for ring in (3, 5, 7):
        angle = towards + (dice.below(101) - 50) / 100
        voice_x = min(max(x + ring * spacing * math.cos(angle), 18), WIDTH - 18)
        voice_y = min(max(y + ring * spacing * math.sin(angle), 18), HEIGHT - 18)
        yield Voice(voice_x, voice_y, 6 + dice.below(10))


def _css(colour: Colour) -> str:
    return f"hsl({colour.hue} {colour.saturation}% {colour.lightness}%)"
