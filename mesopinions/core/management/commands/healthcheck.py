"""Say whether the whole site works: `manage.py healthcheck`."""

from typing import Any

from celery import current_app
from django.core.management.base import BaseCommand, CommandError
from kombu.exceptions import OperationalError

from mesopinions.core.views import missing_parts

WORKER_ANSWERS_WITHIN = 2.0  # seconds


class Command(BaseCommand):
    help = "Exits 0 when database, migrations, Redis and a worker are all there, else 1, naming what is missing."

    def handle(self, **options: Any) -> None:
        missing = missing_parts()
        if "redis" in missing or not _a_worker_answers():
            missing.append("worker")
        if missing:
            raise CommandError(f"Missing: {', '.join(missing)}")
        self.stdout.write("Everything is there.")


def _a_worker_answers() -> bool:
    try:
        return bool(current_app.control.ping(timeout=WORKER_ANSWERS_WITHIN, limit=1))
    except OperationalError:
        return False
