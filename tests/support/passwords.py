"""Argon2 at two prices: next to nothing for the thousands of passwords of the suite, production's where it matters."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher

# A real one takes 0.4 seconds of a core and 100 MB.
CHEAP = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}
IN_PRODUCTION = {name: getattr(Argon2PasswordHasher, name) for name in CHEAP}


@contextmanager
def hashed_at(cost: dict[str, int]) -> Iterator[None]:
    """Make this process hash at that cost. A login at another one hashes the password anew, as Django does."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in cost.items():
            patch.setattr(Argon2PasswordHasher, name, value)
        yield
