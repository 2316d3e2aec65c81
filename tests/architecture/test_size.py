"""A file holds one subject, a function one thought."""

import pytest

from tests.architecture import source

LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 40

FILES = source.files(*source.PACKAGES, "tests")


@pytest.mark.parametrize("path", FILES, ids=source.name_of)
def test_a_file_fits_in_one_reading(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES_OF_A_FILE


def test_a_function_fits_on_one_screen():
    too_long = [
        f"{source.name_of(path)}:{function.lineno} {function.name} has {length} lines"
        for path in FILES
        for function in source.functions(path)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > LINES_OF_A_FUNCTION
    ]

    assert not too_long
