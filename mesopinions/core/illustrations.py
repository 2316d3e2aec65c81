"""The motif of the site: a voice spreading in waves, drawn for each petition that has no picture.

The drawing depends on the petition's id and its theme's hue only, so the page, the share image and the e-mail
show the same one, and nothing is stored.
"""

import math
from collections.abc import Iterator
from hashlib import blake2b

WIDTH, HEIGHT = 320, 180
_SOURCES = ((60, 180), (56, 16), (268, 172), (300, 30), (160, 196), (16, 96))
_STROKES = (5, 7, 10, 14)


class _Dice:
    """Throws that are the same for the same seed on every machine and Python version."""

    def __init__(self, seed: str) -> None:
        self._bytes: Iterator[int] = iter(blake2b(seed.encode()).digest())

    def below(self, limit: int) -> int:
        return next(self._bytes) * limit // 256


def waves(seed: int, hue: int) -> str:
    """Return an inline SVG of about one kilobyte, hidden from assistive technology: it says nothing words do not."""
    dice = _Dice(f"{seed}/{hue}")
    x, y = _SOURCES[dice.below(len(_SOURCES))]
    spacing = 22 + dice.below(7)
    rings = [
        f'<circle cx="{x}" cy="{y}" r="{number * spacing}" stroke-width="{_STROKES[dice.below(4)]}"'
        f' stroke="hsl({(hue + number * 7) % 360} {60 - number * 2}% {30 + number * 4}%)"/>'
        for number in range(9, 0, -1)
    ]
    return (
        f'<svg class="waves" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="xMidYMid slice" aria-hidden="true">'
        f'<path d="M0 0h{WIDTH}v{HEIGHT}H0z" fill="hsl({hue} 45% 22%)"/><g fill="none">{"".join(rings)}</g>'
        f'<g fill="hsl({(hue + 150) % 360} 85% 62%)">{"".join(_voices(dice, x, y, spacing))}</g></svg>'
    )


def _voices(dice: _Dice, x: int, y: int, spacing: int) -> Iterator[str]:
    """Draw three voices, each on a ring of its own and turned towards the middle of the picture."""
    towards = math.atan2(HEIGHT / 2 - y, WIDTH / 2 - x)
    for ring in (3, 5, 7):
        angle = towards + (dice.below(101) - 50) / 100
        voice_x = min(max(x + ring * spacing * math.cos(angle), 18), WIDTH - 18)
        voice_y = min(max(y + ring * spacing * math.sin(angle), 18), HEIGHT - 18)
        yield f'<circle cx="{voice_x:.0f}" cy="{voice_y:.0f}" r="{6 + dice.below(10)}"/>'
