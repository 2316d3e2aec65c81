"""The staff's own site: Django's admin, for staff who showed a second factor in this session."""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

Factor = Authenticator.Type


def showed_second_factor(request: HttpRequest) -> bool:
    """Say whether a code or a key that the account still has was shown in this session. A passkey alone is both."""
    records = get_authentication_records(request, request.user)
    shown = [record["id"] for record in records if record.get("method") == "mfa" and "id" in record]
    return bool(shown) and Authenticator.objects.filter(user=request.user.pk, pk__in=shown).exists()


class StaffSite(AdminSite):
    site_header = site_title = "MesOpinions"
    index_title = _("Espace de l’équipe")
    enable_nav_sidebar = False  # lists need the width

    def has_permission(self, request: HttpRequest) -> bool:
        """Say whether this session may open the admin: every page of it asks here, whatever the method.

        On a developer's machine the demonstration's logins have no second factor, and enter without.
        """
        return super().has_permission(request) and (settings.LOCAL or showed_second_factor(request))

    def login(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:
        """Lead to what is missing: the site's own login, which is rate limited, or a second factor.

        Raises PermissionDenied for who is no staff.
        """
        front = reverse("admin:index")
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next", front))
        if not super().has_permission(request):
            raise PermissionDenied
        if self.has_permission(request):
            return redirect(front)
        return self._ask_for_second_factor(request, request.GET.get("next", front))

    def _ask_for_second_factor(self, request: HttpRequest, back: str) -> HttpResponse:
        owned = set(Authenticator.objects.filter(user=request.user.pk).values_list("type", flat=True))
        if Factor.TOTP in owned:
            return redirect_to_login(back, reverse("mfa_reauthenticate"))
        if Factor.WEBAUTHN in owned:
            return redirect_to_login(back, reverse("mfa_reauthenticate_webauthn"))
        why = gettext(
            "L’espace de l’équipe demande une deuxième preuve (second facteur). Ajoutez-en une, puis revenez."
        )
        messages.warning(request, why)
        return redirect("account_security")

    # The site's own page asks who one is, tells the owner by mail and ends the other sessions.
    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        return redirect("account_security")
