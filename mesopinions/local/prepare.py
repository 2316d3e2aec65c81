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
from petitions.demo_content.logins import LOGINS


def main() -> None:
    """Prepare the site, and write the demonstration's logins that exist, one a line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mesopinions.settings")
    django.setup()
    compile_catalogues(settings.BASE_DIR / "locale")
    call_command("migrate", interactive=False)
    call_command("staff_groups")
    if not apps.get_model("petitions", "Petition").objects.exists():
        call_command("demo")
    if not settings.DEBUG:
        collect_static()
    addresses = [login.email for login in LOGINS]
    present = set(get_user_model().objects.filter(email__in=addresses).values_list("email", flat=True))
    lines = [login.line for login in LOGINS if login.email in present]
    Path(sys.argv[1]).write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
