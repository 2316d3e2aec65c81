"""The trail of moderation, to read."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from mesopinions.core.staff import LONGEST_NUMBER, ReadOnly, StaffList
from petitions.admin.lists import name_of
from petitions.models import Decision


@admin.register(Decision)
class DecisionAdmin(ReadOnly, StaffList):
    fieldsets = (
        (None, {"fields": ("act", "subject", "subject_id", "petition", "text_read")}),
        (_("Raisons"), {"fields": ("reason", "statement", "language")}),
        (_("Qui et quand"), {"fields": ("decider", "decided_at", "told")}),
    )
    readonly_fields = ("petition", "text_read", "decider")
    list_display = ("number", "decided_at", "act", "reason", "subject", "petition", "decider", "appeal_state")
    list_display_links = ("number", "decided_at")
    list_select_related = ("decided_by", "appeal")
    list_filter = ("act", "reason", "subject", "appeal__outcome")
    date_hierarchy = "decided_at"
    search_fields = ("petition_id",)
    search_help_text = _("Numéro de la décision ou de la pétition.")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        number = "".join(search_term.split())  # a number is shown, and copied, with narrow spaces
        if not number:
            return queryset, False
        if not number.isdecimal() or len(number) > LONGEST_NUMBER:
            return queryset.none(), False
        return queryset.filter(Q(pk=number) | Q(petition_id=number)), False

    @admin.display(description=_("pétition"))
    def petition(self, decision: Decision) -> str:
        address = reverse("admin:petitions_petition_change", args=[decision.petition_id])
        return format_html('<a href="{}">{}</a>', address, decision.petition_id)

    @admin.display(description=_("texte lu"))
    def text_read(self, decision: Decision) -> str:
        if not decision.submission:
            return ""
        address = reverse("admin:petitions_submission_change", args=[decision.submission_id])
        return format_html('<a href="{}">{}</a>', address, decision.submission.title)

    @admin.display(description=_("décidé par"))
    def decider(self, decision: Decision) -> str:
        return name_of(decision.decided_by)

    @admin.display(description=_("recours"))
    def appeal_state(self, decision: Decision) -> str:
        appeal = getattr(decision, "appeal", None)
        if appeal is None:
            return ""
        return str(appeal.get_outcome_display() if appeal.outcome else _("en attente"))
