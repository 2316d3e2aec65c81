"""Erase a person: `manage.py erase_subject EMAIL`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from privacy import requests
from privacy.models import RightsRequest
from privacy.requests import Right


class Command(BaseCommand):
    help = (
        "Deletes, empties or pseudonymises every row, file and key that is about the person with this address, and "
        "their account if it has one, source by source; what the law makes us keep is named with its article. Writes "
        "tombstones and a receipt. Safe to run again after a kill. Rows under a legal hold stay."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--dry-run", action="store_true", help="print what would be erased and change nothing")
        parser.add_argument(
            "--remove-from-count",
            action="store_true",
            help="take the signatures out of the petitions' counts; otherwise an anonymous count stays",
        )

    def handle(self, email: str, *, dry_run: bool, remove_from_count: bool, **options: Any) -> None:
        now = timezone.now()
        if dry_run:
            for line in requests.would_erase(requests.subject_of(email), now):
                self._line(line.source, line.action, line.found, line.held)
            return
        request = requests.open_by_staff(
            right=Right.ERASURE, email=email, language="fr", remove_from_count=remove_from_count, at=now
        )
        requests.execute(request.pk)
        request.refresh_from_db()
        for step in request.steps.all():
            self._line(step.source, step.action, step.found, step.held)
        if request.status != RightsRequest.Status.DONE:
            raise CommandError(f"Request {request.pk} is {request.get_status_display()} ({request.error}). Run again.")

    def _line(self, source: str, action: str, found: int, held: int) -> None:
        self.stdout.write(f"{source:<32} {action:<14} {found}" + (f", {held} held" if held else ""))
