"""Write docs/personal-data.md, or check that it is fresh."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from privacy.registry import registry
from privacy.registry.document import personal_data_page


class Command(BaseCommand):
    help = "Write docs/personal-data.md from what every app declares. With --check, change nothing and fail if stale."
    requires_system_checks = []  # what is missing is said by `manage.py check`; this one needs no service

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Exit with 1 when the page is not what it should be.")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        page = settings.BASE_DIR / "docs" / "personal-data.md"
        text = personal_data_page(registry)
        if not check:
            page.write_text(text, encoding="utf-8")
        elif not page.exists() or page.read_text(encoding="utf-8") != text:
            raise CommandError("docs/personal-data.md is stale. Run: manage.py document_personal_data")
