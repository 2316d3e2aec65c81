"""The consent ledger in the admin: to be read, never written."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from mesopinions.core.staff import LanguageFilter, ReadOnly, StaffList
from privacy.models import ConsentRecord


@admin.register(ConsentRecord)
class ConsentRecordAdmin(ReadOnly, StaffList):
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
    list_display = ("number", "purpose", "scope", "granted", "text_version", "place", "recorded_at", "pseudonymised_at")
    list_filter = ("purpose", "granted", LanguageFilter)
    search_fields = ("=scope",)
    search_help_text = _("Numéro de la preuve, ou portée entière, par exemple petition:12.")
