"""How the owner of an account gets in, as staff see it: kinds and days. From where is for the owner alone."""

from collections.abc import Iterable
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Login, User
from accounts.personal_data.logins import Factor
from accounts.selectors import security

# Each field, and the right that opens it.
OPENED_BY = {
    "second_factors": "mfa.view_authenticator",
    "connected_accounts": "socialaccount.view_socialaccount",
    "open_sessions": "usersessions.view_usersession",
    "latest_logins": "accounts.view_login",
}


class SecurityFields:
    """Fields to read on the page of an account, a line for each thing that there is."""

    def security_fields(self, request: HttpRequest) -> list[str]:
        """Return those of the fields that this member of the staff may see."""
        return [field for field, right in OPENED_BY.items() if request.user.has_perm(right)]

    @admin.display(description=_("seconds facteurs"))
    def second_factors(self, user: User) -> str:
        words = gettext("%(kind)s, depuis le %(since)s, dernier usage : %(last)s")
        return _lines(
            words
            % {
                "kind": Factor(factor.type).label,
                "since": _moment(factor.created_at),
                "last": _moment(factor.last_used_at),
            }
            for factor in Authenticator.objects.filter(user=user).order_by("created_at", "pk")
        )

    @admin.display(description=_("comptes liés"))
    def connected_accounts(self, user: User) -> str:
        words = gettext("%(provider)s, depuis le %(since)s")
        return _lines(
            words % {"provider": Login.Method(account.provider).label, "since": _moment(account.date_joined)}
            for account in SocialAccount.objects.filter(user=user).order_by("provider", "pk")
        )

    @admin.display(description=_("sessions ouvertes"))
    def open_sessions(self, user: User) -> str:
        words = gettext("%(browser)s, depuis le %(since)s")
        return _lines(
            words % {"browser": session.browser, "since": _moment(session.since)}
            for session in security.open_sessions(user, this_one=None)
        )

    @admin.display(description=_("dernières connexions"))
    def latest_logins(self, user: User) -> str:
        return _lines(
            ", ".join(
                [
                    _moment(login.at),
                    login.method,
                    *([gettext("avec un second facteur")] if login.with_second_factor else []),
                    login.browser,
                ]
            )
            for login in security.latest_logins(user)
        )


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines) or "–"


def _moment(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT") if at else gettext("jamais")
