"""The cast of the privacy tests."""

import pytest

from privacy.registry import Subject


@pytest.fixture
def samir() -> Subject:
    """Samir signs without an account."""
    return Subject("samir@example.org")


@pytest.fixture
def oscar() -> Subject:
    return Subject("oscar@example.org")
