"""A restored backup does not bring back what somebody had erased."""

import json
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from petitions.models import Comment, Signature
from privacy import requests
from privacy.models import ConsentRecord, Tombstone
from privacy.requests import Right
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db


@pytest.fixture
def stones(tmp_path):
    return tmp_path / "tombstones.jsonl"


def erase(email: str) -> None:
    request = requests.open_by_staff(
        right=Right.ERASURE, email=email, language="fr", remove_from_count=False, at=timezone.now()
    )
    requests.execute(request.pk)


def test_a_restore_between_two_commands_brings_nothing_back(stones, capsys):
    petition = make_petition()
    other = make_signature(petition, "nadia", confirmed=True, comment="Moi aussi.")
    signature = make_signature(petition, confirmed=True, comment="Il le faut.")
    backup = Signature.objects.filter(pk=signature.pk).values().get()
    erase("samir@example.org")
    call_command("tombstones", "--out", str(stones))
    Tombstone.objects.all().delete()
    with connection.cursor() as cursor:  # as pg_restore does, without the triggers
        cursor.execute("SET LOCAL session_replication_role = replica")
        Signature(**backup).save(force_insert=True)
        cursor.execute("SET LOCAL session_replication_role = origin")

    call_command("tombstones", "--in", str(stones))
    call_command("erase_again")

    assert Signature.objects.get() == other
    assert Comment.objects.get().signature == other
    assert "1 rows erased again" in capsys.readouterr().out


def test_the_list_holds_tables_and_numbers_and_nobody(stones):
    signature = make_signature(make_petition(), confirmed=True)
    erase("samir@example.org")

    call_command("tombstones", "--out", str(stones))

    lines = [json.loads(line) for line in stones.read_text().splitlines()]
    assert {frozenset(line) for line in lines} == {frozenset({"table", "key", "removed_from_count", "erased_at"})}
    assert ("petitions.Signature", str(signature.pk)) in {(line["table"], line["key"]) for line in lines}
    assert "samir" not in stones.read_text()


def test_erasing_again_without_a_restore_finds_nothing(capsys):
    make_signature(make_petition(), confirmed=True)
    erase("samir@example.org")
    proofs = Counter(ConsentRecord.objects.values_list("subject_key", "scope"))

    call_command("erase_again")

    assert "0 rows erased again" in capsys.readouterr().out
    assert Counter(ConsentRecord.objects.values_list("subject_key", "scope")) == proofs


def test_reading_twice_adds_nothing(stones):
    make_signature(make_petition(), confirmed=True)
    erase("samir@example.org")
    call_command("tombstones", "--out", str(stones))
    before = Tombstone.objects.count()

    call_command("tombstones", "--in", str(stones))

    assert Tombstone.objects.count() == before


def test_the_number_of_an_erased_row_is_never_given_again(stones):
    petition = make_petition()
    erased = make_signature(petition).pk + 1000
    line = {"table": "petitions.Signature", "key": str(erased), "removed_from_count": False}
    stones.write_text(json.dumps({**line, "erased_at": "2026-11-24T10:00:00+00:00"}) + "\n")

    call_command("tombstones", "--in", str(stones))

    assert make_signature(petition, "nadia").pk > erased


@pytest.mark.parametrize("line", ["", "[]", "{}", '{"table": 1}', "\u202e", '{"table": "x", "key": "1"}'])
def test_a_line_that_is_no_tombstone_is_told_by_its_number_and_nothing_is_read(stones, line):
    good = {"table": "petitions.Signature", "key": "1", "removed_from_count": False, "erased_at": "2026-11-24T10:00Z"}
    stones.write_text(json.dumps(good) + f"\n{line or 'no JSON'}\n")

    with pytest.raises(CommandError, match="Line 2"):
        call_command("tombstones", "--in", str(stones))

    assert not Tombstone.objects.exists()


def test_a_file_is_never_written_over(stones):
    stones.write_text("precious")

    with pytest.raises(CommandError):
        call_command("tombstones", "--out", str(stones))

    assert stones.read_text() == "precious"
