"""Erase what a restored backup brought back: `manage.py erase_again`."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from privacy import requests


class Command(BaseCommand):
    help = (
        "Deletes, empties or pseudonymises again every row that has a tombstone and is there, as the person asked "
        "then, and prints how many had come back. Run it after a restore and before web, worker and beat start, once "
        "`tombstones --in` has read the newest list. Safe to run again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{requests.erase_again(timezone.now())} rows erased again.")
