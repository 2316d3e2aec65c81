"""Give the staff's groups their rights: `manage.py staff_groups`."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.services.staff_groups import UnknownRight, follow_table


class Command(BaseCommand):
    help = (
        "Makes the groups of the staff and their rights equal to mesopinions/staff_groups.py, in one transaction, and "
        "prints what changed. Deletes groups that are not in it and rights given to single accounts; changes no "
        "account otherwise. To be run after each migrate."
    )

    def handle(self, **options: Any) -> None:
        try:
            changes = follow_table(settings.STAFF_GROUPS)
        except UnknownRight as refusal:
            raise CommandError(f"mesopinions/staff_groups.py names rights that do not exist: {refusal}") from None
        self.stdout.writelines(f"{change}\n" for change in changes)
