"""What a link to a petition looks like in a message or on a network: its words beside its waves, as a PNG.

No count is drawn: networks keep such a picture for weeks. Pillow reads the fonts of the pages as they are.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from itertools import groupby
from typing import NamedTuple

from django.conf import settings
from PIL import Image, ImageColor, ImageDraw, ImageFont

from mesopinions.core import illustrations
from mesopinions.core.illustrations import Colour, Drawing

EDITION = 1  # one more whenever the drawing changes
WIDTH, HEIGHT = 1200, 630
PAPER, INK, SIGN = "#faf7f2", "#1c1a24", "#c8321a"  # tokens.css, light
MARGIN, COLUMN, KICKER_TOP, TITLE_TOP, TITLE_HEIGHT, NAME_TOP = 72, 660, 66, 122, 384, 532
SIZES = range(84, 34, -4)
LEADING = 1.1
TITLE_WEIGHT = 700
SHEET = (-1130, 315, 1930)  # the paper is a disc, as the rings are: x and y of its centre, radius
PICTURE_LEFT = 640
FINE = 3  # circles are drawn this many times larger, because Pillow draws no smooth edge
COLOURS = 128

FACES = ("bricolage-grotesque-latin-wght-normal.woff2", "bricolage-grotesque-latin-ext-wght-normal.woff2")
NO_BREAK = "\u00a0"
# Our fonts have neither a narrow space nor a hyphen that holds. A soft hyphen shows nothing inside a line.
STAND_INS = {"\u202f": NO_BREAK, "\u2011": "-", "\u00ad": ""}
WHITE = re.compile(r"[^\S\u00a0\u202f]+")
KEPT_TOGETHER = re.compile(r" (?=[;:!?»])|(?<=«) ")
LEFT_ALONE = re.compile(r" +(?=[ ,.…)]|$)")  # what an emoji leaves behind
LACKING = "\U0010fffd"  # a private character, which no font of ours draws


class Block(NamedTuple):
    """Lines that fit, and the size of their letters."""

    size: int
    lines: list[str]


def draw(*, title: str, kind: str, theme: str, seed: int, hue: int) -> bytes:
    """Return a PNG of WIDTH by HEIGHT. Where no font of ours has the title's letters, the theme takes its place."""
    image = _sheet(seed, hue)
    pen = ImageDraw.Draw(image)
    words = writable(title)
    over = writable(f"{kind} · {theme}" if words else kind)
    _write(pen, KICKER_TOP, Block(30, [over]), SIGN, 650)
    _write(pen, TITLE_TOP, fitted(words or writable(theme)), INK, TITLE_WEIGHT)
    _sign_with_our_name(image, NAME_TOP, 36)
    return png(image)


def draw_site() -> bytes:
    """Return the picture of every page that has none of its own: our name, and the waves of the home page."""
    image = _sheet(21, 12)
    _sign_with_our_name(image, 264, 80)
    return png(image)


def _sheet(seed: int, hue: int) -> Image.Image:
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    image.paste(_picture(illustrations.drawing(seed, hue)), (PICTURE_LEFT, 0))
    return image


def png(image: Image.Image) -> bytes:
    """Return the file with few colours: a drawing hardly loses by it, and is half as long."""
    file = BytesIO()
    image.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(file, "PNG")
    return file.getvalue()


def _sign_with_our_name(image: Image.Image, top: int, letters: int) -> None:
    """Write the logo of the header: a drop with its point down on the left, and the name."""
    size = round(letters * 0.84)
    drop = Image.new("L", (size * FINE, size * FINE))
    pen = ImageDraw.Draw(drop)
    pen.ellipse((0, 0, *drop.size), fill=255)
    pen.rectangle((0, drop.height // 2, drop.width // 2, drop.height), fill=255)
    image.paste(SIGN, (MARGIN, top + round(letters * 0.19)), drop.reduce(FINE))
    left = MARGIN + size + letters * 0.38
    _write(ImageDraw.Draw(image), top, Block(letters, ["MesOpinions"]), INK, 800, left=left)


# --- Waves -----------------------------------------------------------------------------------------------------------


def _picture(drawing: Drawing) -> Image.Image:
    """Draw the middle of the waves on what the paper leaves free, as `slice` does in the SVG."""
    width, height = (WIDTH - PICTURE_LEFT) * FINE, HEIGHT * FINE
    scale = max(width / illustrations.WIDTH, height / illustrations.HEIGHT)
    left, top = (illustrations.WIDTH * scale - width) / 2, (illustrations.HEIGHT * scale - height) / 2
    image = Image.new("RGB", (width, height), _rgb(drawing.ground))
    pen = ImageDraw.Draw(image)

    def around(x: float, y: float, radius: float) -> tuple[float, float, float, float]:
        return _box(x * scale - left, y * scale - top, radius * scale)

    for radius, stroke, colour in drawing.rings:
        pen.ellipse(around(*drawing.source, radius + stroke / 2), outline=_rgb(colour), width=round(stroke * scale))
    for voice in drawing.voices:
        pen.ellipse(around(*voice), fill=_rgb(drawing.voice_colour))
    x, y, radius = SHEET
    pen.ellipse(_box((x - PICTURE_LEFT) * FINE, y * FINE, radius * FINE), fill=PAPER)
    return image.reduce(FINE)


def _box(x: float, y: float, radius: float) -> tuple[float, float, float, float]:
    return (x - radius, y - radius, x + radius, y + radius)


def _rgb(colour: Colour) -> tuple[int, ...]:
    return ImageColor.getrgb(f"hsl({colour.hue}, {colour.saturation}%, {colour.lightness}%)")


# --- Words -----------------------------------------------------------------------------------------------------------


def writable(text: str) -> str:
    """Return the text as our fonts can draw it, without emoji; '' when they lack its letters (日本, العربية)."""
    text = WHITE.sub(" ", unicodedata.normalize("NFC", text))
    shown = {char: _drawable(char) for char in text}
    if any(char.isalnum() and not drawn for char, drawn in shown.items()):
        return ""
    drawn = "".join(shown[char] for char in text).strip()
    return KEPT_TOGETHER.sub(NO_BREAK, LEFT_ALONE.sub("", drawn))


def fitted(text: str) -> Block:
    """Choose the largest letters with which the text fits its column, then lines of like length."""
    for size in SIZES:
        words = _measured(text, size)
        lines = _wrapped(words, COLUMN)
        if len(lines) <= _room(size) and max(length for _word, length in words) <= COLUMN:
            return Block(size, _balanced(words, lines))
    smallest, room = SIZES[-1], _room(SIZES[-1])
    lines = _wrapped(_measured(_broken(text, smallest), smallest), COLUMN)
    if len(lines) > room:
        lines = [*lines[: room - 1], _ellipsed(lines[room - 1], smallest)]
    return Block(smallest, lines)


def _ellipsed(line: str, size: int) -> str:
    while _length(f"{line}…", size) > COLUMN:
        line = line[:-1]
    return line.rstrip(" ,;:.") + "…"


def _room(size: int) -> int:
    """Say how many lines of letters of this size fit."""
    return int(TITLE_HEIGHT / (size * LEADING))


def _measured(text: str, size: int) -> list[tuple[str, float]]:
    """Return each word and its length with the gap after it."""
    gap = _length(" ", size)
    return [(word, _length(word, size) + gap) for word in text.split(" ")]


def _wrapped(words: list[tuple[str, float]], width: float) -> list[str]:
    """Fill one line after the other."""
    lines: list[list[str]] = []
    left = 0.0
    for word, length in words:
        if not lines or length > left:
            lines.append([])
            left = width
        lines[-1].append(word)
        left -= length
    return [" ".join(line) for line in lines]


def _balanced(words: list[tuple[str, float]], lines: list[str]) -> list[str]:
    """Return as many lines, on the narrowest column that still holds them: no word stands alone in the last."""
    for width in range(COLUMN, COLUMN // 2, -COLUMN // 40):
        narrower = _wrapped(words, width)
        if len(narrower) > len(lines) or any(length > width for _word, length in words):
            break
        lines = narrower
    return lines


def _broken(text: str, size: int) -> str:
    """Return the text with a space wherever a word would leave the column."""
    pieces = [""]
    for char in text:
        is_over = char != " " and _length(pieces[-1].rpartition(" ")[2] + char, size) > COLUMN
        pieces[-1:] = [f"{pieces[-1]} {char}" if is_over else pieces[-1] + char]
    return pieces[0]


def _write(pen: ImageDraw.ImageDraw, top: float, block: Block, colour: str, weight: int, left: float = MARGIN) -> None:
    for number, line in enumerate(block.lines):
        x, y = left, top + number * block.size * LEADING
        for face, run in _runs(line):
            font = _font(face, block.size, weight)
            pen.text((x, y), run, fill=colour, font=font, anchor="la")
            x += font.getlength(run)


def _length(text: str, size: int) -> float:
    return sum(_font(face, size, TITLE_WEIGHT).getlength(run) for face, run in _runs(text))


def _runs(text: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a line that one font draws. Pillow looks into one font only."""
    for face, chars in groupby(text, _face_of):
        yield face, "".join(chars)


def _drawable(char: str) -> str:
    """Return the character, what stands for it (CO₂ → CO2), or '' when no font of ours has it."""
    written = STAND_INS.get(char, char)
    if not (written.isprintable() or written == NO_BREAK):
        return ""
    if not all(map(_face_of, written)):
        written = unicodedata.normalize("NFKC", written)
    return written if all(map(_face_of, written)) else ""


@lru_cache(maxsize=4096)
def _face_of(char: str) -> str:
    """Return the font that has this character, '' when none has. Pillow tells by what it draws only.

    Asked in its basic layout: the other one, which kerns, raises for a lone surrogate.
    """
    for face in FACES:
        font = _font(face, 20, TITLE_WEIGHT, ImageFont.Layout.BASIC)
        shown, lacking = font.getmask(char), font.getmask(LACKING)
        if shown.size != lacking.size or bytes(shown) != bytes(lacking):
            return face
    return ""


@lru_cache(maxsize=64)
def _font(face: str, size: int, weight: int, layout: ImageFont.Layout | None = None) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(settings.BASE_DIR / "static" / "fonts" / face, size, layout_engine=layout)
    font.set_variation_by_axes([weight])
    return font
