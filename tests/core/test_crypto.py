"""Files that only our keys open, and that nobody can alter or cut unseen."""

import io
import stat
from contextlib import closing
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.test import override_settings
from pytest_django import Settings

from mesopinions.core.crypto import CHUNK_BYTES, Sealing, Unreadable, decrypt, encrypt, opened
from mesopinions.core.spreadsheets import harmless_cell

OLD, NEW = "an old key of thirty-two characters", "a new key of thirty-two characters!"


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
def test_what_was_sealed_is_read_again_whatever_its_size(size):
    data = bytes(number % 251 for number in range(size))

    sealed = encrypt(data)

    assert decrypt(sealed) == data
    assert len(data) < 40 or data[:40] not in sealed


def test_the_same_text_is_never_sealed_alike():
    assert encrypt(b"Samir") != encrypt(b"Samir")


def test_files_of_an_older_key_stay_readable_and_new_ones_take_the_newest():
    with override_settings(FIELD_KEYS=[OLD]):
        old = encrypt(b"Samir")
    with override_settings(FIELD_KEYS=[NEW, OLD]):
        new = encrypt(b"Samir")
        assert decrypt(old) == b"Samir"
    with override_settings(FIELD_KEYS=[NEW]):
        assert decrypt(new) == b"Samir"
        with pytest.raises(Unreadable):
            decrypt(old)


@pytest.mark.parametrize("place", [0, 7, 30, CHUNK_BYTES + 30, -1])
def test_one_changed_bit_is_noticed(place):
    sealed = bytearray(encrypt(bytes(2 * CHUNK_BYTES)))
    sealed[place] ^= 1

    with pytest.raises(Unreadable):
        decrypt(bytes(sealed))


def test_a_file_that_ends_early_or_late_is_noticed():
    sealed = encrypt(bytes(2 * CHUNK_BYTES))
    one_chunk = 5 + 16 + CHUNK_BYTES + 16

    for altered in (b"", sealed[:10], sealed[:one_chunk], sealed[:-1], sealed + b"x", sealed + sealed[-50:]):
        with pytest.raises(Unreadable):
            decrypt(altered)


def test_chunks_cannot_change_places():
    sealed = encrypt(bytes(3 * CHUNK_BYTES))
    head, rest, size = sealed[:21], sealed[21:], CHUNK_BYTES + 16

    with pytest.raises(Unreadable):
        decrypt(head + rest[size : 2 * size] + rest[:size] + rest[2 * size :])


def test_what_a_failure_left_half_written_does_not_pass_for_whole():
    target = io.BytesIO()
    with pytest.raises(ValueError, match="full"), Sealing(target) as sealing:
        sealing.write(bytes(CHUNK_BYTES + 1))
        raise ValueError("full")

    with pytest.raises(Unreadable):
        list(opened(io.BytesIO(target.getvalue())))


# --- Private files ----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.PRIVATE_ROOT = tmp_path / "private"
    return tmp_path / "private"


def read(name: str) -> bytes:
    with closing(storages["private"].reading(name)) as reading:
        return b"".join(reading)


def test_a_private_file_is_for_our_user_alone(folder):
    with storages["private"].writing("exports/a") as target:
        target.write(b"Samir")

    assert read("exports/a") == b"Samir"
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "exports", folder / "exports/a")
    }
    assert modes == {"private": 0o700, "exports": 0o700, "a": 0o600}


def test_a_folder_that_was_open_to_others_is_closed(folder):
    folder.mkdir(mode=0o755)
    (folder / "exports").mkdir(mode=0o755)

    with storages["private"].writing("exports/a"):
        pass

    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "exports")} == {0o700}


def test_a_failure_leaves_no_file_and_no_draft(folder):
    with pytest.raises(OSError, match="full"), storages["private"].writing("exports/a") as target:
        target.write(b"Samir")
        raise OSError("full")

    assert list((folder / "exports").iterdir()) == []


def test_a_file_never_takes_the_place_of_another(folder):
    with storages["private"].writing("exports/a") as target:
        target.write(b"Samir")
    with pytest.raises(FileExistsError), storages["private"].writing("exports/a") as target:
        target.write(b"Oscar")

    assert read("exports/a") == b"Samir"


def test_no_name_leads_out_of_the_folder(folder):
    with pytest.raises(Exception, match="outside"):
        storages["private"].reading("../keys.json")


def test_a_private_file_has_no_address(folder):
    with pytest.raises(NotImplementedError):
        storages["private"].url("exports/a")


# --- Spreadsheets -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\n=1", "＝1", "\u00a0=1"])
def test_no_cell_is_a_formula(text):
    assert harmless_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Samir", "1+1", "samir@example.org", "Saint-Denis", "  deux mots"])
def test_a_plain_cell_stays_as_it_is(text):
    assert harmless_cell(text) == text
