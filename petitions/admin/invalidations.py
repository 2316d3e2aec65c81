"""« Signatures suspectes » of a petition, and the list of what was taken out, each with the way back."""

from collections.abc import Callable
from http import HTTPMethod
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from mesopinions.core.staff import ConditionFilter
from petitions.admin.lists import OfPetition, actor, name_of, title_of
from petitions.admin.steps import unless_refused
from petitions.models import Invalidation, Petition
from petitions.selectors.invalidations import suspects
from petitions.services.fraud import applying
from petitions.services.fraud.rules import RULES, FraudRule

# A dry run that was read a while ago may still be applied if about as many are found: a tenth, or ten.
DRIFT, DRIFT_AT_LEAST = 0.1, 10


class UndoneFilter(ConditionFilter):
    title = _("état")
    parameter_name = "etat"

    def conditions(self) -> dict[str, tuple[str | Promise, Q]]:
        return {"tient": (_("en vigueur"), Q(undone_at=None)), "annulee": (_("annulée"), Q(undone_at__isnull=False))}


@admin.register(Invalidation)
class InvalidationAdmin(OfPetition):
    fields = ("petition", "rule", "found", "applied_by", "applied_at", "undone_by", "undone_at")
    list_display = ("number", "act", "petition_title", "rule", "found", "applied_at", "who_applied")
    list_filter = (UndoneFilter, "rule")
    list_select_related = ("petition__current_text", "applied_by", "undone_by")
    number_field = "petition"
    search_fields = ("petition",)
    search_help_text = _("Numéro de la pétition.")

    def search_words(self, request: HttpRequest, rows: Any, words: str) -> Any:
        return rows.none()

    def get_urls(self) -> list[URLPattern]:
        def named(route: str, name: str, view: Callable[..., HttpResponse]) -> URLPattern:
            return path(route, self.admin_site.admin_view(view), name=f"petitions_invalidation_{name}")

        return [
            named("suspectes/<int:petition_id>/", "suspects", self.suspects),
            named("suspectes/<int:petition_id>/<str:rule>/", "apply", self.apply),
            named("<int:invalidation_id>/annuler/", "undo", self.undo),
            *super().get_urls(),
        ]

    @admin.display(description=_("appliquée par"))
    def who_applied(self, row: Invalidation) -> str:
        return name_of(row.applied_by)

    @admin.display(description=_("agir"))
    def act(self, row: Invalidation) -> str:
        if row.undone_at:
            return gettext("annulée")
        address = reverse("admin:petitions_invalidation_undo", args=[row.pk])
        return format_html('<a class="button quiet" href="{}">{}</a>', address, gettext("Annuler…"))

    # --- Suspected signatures ----------------------------------------------------------------------------------------

    def suspects(self, request: HttpRequest, petition_id: int) -> HttpResponse:
        """Show what each rule would take out of one petition, and change nothing."""
        petition = self._petition(request, petition_id)
        found = [self._dry_run(rule, petition) for rule in RULES.values()]
        context = {
            **self._context(request, petition, gettext("Signatures suspectes")),
            "found": found,
            "past": Invalidation.objects.filter(petition=petition).select_related("applied_by", "undone_by"),
        }
        self.log_change(request, petition, gettext("Consulté : signatures suspectes"))
        return TemplateResponse(request, "admin/petitions/invalidation/suspects.html", context)

    def apply(self, request: HttpRequest, petition_id: int, rule: str) -> HttpResponse:
        """Ask once more, then take out what the rule finds now, unless that is not what was shown."""
        if request.method != HTTPMethod.POST:
            return HttpResponseNotAllowed(["POST"])
        petition = self._petition(request, petition_id)
        if rule not in RULES:
            raise Http404
        if not self.may_change(request):
            raise PermissionDenied
        ids = RULES[Invalidation.Rule(rule)].find(petition.pk)
        shown = request.POST.get("shown", "")
        if not shown.isdecimal():
            context = {
                **self._context(request, petition, gettext("Invalider ces signatures ?")),
                "rule": RULES[Invalidation.Rule(rule)],
                "count": min(len(ids), applying.AT_MOST),
                "all": len(ids),
            }
            return TemplateResponse(request, "admin/petitions/invalidation/apply.html", context)
        if abs(len(ids) - int(shown[:9])) > max(DRIFT_AT_LEAST, DRIFT * int(shown[:9])):
            text = gettext("La règle en trouve maintenant %(now)d, et non plus %(shown)s : regardez de nouveau.")
            messages.error(request, text % {"now": len(ids), "shown": shown[:9]})
            return self._to_suspects(petition)
        return self._carry_out(request, petition, Invalidation.Rule(rule), ids)

    def _carry_out(
        self, request: HttpRequest, petition: Petition, rule: Invalidation.Rule, ids: list[int]
    ) -> HttpResponse:
        what: dict[str, Any] = {"petition_id": petition.pk, "rule": rule, "ids": ids, "by": actor(request)}
        carried_out = unless_refused(request, lambda: [applying.invalidate(**what, at=timezone.now())])
        if carried_out is None:
            return self._to_suspects(petition)
        [done] = carried_out
        if done is None:
            messages.warning(request, gettext("Il n’y avait plus rien à invalider."))
            return self._to_suspects(petition)
        self.log_addition(request, done, f"{rule.label} : {done.found}")
        text = ngettext(
            "%(count)d signature invalidée. La personne en est avertie.",
            "%(count)d signatures invalidées. Chaque personne en est avertie.",
            done.found,
        )
        messages.success(request, text % {"count": done.found})
        return self._to_suspects(petition)

    def undo(self, request: HttpRequest, invalidation_id: int) -> HttpResponse:
        """Ask, then put back what an invalidation took out. Undone twice, the second finds nothing to do."""
        if not self.may_change(request):
            raise PermissionDenied
        row = get_object_or_404(Invalidation.objects.select_related("petition__current_text"), pk=invalidation_id)
        if request.method != HTTPMethod.POST:
            context = {
                **self._context(request, row.petition, gettext("Annuler cette invalidation ?")),
                "invalidation": row,
                "count": row.signatures.count(),
            }
            return TemplateResponse(request, "admin/petitions/invalidation/undo.html", context)
        was_undone = row.undone_at is not None
        back = unless_refused(
            request, lambda: applying.undo_invalidation(invalidation=row, by=actor(request), at=timezone.now())
        )
        if back is None:
            return self._to_suspects(row.petition)
        if back or not was_undone:
            self.log_change(request, row, gettext("Annulée"))
        text = ngettext("%(count)d signature rétablie.", "%(count)d signatures rétablies.", back) % {"count": back}
        messages.success(request, text) if back else messages.warning(request, gettext("Il n’y avait rien à rétablir."))
        return self._to_suspects(row.petition)

    # --- What they share ---------------------------------------------------------------------------------------------

    def _dry_run(self, rule: FraudRule, petition: Petition) -> dict[str, Any]:
        ids = rule.find(petition.pk)
        return {"rule": rule, "count": len(ids), "sample": suspects(ids)}

    def _petition(self, request: HttpRequest, petition_id: int) -> Petition:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(Petition.objects.select_related("theme", "current_text"), pk=petition_id)

    def _context(self, request: HttpRequest, petition: Petition, title: str) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "petition": petition,
            "petition_title": title_of(petition),
            "may_change": self.may_change(request) and petition.author_id != actor(request).pk,
        }

    def _to_suspects(self, petition: Petition) -> HttpResponse:
        return redirect("admin:petitions_invalidation_suspects", petition.pk)
