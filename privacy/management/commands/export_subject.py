"""`manage.py export_subject EMAIL FILE.zip`"""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from privacy import requests
from privacy.requests import Right
from privacy.requests.packing import Package, write_package


class Command(BaseCommand):
    help = (
        "Write what the site holds about the person with this address to FILE.zip: the package that an access request "
        "gives them, not encrypted. Changes nothing, and refuses to write over a file. Whoever asks must have been "
        "recognised before."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("file", type=Path)
        parser.add_argument("--language", choices=["fr", "en"], default="fr")

    def handle(self, email: str, *, file: Path, language: str, **options: Any) -> None:
        package = Package(requests.subject_of(email), Right.ACCESS, language, timezone.now())
        rows: list[int] = []
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from None
        try:
            with os.fdopen(descriptor, "wb") as target:
                write_package(package, target, lambda _copied, number: rows.append(number))
        except BaseException:
            file.unlink()
            raise
        self.stdout.write(f"{file}: {sum(rows)} rows of {sum(map(bool, rows))} tables. Hand it over, then delete it.")
