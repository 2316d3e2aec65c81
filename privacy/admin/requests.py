"""Rights requests in the admin, for whoever answers them: by the day the law sets, without saying whose they are."""

from datetime import timedelta

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mesopinions.core.addresses import exact_address_key
from mesopinions.core.staff import ConditionFilter, LogsReading, ReadOnly, StaffList
from mesopinions.core.templatetags.site import long_date
from privacy import requests
from privacy.models import RequestStep, RightsRequest
from privacy.registry import Erasure

SOON = timedelta(days=10)
Status = RightsRequest.Status


class DueFilter(ConditionFilter):
    title = _("échéance")
    parameter_name = "echeance"

    def conditions(self) -> dict[str, tuple[str | Promise, Q]]:
        today = timezone.localdate()
        is_open = Q(closed_at=None)
        return {
            "passee": (_("dépassée"), is_open & Q(due_on__lt=today)),
            "proche": (_("dans les dix jours"), is_open & Q(due_on__range=(today, today + SOON))),
            "ouverte": (_("toutes les demandes ouvertes"), is_open),
        }


class Steps(ReadOnly, admin.TabularInline):
    model = RequestStep
    fields = ("source", "found", "held", "fate", "done_at")
    readonly_fields = ("fate",)

    @admin.display(description=_("action"))
    def fate(self, step: RequestStep) -> str:
        return str(dict(Erasure.choices).get(step.action, step.action))


@admin.register(RightsRequest)
class RightsRequestAdmin(ReadOnly, LogsReading, StaffList):
    # The links of the person are nowhere, and their address shows one request at a time.
    fieldsets = (
        (None, {"fields": ("right", "status", "email", "user", "language", "remove_from_count")}),
        (_("Dates"), {"fields": ("received_at", "due_on", "confirmed_at", "touched_at", "closed_at")}),
        (_("Travail"), {"fields": ("steps_done", "steps_total", "file_ready_at", "error")}),
    )
    inlines = (Steps,)
    list_display = ("number", "right", "status", "due", "received_at", "confirmed_at", "closed_at", "error")
    list_filter = (DueFilter, "status", "right")
    date_hierarchy = "received_at"
    search_fields = ("subject_key",)
    search_help_text = _("Numéro de la demande, ou adresse e-mail entière.")
    actions = ("try_again",)

    def search_words(self, request: HttpRequest, rows: QuerySet[RightsRequest], words: str) -> QuerySet[RightsRequest]:
        return rows.filter(subject_key=exact_address_key(words)) if "@" in words else rows.none()

    @admin.display(description=_("à traiter avant le"), ordering="due_on")
    def due(self, row: RightsRequest) -> str:
        today = timezone.localdate()
        if row.closed_at or row.due_on > today + SOON:
            return long_date(row.due_on)
        is_late = row.due_on < today
        words = gettext("dépassée") if is_late else gettext("bientôt")
        return format_html(
            '<span class="{}">{} ({})</span>', "due-late" if is_late else "due-soon", long_date(row.due_on), words
        )

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return self.may_change(request)

    @admin.action(description=_("Reprendre"), permissions=["retry"])
    def try_again(self, request: HttpRequest, rows: QuerySet[RightsRequest]) -> None:
        now = timezone.now()
        self.carry_out(
            request,
            self.chosen(request, rows),
            lambda row: requests.try_again(request=row, at=now),
            gettext("Reprise"),
        )
