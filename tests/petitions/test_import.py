"""Importing an archive: what is kept, what is refused, and that a second run changes nothing."""

import gzip
import json
import os
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from time import perf_counter

import pytest
from django.core.management import CommandError, call_command
from django.db import DataError
from hypothesis import given
from hypothesis import strategies as st

from petitions.models import Petition
from petitions.services.importing import (
    ATTRIBUTION,
    MAX_SIGNATURES,
    BadRecord,
    clean_text,
    import_batch,
    read_record,
    theme_of,
)

ARCHIVE = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "uk-petitions"
needs_archive = pytest.mark.skipif(
    not ARCHIVE.exists() and not os.environ.get("CI"), reason="needs the shared archive of petitions"
)
GOOD = {
    "action": "Stop the sale of plastic straws",
    "background": "They end up in rivers.\r\n\r\nFor centuries.",
    "additional_details": "Paper exists.",
    "signature_count": 249,
    "created_at": "2015-12-21T11:36:02.612Z",
}


@pytest.fixture
def write(tmp_path):
    def write(*lines: object, name: str = "archive.jsonl") -> Path:
        file = tmp_path / name
        texts = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
        file.write_bytes(b"\n".join(texts) + b"\n")
        return file

    return write


def run(file: Path, **options: object) -> tuple[str, str]:
    """Run the command and return what it said on its two outputs, whether it failed or not."""
    out, err = StringIO(), StringIO()
    try:
        call_command("import_petitions", file, stdout=out, stderr=err, **options)
    except CommandError as error:
        err.write(f"exit {error.returncode}")
    return out.getvalue(), err.getvalue()


@pytest.mark.django_db
def test_an_imported_petition_can_be_read_and_signed(write, time_machine):
    time_machine.move_to(datetime(2026, 11, 23, 12, tzinfo=UTC))

    out, err = run(write(GOOD))

    petition = Petition.objects.get()
    assert (out, err) == ("1 added, 0 with a new count, 0 unchanged, 0 skipped\n", "")
    assert petition.accepts_signatures(date(2026, 11, 23))
    assert petition.accepts_signatures(date(2027, 5, 23))
    assert petition.text.title == "Stop the sale of plastic straws"
    assert petition.text.number == 1
    assert petition.slug == "stop-the-sale-of-plastic-straws"
    assert petition.theme.slug == "nature-et-environnement"
    assert petition.language == "en"
    assert petition.author_name == "UK Parliament petitions (archive)"
    assert petition.created_at == datetime(2015, 12, 21, 11, 36, 2, 612_000, tzinfo=UTC)
    assert petition.text.text == (
        "They end up in rivers.\n\nFor centuries.\n\nPaper exists.\n\n"
        f"UK Parliament petitions (archive), 21 December 2015. {ATTRIBUTION}"
    )


@pytest.mark.django_db
def test_imported_signatures_stand_apart_from_ours(write):
    run(write(GOOD))

    petition = Petition.objects.get()
    assert petition.imported_signatures == 249
    assert petition.signatures_total == 0


@pytest.mark.django_db
def test_a_second_import_changes_nothing_but_counts(write):
    run(write(GOOD, GOOD | {"action": "Another"}))
    before = list(Petition.objects.order_by("pk").values())

    out, _ = run(write(GOOD, GOOD | {"action": "Another"}))
    assert out == "0 added, 0 with a new count, 2 unchanged, 0 skipped\n"
    assert list(Petition.objects.order_by("pk").values()) == before

    out, _ = run(write(GOOD | {"signature_count": 250}, GOOD | {"action": "Another"}))
    assert out == "0 added, 1 with a new count, 1 unchanged, 0 skipped\n"
    before[0]["imported_signatures"] = 250
    assert list(Petition.objects.order_by("pk").values()) == before


@pytest.mark.django_db
def test_the_same_petition_twice_in_a_file_is_one(write):
    out, _ = run(write(GOOD, GOOD))

    assert out == "1 added, 0 with a new count, 1 unchanged, 0 skipped\n"
    assert Petition.objects.count() == 1


@pytest.mark.django_db
def test_bad_lines_are_named_and_the_others_imported(write):
    file = write(
        b"\xef\xbb\xbf" + json.dumps(GOOD).encode(),
        b"",
        b"{not json",
        b"\xff\xfe",
        b"[" * 100_000,
        [GOOD],
        GOOD | {"action": " \r\n\x00 "},
        GOOD | {"action": "x" * 201},
        {key: value for key, value in GOOD.items() if key != "background"},
        GOOD | {"background": " ", "additional_details": None},
        GOOD | {"signature_count": -1},
        GOOD | {"signature_count": True},
        GOOD | {"signature_count": MAX_SIGNATURES + 1},
        GOOD | {"created_at": "yesterday"},
        GOOD | {"created_at": "2015-02-30T00:00:00Z"},
        GOOD | {"created_at": "0001-01-01T00:00:00+05:00"},
        GOOD | {"created_at": "2015-12-21T11:36:02"},
        GOOD | {"action": "The last line"},
    )

    out, err = run(file)

    assert out == "2 added, 0 with a new count, 0 unchanged, 15 skipped\n"
    assert [line.partition(":")[0] for line in err.splitlines()[:-1]] == [f"line {number}" for number in range(3, 18)]
    assert err.endswith("exit 1")


@pytest.mark.django_db
def test_words_of_a_bad_line_are_not_repeated(write):
    _, err = run(write(GOOD | {"action": "secret", "signature_count": "secret"}, b"{secret"))

    assert "secret" not in err


@pytest.mark.django_db
def test_a_compressed_file_is_read_whatever_its_name(tmp_path):
    file = tmp_path / "archive"
    file.write_bytes(gzip.compress(json.dumps(GOOD).encode()))

    run(file)

    assert Petition.objects.count() == 1


@pytest.mark.django_db
def test_a_damaged_compressed_file_fails_after_what_could_be_read(tmp_path):
    lines = [json.dumps(GOOD | {"action": f"Petition {number} {os.urandom(40).hex()}"}) for number in range(2000)]
    file = tmp_path / "archive.jsonl.gz"
    file.write_bytes(gzip.compress("\n".join(lines).encode())[:-20_000])

    _, err = run(file)

    assert "damaged" in err
    assert err.endswith("exit 1")
    assert 0 < Petition.objects.count() < 2000


@pytest.mark.parametrize("path", ["nowhere.jsonl", "."])
def test_a_file_that_cannot_be_read_is_an_error(tmp_path, path):
    with pytest.raises(CommandError, match=path):
        call_command("import_petitions", tmp_path / path)


@pytest.mark.django_db
def test_a_limit_stops_after_that_many_petitions(write):
    run(write(*(GOOD | {"action": f"Petition {number}"} for number in range(5))), limit=3)

    assert Petition.objects.count() == 3


@pytest.mark.parametrize("limit", ["0", "-1", "many"])
def test_a_limit_is_at_least_one(limit):
    with pytest.raises(CommandError, match="--limit"):
        call_command("import_petitions", "archive.jsonl", f"--limit={limit}")


@pytest.mark.django_db
def test_a_batch_that_fails_leaves_nothing():
    first, second = read_record(GOOD), read_record(GOOD | {"action": "Another"})
    object.__setattr__(second, "text", "nul \x00")

    with pytest.raises(DataError):
        import_batch([first, second], at=datetime(2026, 11, 23, tzinfo=UTC))

    assert not Petition.objects.exists()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("one\n \n\n\n\ntwo", "one\n\ntwo"),
        ("nul\x00 bell\x07 del\x7f", "nul bell del"),
        ("tab\there", "tab here"),
        ("\ufeffzero\u200bwidth", "zerowidth"),
        ("right\u202eleft", "rightleft"),
        ("half \ud83d pair", "half  pair"),
        ("family 👩\u200d👧 and می\u200cخواهم", "family 👩\u200d👧 and می\u200cخواهم"),
        ("e\u0301te\u0301", "été"),
        ("no-break\u202fspace", "no-break\u202fspace"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_text_is_plain_paragraphs(typed, kept):
    assert clean_text(typed) == kept


@given(st.text())
def test_clean_text_is_clean_and_can_be_stored(text):
    cleaned = clean_text(text)

    assert clean_text(cleaned) == cleaned
    assert "\x00" not in cleaned
    cleaned.encode()


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner)))
def test_any_value_in_any_key_is_read_or_refused(value):
    for key in GOOD:
        with suppress(BadRecord):
            assert read_record(GOOD | {key: value}).title


@pytest.mark.parametrize(
    ("title", "theme"),
    [
        ("Give NHS nurses a pay rise", "sante"),
        ("Ban dogs from NHS hospitals", "autres"),
        ("Revoke Article 50 and remain in the EU", "europe"),
        ("Museums, neutral ground", "autres"),
    ],
)
def test_a_theme_is_given_only_where_the_title_leaves_no_doubt(title, theme):
    assert theme_of(title) == theme


@needs_archive
def test_two_thousand_real_petitions_are_imported_in_seconds(fresh_plans):
    start = perf_counter()
    out, err = run(ARCHIVE / "sample-2000.jsonl")
    duration = perf_counter() - start

    largest = Petition.objects.order_by("-imported_signatures").first()
    assert (out, err) == ("2000 added, 0 with a new count, 0 unchanged, 0 skipped\n", "")
    assert duration < 30
    assert largest.imported_signatures == 4_149_985
    assert Petition.objects.filter(current_text__text__contains=ATTRIBUTION).count() == 2000
    assert not Petition.objects.filter(current_text__text__regex=r"[\r\t\x7f\u200b]").exists()
    assert largest.closes_on - largest.published_at.date() >= timedelta(days=182)
