"""The drop and its waves as files, for telephones, old browsers and networks. `manage.py draw_icons` writes them.

The shape is that of static/img/icon.svg, on its sheet of 64 by 64.
"""

from collections.abc import Callable
from io import BytesIO

from PIL import Image, ImageDraw

from mesopinions.core import share_images

SHEET, FINE = 64, 8
SIGN, WHITE, FADED = "#c8321a", "#ffffff", "#f1ccc6"  # the last is white at three quarters on the first
CENTRE, STROKE = (14, 50), 5
ARCS = ((12, WHITE), (24, WHITE), (36, FADED))
MASKED = 0.92  # keeps all inside the circle that no telephone cuts, whatever the shape of its icons
ROUNDED = 1.1  # only corners are cut


def drop(size: int) -> Image.Image:
    """Return the icon as it stands in the page's tab, on nothing."""
    image = Image.new("RGBA", (SHEET * FINE, SHEET * FINE))
    pen = ImageDraw.Draw(image)
    pen.ellipse(_scaled(4, 4, 60, 60), fill=SIGN)
    pen.rectangle(_scaled(4, 32, 32, 60), fill=SIGN)
    _arcs(pen, 1)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def square(size: int, scale: float) -> Image.Image:
    """Return the icon on a sheet without corners, for telephones that cut it to their own shape."""
    image = Image.new("RGB", (SHEET * FINE, SHEET * FINE), SIGN)
    _arcs(ImageDraw.Draw(image), scale)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def _arcs(pen: ImageDraw.ImageDraw, scale: float) -> None:
    x, y = (SHEET / 2 + (place - SHEET / 2) * scale for place in CENTRE)
    for radius, colour in ARCS:
        edge = (radius + STROKE / 2) * scale
        pen.arc(_scaled(x - edge, y - edge, x + edge, y + edge), 270, 360, colour, round(STROKE * scale * FINE))


def _scaled(*places: float) -> tuple[float, float, float, float]:
    left, top, right, bottom = (place * FINE for place in places)
    return (left, top, right, bottom)


def _png(image: Image.Image) -> bytes:
    file = BytesIO()
    image.quantize(64, method=Image.Quantize.FASTOCTREE).save(file, "PNG", optimize=True)
    return file.getvalue()


def _ico() -> bytes:
    file = BytesIO()
    drop(256).save(file, "ICO", sizes=[(16, 16), (32, 32), (48, 48)])
    return file.getvalue()


# Path below static/ → its bytes. What is in root/ answers at the site's root, where browsers look without being told.
FILES: dict[str, Callable[[], bytes]] = {
    "img/icon-192.png": lambda: _png(drop(192)),
    "img/icon-512.png": lambda: _png(drop(512)),
    "img/icon-maskable-512.png": lambda: _png(square(512, MASKED)),
    "img/share.png": share_images.draw_site,
    "root/apple-touch-icon.png": lambda: _png(square(180, ROUNDED)),
    "root/favicon.ico": _ico,
}
