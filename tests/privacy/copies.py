"""The copy of somebody's data, opened."""

import csv
import io
import json
import zipfile
from typing import Any

from django.utils import timezone

from privacy.requests import Right, subject_of
from privacy.requests.packing import Package, write_package

ADDRESS = "samir@example.org"


class Copy:
    """A package, opened."""

    def __init__(self, email: str = ADDRESS, *, right: Right = Right.ACCESS, language: str = "fr") -> None:
        target = io.BytesIO()
        self.progress: list[tuple[str, int]] = []
        write_package(
            Package(subject_of(email), right, language, timezone.now()),
            target,
            lambda copied, rows: self.progress.append((copied.name, rows)),
        )
        with zipfile.ZipFile(target) as file:
            assert file.testzip() is None
            self.files = {name: file.read(name).decode() for name in file.namelist()}
        self.data: dict[str, Any] = json.loads(self.files["donnees.json"])
        self.page = self.files.get("index.html", "")
        self.everything = "\n".join(self.files.values())

    def rows(self, source: str) -> list[dict[str, Any]]:
        return next(one["rows"] for one in self.data["sources"] if one["name"] == source)

    def table(self, source: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.files[f"csv/{source}.csv"].removeprefix("\ufeff"))))
