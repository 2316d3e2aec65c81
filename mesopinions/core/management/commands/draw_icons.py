"""`manage.py draw_icons`: after a change of the icon's shape or colours."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from mesopinions.core import icons


class Command(BaseCommand):
    help = "Draw the icons and the share image below static/ again, as mesopinions/core/icons.py says. Touches no data."

    def handle(self, **_options: Any) -> None:
        for name, draw in icons.FILES.items():
            path = settings.BASE_DIR / "static" / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(draw())
            self.stdout.write(f"{name}: {path.stat().st_size} bytes")
