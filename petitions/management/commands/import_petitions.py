"""Import an archive of petitions: `manage.py import_petitions FILE.jsonl`."""

import gzip
import json
import zlib
from argparse import ArgumentParser
from collections.abc import Iterator
from io import BufferedReader
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from petitions.services.importing import ArchivedPetition, BadRecord, import_batch, read_record

BATCH = 500
GZIP_MAGIC = b"\x1f\x8b"


class Command(BaseCommand):
    help = (
        "Adds the petitions of a JSON-lines file (.jsonl, or .jsonl.gz) with the keys action, background, "
        "additional_details, signature_count and created_at. They are published, in English, open for signature for "
        "six months; their signature_count is shown apart as imported. Running it again adds nothing twice and "
        "renews the counts. Lines that are no petition are named and skipped; the exit code is then 1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--limit", type=_at_least_one, metavar="N", help="stop after N petitions")

    def handle(self, *, file: Path, limit: int | None, **options: Any) -> None:
        self.skipped = 0
        added = updated = unchanged = 0
        at = timezone.now()
        petitions = islice(self._petitions(file), limit)
        while batch := list(islice(petitions, BATCH)):
            done = import_batch(batch, at=at)
            added, updated, unchanged = added + done.added, updated + done.updated, unchanged + done.unchanged
        self.stdout.write(f"{added} added, {updated} with a new count, {unchanged} unchanged, {self.skipped} skipped")
        if self.skipped:
            raise CommandError(f"{self.skipped} parts of the file are no petitions and were skipped.")

    def _petitions(self, file: Path) -> Iterator[ArchivedPetition]:
        for number, line in self._lines(file):
            try:
                yield read_record(json.loads(line.decode("utf-8-sig")))
            except BadRecord as error:
                self._skip(number, str(error))
            except (ValueError, RecursionError):  # also UnicodeDecodeError and JSONDecodeError
                self._skip(number, "not JSON in UTF-8")

    def _lines(self, file: Path) -> Iterator[tuple[int, bytes]]:
        number = 0
        try:
            with _open(file) as lines:
                for number, line in enumerate(lines, start=1):
                    if line.strip():
                        yield number, line
        except (EOFError, zlib.error, gzip.BadGzipFile):
            self._skip(number + 1, "the compressed file is damaged from here on")
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error

    def _skip(self, number: int, reason: str) -> None:
        self.skipped += 1
        self.stderr.write(f"line {number}: {reason}")


def _open(file: Path) -> gzip.GzipFile | BufferedReader:
    with file.open("rb") as start:
        is_compressed = start.read(2) == GZIP_MAGIC
    return gzip.open(file) if is_compressed else file.open("rb")


def _at_least_one(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise ValueError(text)
    return int(text)
