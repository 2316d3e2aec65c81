"""Load the demo site: `manage.py demo`."""

import os
import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import Profile, User
from petitions.demo_content.loading import load
from petitions.demo_content.logins import LOGINS
from petitions.models import Petition


class Command(BaseCommand):
    help = (
        "Adds the demo logins and some fifty French petitions with invented signatures, the same each time; what is "
        "there already is left alone. Deletes nothing. The password of the logins is DEMO_PASSWORD, else one is made "
        "and printed. On a site with accounts or petitions it refuses to run, except under LOCAL=1."
    )

    def handle(self, **options: Any) -> None:
        if not settings.LOCAL and (User.objects.exists() or Petition.objects.exists()):
            raise CommandError("This site has accounts or petitions: the demo is for an empty one, or for LOCAL=1.")
        password = os.environ.get("DEMO_PASSWORD", "")
        with transaction.atomic():
            made = self._add_logins(password)
            added = load(at=timezone.now())
        self.stdout.write(f"{added} petitions added")
        if made:
            self.stdout.write(f"Demo logins, all with the password {made}")
            self.stdout.writelines(login.line for login in LOGINS)

    def _add_logins(self, password: str) -> str:
        """Create the accounts that are missing. Returns the password if it was made here for all of them."""
        known = {user.email: user for user in User.objects.filter(email__in=[login.email for login in LOGINS])}
        made = "" if password or known else secrets.token_urlsafe(12)
        now = timezone.now()
        for login in LOGINS:
            if user := known.get(login.email):
                self._renew_password(user, password)
                continue
            added = User.objects.create_user(
                login.email,
                password or made or None,
                first_name=login.first_name,
                last_name=login.last_name,
                public_name=f"{login.first_name} {login.last_name}",
                public_bio=login.bio,
                email_confirmed_at=now,
                **dict.fromkeys(login.rights, True),
            )
            if login.place:
                Profile.objects.create(user=added, country="FR", postal_code=login.place[0], city=login.place[1])
            added.groups.set(Group.objects.filter(name=login.group))
        return made

    def _renew_password(self, user: User, password: str) -> None:
        if password and not user.check_password(password):
            user.set_password(password)
            user.save(update_fields=["password"])
