import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.models import User
from petitions.models import Petition, Picture
from petitions.services.pictures import folder_of, store_picture
from tests.factories import make_petition, make_user
from tests.petitions.launch.conftest import author, draft, no_limits, oscar, ready  # noqa: F401


def picture_bytes(
    kind: str = "JPEG", size: tuple[int, int] = (640, 360), *, mode: str = "RGB", **saving: object
) -> bytes:
    """Draw a picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", size, "blue")
    image.paste((255, 0, 0), (0, 0, size[0] // 2, size[1]))
    file = io.BytesIO()
    image.convert(mode).save(file, kind, **saving)
    return file.getvalue()


def upload(data: bytes, name: str = "photo.jpg", content_type: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type)


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: LazySettings) -> Path:
    """Return the folder of the pictures, of this test alone."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media" / "pictures"


@pytest.fixture
def alice(db: None) -> User:
    return make_user("alice", public_name="Alice Martin")


@pytest.fixture
def petition(db: None) -> Petition:
    return make_petition()


@pytest.fixture
def store(petition: Petition) -> Callable[..., Picture]:
    """Store these bytes as a picture of the petition, under any name and type."""

    def store(data: bytes, **names: str) -> Picture:
        return store_picture(petition=petition, file=upload(data, **names), alt="Un quai", at=timezone.now())

    return store


def files_of(picture: Picture) -> list[Path]:
    """Return the files of a picture, the narrowest first."""
    return sorted(folder_of(picture.name).iterdir(), key=lambda path: int(path.stem))
