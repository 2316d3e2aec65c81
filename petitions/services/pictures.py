"""Pictures of petitions: judged before they are decoded, then drawn again, so that nothing hidden in them survives."""

import re
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from PIL import ExifTags, Image

from petitions.models import Draft, Petition, Picture

BYTES_AT_MOST = 8_000_000
PIXELS_AT_MOST = 40_000_000
SIDE_AT_MOST = 12_000
WIDTH_AT_LEAST, HEIGHT_AT_LEAST = 320, 180
FORMATS = ("JPEG", "PNG", "WEBP")
WIDTHS = (480, 960, 1600)
QUALITY = 80
# How a picture is turned to stand upright, by what a camera notes of how it was held (EXIF 2.32, 4.6.4 A).
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
PAPER = "#faf7f2"  # behind what is transparent
# A folder without a row is what a transaction that failed, or a petition that went, left behind.
LOST_AFTER = timedelta(days=1)


class PictureRefused(Exception):
    """Why a file does not become a picture."""


class NotAPicture(PictureRefused):
    """No picture of a format that we take, or a broken one."""


class NotForTheWeb(NotAPicture):
    """A photo as telephones keep it (HEIC, AVIF), which we have no decoder for."""


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
    drawn = _drawn(_opened(file))
    name = secrets.token_hex(16)
    folder = folder_of(name)
    folder.mkdir(parents=True)
    try:
        for width in widths_of(drawn.width):
            _write(drawn, folder / f"{width}.webp", width)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Picture.objects.create(
        petition=petition, name=name, width=drawn.width, height=drawn.height, alt=alt, created_at=at
    )


def widths_of(width: int) -> list[int]:
    """Return the widths in which a picture of this width is kept: none is blown up."""
    return sorted({min(kept, width) for kept in WIDTHS})


def folder_of(name: str) -> Path:
    """Return where the files of a picture are."""
    return Path(settings.MEDIA_ROOT) / "pictures" / name


@transaction.atomic
def forget_pictures(keys: Sequence[int]) -> None:
    """Delete pictures, and their files once that is certain."""
    names = list(Picture.objects.filter(pk__in=keys).values_list("name", flat=True))
    Picture.objects.filter(pk__in=keys).delete()
    transaction.on_commit(lambda: _delete_files(names))


def tidy_pictures(*, now: datetime) -> int:
    """Delete the files whose row is gone, and return how many pictures that were."""
    root = Path(settings.MEDIA_ROOT) / "pictures"
    old = (now - LOST_AFTER).timestamp()
    folders = [folder for folder in root.iterdir() if folder.stat().st_mtime < old] if root.is_dir() else []
    known = set(Picture.objects.filter(name__in=[folder.name for folder in folders]).values_list("name", flat=True))
    lost = [folder.name for folder in folders if folder.name not in known]
    _delete_files(lost)
    return len(lost)


def _delete_files(names: Sequence[str]) -> None:
    for name in names:
        shutil.rmtree(folder_of(name), ignore_errors=True)


def _opened(file: UploadedFile) -> Image.Image:
    """Read the head of the file alone, and judge by it."""
    if file.size is None or file.size > BYTES_AT_MOST:
        raise TooLarge
    try:
        image = Image.open(file, formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooLarge from error
    except Exception as error:  # what claims to be a picture makes a decoder fail in any way
        raise (NotForTheWeb if _is_of_telephones(file) else NotAPicture) from error
    width, height = image.size
    if max(width, height) > SIDE_AT_MOST or width * height > PIXELS_AT_MOST:
        raise TooLarge
    if max(width, height) < WIDTH_AT_LEAST or min(width, height) < HEIGHT_AT_LEAST:
        raise TooSmall
    image.draft("RGB", (WIDTHS[-1], WIDTHS[-1]))  # a JPEG can be read smaller, which spares most of its memory
    return image


def _is_of_telephones(file: UploadedFile) -> bool:
    """Say whether a file names itself HEIC or AVIF in its first box (ISO/IEC 14496-12, 4.3)."""
    file.seek(0)
    return re.match(rb".{4}ftyp(?:hei|hev|mif1|msf1|avi)", file.read(12), re.DOTALL) is not None


def _drawn(image: Image.Image) -> Image.Image:
    """Decode the pixels, upright and on paper."""
    try:
        flat = _flattened(image)
    except Exception as error:  # as above
        raise NotAPicture from error
    turn = _turn(image)
    return flat if turn is None else flat.transpose(turn)


def _flattened(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # sixteen bits of grey, which PIL would cut off and not scale
        return image.point(lambda grey: grey / 256, "L").convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    seen = image if image.mode == "RGBA" else image.convert("RGBA")
    ground = Image.new("RGB", seen.size, PAPER)
    ground.paste(seen, mask=seen.getchannel("A"))
    return ground


def _turn(image: Image.Image) -> Image.Transpose | None:
    """Return how to turn a decoded picture, None when it stands, or when what its camera noted is broken."""
    try:
        return TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # notes are not worth the picture
        return None


def _write(image: Image.Image, path: Path, width: int) -> None:
    height = max(1, round(image.height * width / image.width))
    sized = image if width == image.width else image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    sized.save(path, "WEBP", quality=QUALITY, method=4)
