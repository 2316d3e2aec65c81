"""« Contestations »: the oldest first; whoever took a signature out sees them and cannot answer."""

from collections.abc import Iterator
from http import HTTPMethod
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mesopinions.core.staff import ConditionFilter, ReadOnly, StaffList
from petitions.admin.forms import DisputeAnswerForm
from petitions.admin.lists import actor, name_of, title_of, waiting_for
from petitions.admin.signatures import OPENED_BY
from petitions.admin.steps import unless_refused
from petitions.models import Dispute, InvalidSignature
from petitions.selectors.invalidations import out_of_count
from petitions.selectors.queues import DISPUTE_LONG, DISPUTE_TOO_LONG
from petitions.services import disputes


class AnsweredFilter(ConditionFilter):
    """What waits, unless something else is asked for."""

    title = _("état")
    parameter_name = "etat"

    def conditions(self) -> dict[str, tuple[str | Promise, Q]]:
        return {"repondu": (_("répondues"), Q(closed_at__isnull=False))}

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        first, *others = super().choices(changelist)
        yield {**first, "display": _("en attente")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        found = super().queryset(request, queryset)
        return found if self.value() else found.filter(closed_at=None)


@admin.register(Dispute)
class DisputeAdmin(ReadOnly, StaffList):
    list_display = ("waits", "act", "about", "first")
    list_display_links = ("waits",)
    list_filter = (AnsweredFilter, "outcome")
    list_select_related = ("signature__petition__current_text", "first_decider", "handler")
    sortable_by = ("waits",)
    ordering = ["filed_at", "pk"]
    number_field = "signature"
    search_fields = ("signature",)
    search_help_text = _("Numéro de la signature.")

    def search_words(self, request: HttpRequest, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return rows.none()

    @admin.display(description=_("attend depuis"), ordering="filed_at")
    def waits(self, row: Dispute) -> str:
        return waiting_for(row.filed_at, row.closed_at, long=DISPUTE_LONG, too_long=DISPUTE_TOO_LONG)

    @admin.display(description=_("pétition"))
    def about(self, row: Dispute) -> str:
        return title_of(row.signature.petition)

    @admin.display(description=_("invalidée par"))
    def first(self, row: Dispute) -> str:
        return name_of(row.first_decider)

    @admin.display(description=_("agir"))
    def act(self, row: Dispute) -> str:
        return str(row.get_outcome_display()) if row.closed_at else gettext("à répondre")

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show a dispute with the signature that it is about; by POST, answer it."""
        is_sent = request.method == HTTPMethod.POST
        if not (self.may_change(request) if is_sent else self.has_view_permission(request)):
            raise PermissionDenied
        dispute: Dispute | None = self.get_object(request, unquote(object_id))
        if dispute is None:
            raise Http404
        form = DisputeAnswerForm(request.POST if is_sent else None)
        if not is_sent:
            self.log_change(request, dispute, gettext("Consulté"))
        if not (is_sent and form.is_valid()):
            return self._page(request, dispute, form)
        answer = {**form.cleaned_data, "by": actor(request), "at": timezone.now()}
        is_back = unless_refused(request, lambda: disputes.answer_dispute(dispute=dispute, **answer))
        if is_back is None:
            return self._page(request, dispute, form)
        self.log_change(request, dispute, str(Dispute.Outcome(form.cleaned_data["outcome"]).label))
        done = gettext("La réponse est partie, et la signature est rétablie.")
        messages.success(request, done if is_back else gettext("La réponse est partie."))
        return redirect("admin:petitions_dispute_changelist")

    def _page(self, request: HttpRequest, dispute: Dispute, form: DisputeAnswerForm) -> HttpResponse:
        signature = dispute.signature
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Lire une contestation"),
            "opts": self.opts,
            "dispute": dispute,
            "signature": signature,
            "domain": signature.canonical_email.rpartition("@")[2],
            "petition_title": title_of(signature.petition),
            "out": out_of_count(signature),
            "invalid": InvalidSignature.objects.select_related("invalidation").filter(signature=signature).first(),
            "decider": name_of(dispute.first_decider),
            "handler": name_of(dispute.handler),
            "is_own": disputes.is_interested(dispute=dispute, member=actor(request)),
            # Whose it is stays out of sight of who has no right to see accounts, as on the signature's own page.
            "may_see_address": request.user.has_perm(OPENED_BY["email"]),
            "may_change": self.may_change(request),
            "form": form,
        }
        return TemplateResponse(request, "admin/petitions/dispute/read.html", context)
