"""Carry tombstones over a restore: `manage.py tombstones --out FILE`, then `--in FILE`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from privacy.requests.restoring import BadLine, take_back, tombstone_lines


class Command(BaseCommand):
    help = (
        "Writes the list of erased rows to a file, one JSON object a line (table, number, time; nobody's name), or "
        "reads it back. Reading adds what is missing and changes nothing else; the numbers in it are never given to "
        "new rows. Before a restore write, after it read, then run erase_again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        way = parser.add_mutually_exclusive_group(required=True)
        way.add_argument("--out", type=Path, metavar="FILE", help="write; refuses a file that exists")
        way.add_argument("--in", type=Path, metavar="FILE", dest="read", help="read")

    def handle(self, *, out: Path | None, read: Path | None, **options: Any) -> None:
        try:
            count = _write(out) if out else _read(read or Path())
        except BadLine as error:
            raise CommandError(f"Line {error} is no tombstone. Nothing was read.") from None
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{out or read}: {error}") from None
        self.stdout.write(f"{count} tombstones.")


def _write(path: Path) -> int:
    with path.open("x", encoding="utf-8") as file:
        return sum(1 for line in tombstone_lines() if file.write(f"{line}\n"))


def _read(path: Path) -> int:
    with path.open(encoding="utf-8") as file:
        return take_back(file)
