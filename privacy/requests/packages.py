"""Packages at rest: encrypted files of the private storage, each named by one request until it is seven days old."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, BinaryIO, cast

from django.core.files.storage import storages
from django.utils import timezone

from privacy.models import RightsRequest
from privacy.registry import Subject
from privacy.requests.links import READABLE_FOR
from privacy.services.rules import rows_of

if TYPE_CHECKING:  # the storage is chosen in the settings
    from mesopinions.core.private_files import PrivateFiles, Reading

FOLDER = "exports"
# A file that no request names was left by a worker that died; a younger one may be on its way to its request.
ORPHAN_AFTER = timedelta(days=1)


class PackageGone(Exception):
    """The package was deleted, is too old, or never was."""


def write(fill: Callable[[BinaryIO], None]) -> str:
    """Write an encrypted file with what `fill` writes, and return its name. Leaves nothing when `fill` fails."""
    name = secrets.token_hex(16)
    with _files().writing(f"{FOLDER}/{name}") as target:
        fill(target)
    return name


def open_package(request: RightsRequest, at: datetime) -> "Reading":
    """Return the ZIP file of a request, piece by piece, to be closed by whoever reads it. Raises PackageGone."""
    if not request.file_name or request.file_ready_at is None or at >= request.file_ready_at + READABLE_FOR:
        raise PackageGone
    try:
        return _files().reading(f"{FOLDER}/{request.file_name}")
    except FileNotFoundError:
        raise PackageGone from None


def forget(name: str) -> None:
    """Delete a file that may be gone already."""
    _files().delete(f"{FOLDER}/{name}")


def forget_packages(keys: Sequence[int], at: datetime) -> None:
    """Delete the files of these requests, in the caller's transaction: if it fails, the next try finds them gone."""
    requests = RightsRequest.objects.filter(pk__in=keys).exclude(file_name="")
    for name in requests.values_list("file_name", flat=True):
        forget(name)
    requests.update(file_name="")


def erase_packages(subject: Subject, really: bool) -> int:
    """Delete every package of the person and return how many there were; with False only count them."""
    found = RightsRequest.objects.filter(rows_of(RightsRequest, [subject])).exclude(file_name="")
    keys = list(found.values_list("pk", flat=True))
    if really:
        forget_packages(keys, timezone.now())
    return len(keys)


def tidy(*, now: datetime) -> int:
    """Delete the files that no request names, and return how many there were."""
    files = _files()
    try:
        names = files.listdir(FOLDER)[1]
    except FileNotFoundError:
        return 0
    old = [name for name in names if files.get_modified_time(f"{FOLDER}/{name}") <= now - ORPHAN_AFTER]
    named = set(RightsRequest.objects.filter(file_name__in=old).values_list("file_name", flat=True))
    orphans = [name for name in old if name not in named]
    for name in orphans:
        forget(name)
    return len(orphans)


def _files() -> "PrivateFiles":
    return cast("PrivateFiles", storages["private"])
