"""Pictures of petitions: judged before they are decoded, then drawn again, so that nothing hidden in them survives."""

import secrets
import shutil
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from petitions.models import Draft, Petition, Picture

BYTES_AT_MOST = 8_000_000
PIXELS_AT_MOST = 40_000_000
SIDE_AT_MOST = 12_000
WIDTH_AT_LEAST, HEIGHT_AT_LEAST = 320, 180
FORMATS = ("JPEG", "PNG", "WEBP")
WIDTHS = (480, 960, 1600)
QUALITY = 80
PAPER = "#faf7f2"  # behind what is transparent
# A folder without a row is what a transaction that failed, or a petition that went, left behind.
LOST_AFTER = timedelta(days=1)


class PictureRefused(Exception):
    """Why a file does not become a picture."""


class NotAPicture(PictureRefused):
    """No picture of a format that we take, or a broken one."""


class TooLarge(PictureRefused):
    """More bytes or pixels than we take."""


class TooSmall(PictureRefused):
    """Fewer pixels than a page needs."""


@dataclass(frozen=True, slots=True)
class Given:
    """A picture as an author gives it. Without a file only its words change."""

    alt: str
    file: UploadedFile | None = None


def illustrate(*, draft: Draft, given: Given, at: datetime) -> None:
    """Give a draft its picture in place of the one it had, or that one other words. Raises as store_picture.

    For services that hold the lock of its petition.
    """
    if given.file:
        former = draft.picture_id
        draft.picture = store_picture(petition=draft.petition, file=given.file, alt=given.alt, at=at)
        draft.save(update_fields=["picture"])
        forget_pictures([former] if former else [])
    elif draft.picture and given.alt:
        draft.picture.alt = given.alt
        draft.picture.save(update_fields=["alt"])


def store_picture(*, petition: Petition, file: UploadedFile, alt: str, at: datetime) -> Picture:
    """Draw an uploaded picture again in several widths, and return its row.

    Only the pixels survive: no EXIF, no place, no second file behind the first. Raises TooLarge and TooSmall before
    anything is decoded, and NotAPicture. If the caller's transaction fails, the files wait for `tidy_pictures`.
    """
    image = _opened(file)
    name = secrets.token_hex(16)
    folder = folder_of(name)
    folder.mkdir(parents=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            drawn = _flattened(ImageOps.exif_transpose(image))
        for width in widths_of(drawn.width):
            _write(drawn, folder / f"{width}.webp", width)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise NotAPicture from error
    return Picture.objects.create(
        petition=petition, name=name, width=drawn.width, height=drawn.height, alt=alt, created_at=at
    )


def widths_of(width: int) -> list[int]:
    """Return the widths in which a picture of this width is kept: none is blown up."""
    return [kept for kept in WIDTHS if kept < width] + ([width] if width < WIDTHS[-1] else [WIDTHS[-1]])


def folder_of(name: str) -> Path:
    """Return where the files of a picture are."""
    return Path(settings.MEDIA_ROOT) / "pictures" / name


@transaction.atomic
def forget_pictures(keys: Sequence[int]) -> None:
    """Delete pictures, and their files once that is certain."""
    names = list(Picture.objects.filter(pk__in=keys).values_list("name", flat=True))
    Picture.objects.filter(pk__in=keys).delete()
    transaction.on_commit(lambda: [shutil.rmtree(folder_of(name), ignore_errors=True) for name in names])


def tidy_pictures(*, now: datetime) -> int:
    """Delete the files whose row is gone, and return how many pictures that were."""
    root = Path(settings.MEDIA_ROOT) / "pictures"
    old = (now - LOST_AFTER).timestamp()
    folders = [folder for folder in root.iterdir() if folder.stat().st_mtime < old] if root.is_dir() else []
    known = set(Picture.objects.filter(name__in=[folder.name for folder in folders]).values_list("name", flat=True))
    lost = [folder for folder in folders if folder.name not in known]
    for folder in lost:
        shutil.rmtree(folder, ignore_errors=True)
    return len(lost)


def _opened(file: UploadedFile) -> Image.Image:
    """Read the head of the file alone, and judge by it."""
    if file.size is None or file.size > BYTES_AT_MOST:
        raise TooLarge
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the sides are judged here
            image = Image.open(file, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise TooLarge from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise NotAPicture from error
    width, height = image.size
    if max(width, height) > SIDE_AT_MOST or width * height > PIXELS_AT_MOST:
        raise TooLarge
    if max(width, height) < WIDTH_AT_LEAST or min(width, height) < HEIGHT_AT_LEAST:
        raise TooSmall
    return image


def _flattened(image: Image.Image) -> Image.Image:
    if image.mode in {"RGBA", "LA", "PA", "P"}:
        seen = image.convert("RGBA")
        ground = Image.new("RGBA", seen.size, PAPER)
        return Image.alpha_composite(ground, seen).convert("RGB")
    return image.convert("RGB")


def _write(image: Image.Image, path: Path, width: int) -> None:
    height = max(1, round(image.height * width / image.width))
    sized = image if width == image.width else image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    sized.save(path, "WEBP", quality=QUALITY, method=4)
