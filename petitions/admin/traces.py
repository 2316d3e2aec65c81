"""Who published what, for an authority that asks with the law: nothing is listed that was not searched for."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mesopinions.core.staff import LONGEST_NUMBER, LogsReading, ReadOnly, StaffList
from petitions.models import ContributorTrace


@admin.register(ContributorTrace)
class ContributorTraceAdmin(LogsReading, ReadOnly, StaffList):
    # Names and addresses show one trace at a time, and each reading is noted in the journal.
    fields = ("what", "what_id", "petition_id", "name", "email", "ip_address", "contributed_at", "archived_at")
    list_display = ("number", "what", "what_id", "petition_id", "contributed_at", "archived_at")
    list_filter = ("what",)
    search_fields = ("what_id",)
    search_help_text = _("Numéro de la pétition ou du commentaire. Sans lui, rien n’est listé.")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        number = "".join(search_term.split())  # a number is shown, and copied, with narrow spaces
        if not number.isdecimal() or len(number) > LONGEST_NUMBER:
            return queryset.none(), False
        asked = Q(petition_id=number) | Q(what=ContributorTrace.What.COMMENT, what_id=number)
        return queryset.filter(asked), False
