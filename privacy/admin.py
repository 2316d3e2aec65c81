"""The consent ledger in the admin: to be read, never written."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from privacy.models import ConsentRecord


@admin.register(ConsentRecord)
class ConsentRecordAdmin(admin.ModelAdmin):
    # Who agreed is not shown: a proof is checked against a person who presents themselves.
    fields = readonly_fields = (
        "id",
        "purpose",
        "scope",
        "granted",
        "text_version",
        "text_hash",
        "language",
        "place",
        "recorded_at",
        "pseudonymised_at",
    )
    list_display = ("id", "purpose", "scope", "granted", "text_version", "place", "recorded_at", "pseudonymised_at")
    list_filter = ("purpose", "granted", "language")
    search_fields = ("=id", "=scope")
    search_help_text = _("Numéro de la preuve, ou portée entière, par exemple petition:12.")
    show_full_result_count = False
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
