"""The purge in the admin: its receipts, and how every rule stands. A worker carries out what is started here."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mesopinions.core.staff import ReadOnly, StaffList
from mesopinions.core.views import see_other
from privacy.models import PurgeRun, Tombstone
from privacy.services import overview, purging
from privacy.services.rules import rule_called


class StartForm(forms.Form):
    """Which rule to run, and why over its brake if so."""

    rule = forms.CharField(max_length=120)
    over_brake = forms.BooleanField(required=False)
    reason = forms.CharField(required=False, max_length=500)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["rule"] = rule_called(cleaned.get("rule", ""))
        if cleaned["rule"] is None:
            raise forms.ValidationError(gettext("Cette règle n’existe plus. Rechargez la page."))
        if cleaned.get("over_brake") and not cleaned.get("reason"):
            raise forms.ValidationError(gettext("Écrivez pourquoi cette règle peut dépasser son frein."))
        return cleaned


@admin.register(PurgeRun)
class PurgeRunAdmin(ReadOnly, StaffList):
    fields = (
        "rule",
        "status",
        "is_dry",
        "as_of",
        "due",
        "handled",
        "held",
        "failed",
        "held_keys",
        "failed_keys",
        "error",
        "started_at",
        "touched_at",
        "finished_at",
    )
    list_display = ("number", "rule", "state", "started_at", "due", "handled", "held", "failed", "is_dry")
    list_filter = ("status", "is_dry", "rule")
    date_hierarchy = "started_at"
    search_fields = ("rule",)
    search_help_text = _("Numéro du passage, ou nom d’une règle.")
    change_list_template = "admin/privacy/purgerun/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        rules = path("regles/", self.admin_site.admin_view(self.rules), name="privacy_purgerun_rules")
        return [rules, *super().get_urls()]

    @admin.display(description=_("état"), ordering="status")
    def state(self, run: PurgeRun) -> SafeString:
        return format_html('<span class="state state-{}">{}</span>', run.status, run.get_status_display())

    def rules(self, request: HttpRequest) -> HttpResponse:
        """Show how every rule stands, or start one."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return self._start(request)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Règles de conservation"),
            "opts": self.opts,
            "standings": overview.standings(timezone.now()),
            "counted_at_most": overview.COUNTED_AT_MOST,
            "night_begins_at": purging.NIGHT_BEGINS_AT,
            "brake_percent": round(100 * purging.BRAKE_SHARE),
            "brake_rows": purging.BRAKE_ROWS,
            "may_run": self.may_change(request),
        }
        return TemplateResponse(request, "admin/privacy/purgerun/rules.html", context)

    def _start(self, request: HttpRequest) -> HttpResponse:
        if not self.may_change(request):
            raise PermissionDenied
        form = StartForm(request.POST)
        if not form.is_valid():
            for errors in form.errors.values():
                self.message_user(request, " ".join(map(str, errors)), messages.ERROR)
            return see_other(reverse("admin:privacy_purgerun_rules"))
        over_brake, rule = form.cleaned_data["over_brake"], form.cleaned_data["rule"]
        run = purging.start_run(rule=rule, at=timezone.now(), over_brake=over_brake)
        why = gettext("Lancé par-dessus le frein : %(reason)s") % form.cleaned_data
        self.log_change(request, run, why if over_brake else gettext("Lancé à la main"))
        self._tell(request, run)
        return see_other(reverse("admin:privacy_purgerun_rules"))

    def _tell(self, request: HttpRequest, run: PurgeRun) -> None:
        if run.status == PurgeRun.Status.RUNNING:
            self.message_user(request, gettext("Le passage %(run)d commence.") % {"run": run.pk})
        else:
            told = {"run": run.pk, "status": run.get_status_display()}
            self.message_user(
                request, gettext("Le passage %(run)d est déjà fini : %(status)s.") % told, messages.WARNING
            )


@admin.register(Tombstone)
class TombstoneAdmin(ReadOnly, StaffList):
    # How much was erased and when. The number of an erased row serves a restore alone.
    fields = ("table", "removed_from_count", "erased_at")
    list_display = ("number", "table", "removed_from_count", "erased_at")
    list_filter = ("table", "removed_from_count")
    date_hierarchy = "erased_at"
    search_fields = ("=table",)
    search_help_text = _("Numéro, ou nom de la table, par exemple petitions.Signature.")
