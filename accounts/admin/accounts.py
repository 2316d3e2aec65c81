"""Accounts in the admin. People's data changes through the site or a rights request, so most of it is read only."""

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.security import OPENED_BY, SecurityFields
from accounts.forms.staff import AccountForm, NewAccountForm, ResetForm
from accounts.models import User
from accounts.services.second_factors import reset_second_factors
from mesopinions.core.addresses import canonical_email
from mesopinions.core.staff import LogsReading, StaffList


@admin.register(User)
class AccountAdmin(SecurityFields, LogsReading, StaffList, UserAdmin):
    """Names and addresses show one account at a time, and each reading is noted in the journal."""

    form = AccountForm
    add_form, add_form_template = NewAccountForm, None
    add_fieldsets = ((None, {"fields": ("email",)}),)
    fieldsets = (
        (None, {"fields": ("email", "public_name", "public_bio", "first_name", "last_name", "language")}),
        (_("Droits"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        (_("Dates"), {"fields": ("email_confirmed_at", "created_at", "last_seen_at", "closes_at")}),
    )
    filter_horizontal = ()
    list_display = ("number", "public_name", "is_staff", "is_active", "email_confirmed_at", "last_seen_at")
    list_filter = ("is_staff", "is_active", "groups")
    search_fields = ("canonical_email",)
    search_help_text = _("Numéro du compte, ou adresse e-mail entière.")
    ordering = ["-pk"]
    actions = ("reset_second_factors",)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        shown = self.security_fields(request)
        return [*fieldsets, (_("Connexion"), {"fields": shown})] if obj and shown else fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        dates = ("email_confirmed_at", "created_at", "last_seen_at", "closes_at")
        own = ("email", "first_name", "last_name", *dates, *OPENED_BY)
        rights = ("is_staff", "is_superuser", "groups")
        return own if request.user.is_superuser else own + rights

    def search_words(self, request: HttpRequest, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return rows.filter(canonical_email=canonical_email(words)) if "@" in words else rows.none()

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        # Otherwise whoever may change accounts could shut an administrator out.
        if obj is not None and obj.is_staff and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # An account ends by an erasure, which knows what else belongs to the person.
        return False

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        # Owners choose theirs, with a code that they get by mail.
        raise PermissionDenied

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:  # as User.objects.create_user does: allauth confirms the address from this row
            EmailAddress.objects.create(user=obj, email=obj.email, primary=True, verified=False)

    def has_reset_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    @admin.action(description=_("Retirer les seconds facteurs…"), permissions=["reset"])
    def reset_second_factors(self, request: HttpRequest, rows: QuerySet[User]) -> TemplateResponse | None:
        accounts = self.chosen(request, rows)
        if len(accounts) != 1 or accounts[0] == request.user:
            why = gettext("Choisissez un seul compte, qui n’est pas le vôtre.")
            self.message_user(request, why, messages.WARNING)
            return None
        is_sent = "confirmed" in request.POST
        form = ResetForm(request.POST if is_sent else None)
        if is_sent and form.is_valid():
            self._reset(request, accounts[0], form.cleaned_data["reason"])
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Retirer les seconds facteurs ?"),
            "opts": self.opts,
            "account": accounts[0],
            "factors": self.second_factors(accounts[0]),
            "form": form,
        }
        return TemplateResponse(request, "admin/accounts/user/reset_second_factors.html", context)

    def _reset(self, request: HttpRequest, account: User, reason: str) -> None:
        if not reset_second_factors(user=account):
            self.message_user(request, gettext("Ce compte n’a pas de second facteur."), messages.WARNING)
            return
        self.log_change(request, account, gettext("Seconds facteurs retirés : %(reason)s") % {"reason": reason})
        self.message_user(request, gettext("Seconds facteurs retirés. Un e-mail le dit à la personne."))
