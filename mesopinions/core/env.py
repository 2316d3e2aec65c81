"""Typed readers of the environment. Each one fails loudly, naming the variable and what it expects.

A secret may also come from a file: `NAME_FILE` holds the path (Docker and systemd secrets).
"""

import os
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """Return the variable `name`, or the text of the file `NAME_FILE` points to, or `default`.

    Raises ImproperlyConfigured when nothing is set and there is no default.
    """
    value = os.environ.get(name, "").strip()
    if not value and (path := os.environ.get(f"{name}_FILE")):
        value = Path(path).read_text(encoding="utf-8").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"Set {name} in the environment (or {name}_FILE to a file that holds it).")
    return default


def flag(name: str, *, default: bool) -> bool:
    """Return a yes or no: 1, true, yes, on against 0, false, no, off."""
    value = text(name, "1" if default else "0").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} is 1 or 0, not {value!r}.")


def integer(name: str, default: int, *, minimum: int = 0, maximum: int = 65_535) -> int:
    """Return a whole number between `minimum` and `maximum`."""
    value = text(name, str(default))
    if not value.isdecimal() or not minimum <= int(value) <= maximum:
        raise ImproperlyConfigured(f"{name} is a whole number from {minimum} to {maximum}, not {value!r}.")
    return int(value)


def listing(name: str, default: str | None = None) -> list[str]:
    """Return the comma-separated parts, without empty ones."""
    return [part for part in (piece.strip() for piece in text(name, default).split(",")) if part]


def path(name: str, default: Path) -> Path:
    """Return an absolute path."""
    return Path(text(name, str(default))).expanduser().absolute()


def url(name: str, default: str | None, *, schemes: set[str]) -> SplitResult:
    """Return a parsed address whose scheme is one of `schemes`."""
    value = text(name, default)
    parts = urlsplit(value)
    if parts.scheme not in schemes:
        raise ImproperlyConfigured(f"{name} starts with one of {', '.join(sorted(schemes))} and ://.")
    return parts
