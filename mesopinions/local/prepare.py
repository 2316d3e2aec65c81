"""What a start does between the services and the site: `python -m mesopinions.local.prepare LOGINS_FILE`.

Tables up to date, the demonstration when there is no petition, catalogues and static files. One process does it all,
because setting Django up costs more than what is left to do on a second start.
"""

import os
import sys
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command

from mesopinions.local.assets import collect_static, compile_catalogues

DEMO_LOGINS = {
    "alice@example.org": "author",
    "mona@example.org": "moderator",
    "luc@example.org": "second moderator",
    "dpo@example.org": "rights requests",
    "finance@example.org": "finance",
    "support@example.org": "support",
    "admin@example.org": "superuser",
}


def main() -> None:
    """Prepare the site, and write the demonstration's logins that exist, one a line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mesopinions.settings")
    django.setup()
    compile_catalogues(settings.BASE_DIR / "locale")
    call_command("migrate", interactive=False)
    if not apps.get_model("petitions", "Petition").objects.exists():
        call_command("demo")
    if not settings.DEBUG:
        collect_static()
    present = set(get_user_model().objects.filter(email__in=DEMO_LOGINS).values_list("email", flat=True))
    lines = [f"{email:<22} {role}\n" for email, role in DEMO_LOGINS.items() if email in present]
    Path(sys.argv[1]).write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
