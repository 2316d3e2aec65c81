"""Accounts in the admin. People's data changes through the site or a rights request, so most of it is read only."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.forms.staff import AccountForm, NewAccountForm
from accounts.models import User
from mesopinions.core.addresses import canonical_email
from mesopinions.core.staff import BoundedPaginator


@admin.register(User)
class AccountAdmin(UserAdmin):
    form = AccountForm
    add_form = NewAccountForm
    add_fieldsets = ((None, {"fields": ("email", "usable_password", "password1", "password2")}),)
    fieldsets = (
        (None, {"fields": ("email", "password", "public_name", "public_bio", "first_name", "last_name", "language")}),
        (_("Droits"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        (_("Dates"), {"fields": ("email_confirmed_at", "created_at", "last_seen_at")}),
    )
    # Names and addresses show one account at a time.
    list_display = ("id", "public_name", "is_staff", "is_active", "email_confirmed_at", "last_seen_at")
    list_filter = ("is_staff", "is_active", "groups")
    paginator = BoundedPaginator
    show_full_result_count = False
    search_fields = ("=id",)
    search_help_text = _("Numéro du compte, ou adresse e-mail entière.")
    ordering = ("-id",)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        own = ("email", "first_name", "last_name", "email_confirmed_at", "created_at", "last_seen_at")
        rights = ("is_staff", "is_superuser", "groups", "user_permissions")
        return own if request.user.is_superuser else own + rights

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        if "@" in search_term:
            return queryset.filter(canonical_email=canonical_email(search_term)), False
        return super().get_search_results(request, queryset, search_term)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        # Otherwise whoever may change accounts could set an administrator's password.
        if obj is not None and obj.is_staff and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # An account ends by an erasure, which knows what else belongs to the person.
        return False
