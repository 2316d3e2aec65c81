"""Noticing that the code changed, for `make dev`."""

from pathlib import Path

from mesopinions.local.site import BASE_DIR

FOLDERS = ("mesopinions", "accounts", "petitions", "payments", "privacy", "templates", "locale")
SUFFIXES = {".py", ".html", ".txt", ".po", ".svg"}


class Changes:
    """The times of the project's files when they were last looked at."""

    def __init__(self) -> None:
        self._seen = _times()

    def found(self) -> bool:
        """Return whether a file changed, came or went since the last call."""
        before, self._seen = self._seen, _times()
        return before != self._seen


def _times() -> dict[Path, int]:
    times = {}
    for path in (path for folder in FOLDERS for path in (BASE_DIR / folder).rglob("*")):
        if path.suffix in SUFFIXES:
            try:
                times[path] = path.stat().st_mtime_ns
            except FileNotFoundError:  # an editor replaced it just now
                continue
    return times
