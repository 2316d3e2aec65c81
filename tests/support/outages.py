"""Stores that are really gone: nothing listens where the site looks for them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

NOBODY_LISTENS = "redis://127.0.0.1:1/0"


@contextmanager
def database_down() -> Iterator[None]:
    """Send every connection of this process to a server that is not there. Needs a transactional database test."""
    options = connection.settings_dict["OPTIONS"]
    elsewhere = {"HOST": "127.0.0.1", "PORT": "1", "OPTIONS": options | {"pool": options["pool"] | {"timeout": 0.1}}}
    known = {name: connection.settings_dict[name] for name in elsewhere}
    _point_to(elsewhere)
    try:
        yield
    finally:
        _point_to(known)


def _point_to(server: dict[str, object]) -> None:
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    connection.settings_dict.update(server)
