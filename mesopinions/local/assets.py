"""Translation catalogues and collected static files: made again only when their sources changed."""

import fcntl
import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import polib
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def compile_catalogues(locale: Path) -> None:
    """Write each `.po` file under `locale` as the `.mo` that Django reads, where it is missing or older."""
    for source in locale.glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime <= source.stat().st_mtime:
            draft = compiled.with_suffix(".mo.new")
            polib.pofile(str(source)).save_as_mofile(str(draft))
            draft.replace(compiled)


def collect_static() -> None:
    """Collect the static files unless what was collected last is the same. Needs Django set up."""
    fingerprint = _fingerprint_of_static_files()
    with _one_at_a_time() as stamp:
        manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
        if manifest.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == fingerprint:
            return
        stamp.unlink(missing_ok=True)
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(fingerprint, encoding="ascii")


def _fingerprint_of_static_files() -> str:
    digest = hashlib.sha256(f"{django.VERSION} {settings.STATIC_ROOT}".encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


@contextmanager
def _one_at_a_time() -> Iterator[Path]:
    """Hold a lock beside the stamp: two sites that start side by side share one folder of collected files."""
    stamp = Path(sys.prefix) / ".mesopinions-static"
    with stamp.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield stamp


if __name__ == "__main__":
    compile_catalogues(Path(__file__).resolve().parents[2] / "locale")
