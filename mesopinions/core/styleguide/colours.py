"""The colours of tokens.css, and how well they read on each other (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

TEXT, PARTS = 4.5, 3.0  # the least contrast of words, and of the edges of what one can use
_TOKEN = re.compile(r"--([a-z-]+): light-dark\((#[0-9a-f]{3,6}), (#[0-9a-f]{3,6})\);")
# What stands on what: every pair that the pages use.
_PAIRS = (
    ("ink", "paper", TEXT),
    ("ink", "sheet", TEXT),
    ("soft", "paper", TEXT),
    ("soft", "sheet", TEXT),
    ("link", "paper", TEXT),
    ("link", "sheet", TEXT),
    ("on-sign", "sign", TEXT),
    ("on-sign", "sign-strong", TEXT),
    ("on-sign-tint", "sign-tint", TEXT),
    ("on-sign-tint", "sheet", TEXT),
    ("ok", "ok-tint", TEXT),
    ("gold", "gold-tint", TEXT),
    *(("ink", tint, TEXT) for tint in ("link-tint", "ok-tint", "sign-tint", "gold-tint")),
    *(("link", tint, TEXT) for tint in ("link-tint", "ok-tint", "sign-tint")),
    *(("edge", ground, PARTS) for ground in ("paper", "sheet")),
    *(("sign", ground, PARTS) for ground in ("paper", "sheet", "sign-tint")),
)


@dataclass(frozen=True, slots=True)
class Pair:
    """One colour on another: its contrast by day and by night, and the least that is allowed."""

    front: str
    ground: str
    light: float
    dark: float
    least: float

    @property
    def is_enough(self) -> bool:
        return min(self.light, self.dark) >= self.least


def tokens() -> dict[str, tuple[str, str]]:
    """Return each colour's light and dark value by its name in tokens.css."""
    css = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text(encoding="utf-8")
    return {name: (light, dark) for name, light, dark in _TOKEN.findall(css)}


def pairs() -> list[Pair]:
    known = tokens()
    return [
        Pair(
            front,
            ground,
            contrast(known[front][0], known[ground][0]),
            contrast(known[front][1], known[ground][1]),
            least,
        )
        for front, ground, least in _PAIRS
    ]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours written #rgb or #rrggbb: 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return round((lighter + 0.05) / (darker + 0.05), 2)


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    red, green, blue = (_linear(int(digits[at : at + 2], 16) / 255) for at in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
