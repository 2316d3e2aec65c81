"""Files that are read only through a view that checks who asks: encrypted, outside of everything that is served."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.storage import FileSystemStorage

from mesopinions.core.crypto import Sealing, opened


class PrivateFiles(FileSystemStorage):
    """The storage `private` (settings.STORAGES), under settings.PRIVATE_ROOT. Only the site's own user reads it."""

    @property
    def location(self) -> str:
        return str(settings.PRIVATE_ROOT)

    @contextmanager
    def writing(self, name: str) -> Iterator[BinaryIO]:
        """Give a file to write to, which has its name only once it is complete and on disk. Else nothing is left.

        Raises FileExistsError for a name that is taken, and OSError where the disk refuses.
        """
        path = Path(self.path(name))
        _own_folder(path.parent)
        draft = path.with_name(f"{path.name}.part")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                with Sealing(file) as sealing:
                    yield sealing  # type: ignore[misc]
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, path)  # unlike a rename, never takes the place of another
        finally:
            draft.unlink(missing_ok=True)

    def reading(self, name: str) -> "Reading":
        """Return what the file says, chunk by chunk. Raises FileNotFoundError, then crypto.Unreadable."""
        return Reading(Path(self.path(name)).open("rb"))

    def _open(self, name: str, mode: str = "rb") -> Any:
        raise NotImplementedError("Private files are read with `reading` and written with `writing`.")

    def _save(self, name: str, content: Any) -> str:
        with self.writing(name) as target:
            for chunk in content.chunks():
                target.write(chunk)
        return name

    def url(self, name: str | None) -> str:
        raise NotImplementedError("A private file has no address.")


class Reading(Iterator[bytes]):
    """What a private file says, chunk by chunk: a response streams it, and closes it even if it never began."""

    def __init__(self, file: BinaryIO) -> None:
        self._chunks = opened(file)
        self.close = file.close

    def __next__(self) -> bytes:
        return next(self._chunks)


def _own_folder(folder: Path) -> None:
    """Make the folder and those above it, from settings.PRIVATE_ROOT on, for our user alone."""
    root = Path(settings.PRIVATE_ROOT)
    for one in (root, *reversed([above for above in (folder, *folder.parents) if root in above.parents])):
        one.mkdir(mode=0o700, parents=one == root, exist_ok=True)
        if stat.S_IMODE(one.stat().st_mode) != 0o700:
            one.chmod(0o700)
