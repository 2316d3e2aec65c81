"""« Recours »: by the day an answer is due; whoever decided first sees them and cannot take them."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from http import HTTPMethod
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Q, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mesopinions.core.staff import ConditionFilter, ReadOnly, StaffList
from mesopinions.core.templatetags.site import long_date
from petitions.admin.forms import AnswerForm
from petitions.admin.lists import actor, name_of
from petitions.admin.steps import unless_refused
from petitions.models import Appeal
from petitions.selectors.decisions import page_of_decision
from petitions.services.moderating import appeals
from petitions.services.moderating.reading import CLAIM_LASTS

SOON = timedelta(days=4)


class DueFilter(ConditionFilter):
    """What waits, unless something else is asked for."""

    title = _("échéance")
    parameter_name = "echeance"

    def conditions(self) -> dict[str, tuple[str | Promise, Q]]:
        today = timezone.localdate()
        waiting = Q(closed_at=None)
        return {
            "passee": (_("dépassée"), waiting & Q(due_on__lt=today)),
            "proche": (_("dans les quatre jours"), waiting & Q(due_on__range=(today, today + SOON))),
            "repondu": (_("répondus"), Q(closed_at__isnull=False)),
        }

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        first, *others = super().choices(changelist)
        yield {**first, "display": _("en attente")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        found = super().queryset(request, queryset)
        return found if self.value() else found.filter(closed_at=None)


@admin.register(Appeal)
class AppealAdmin(ReadOnly, StaffList):
    list_display = ("due", "about", "act", "taken_by", "decided", "first")
    list_display_links = ("due",)
    list_select_related = ("decision__submission", "first_decider", "handler")
    list_filter = (DueFilter, "outcome")
    sortable_by = ("due",)
    ordering = ["due_on", "pk"]
    search_help_text = _("Numéro de la pétition.")
    search_fields = ("decision__petition_id",)
    number_field = "decision__petition_id"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appeal]:
        """Add what each row offers to this account: one it decided or wrote, one it holds, one it may take."""
        is_free = Q(handler=None) | Q(claimed_at__lt=timezone.now() - CLAIM_LASTS)
        offer = Case(
            When(closed_at__isnull=False, then=Value("")),
            When(Q(first_decider=request.user.pk) | Q(decision__told=request.user.pk), then=Value("own")),
            When(handler=request.user.pk, then=Value("mine")),
            When(is_free, then=Value("free" if self.may_change(request) else "")),
            default=Value(""),
        )
        rows: QuerySet[Appeal] = super().get_queryset(request)
        return rows.annotate(offer=offer)

    def get_urls(self) -> list[URLPattern]:
        def named(name: str, view: Callable[..., HttpResponse], verb: str) -> URLPattern:
            return path(f"<str:object_id>/{verb}/", self.admin_site.admin_view(view), name=f"petitions_appeal_{name}")

        return [
            named("take", self.take, "prendre"),
            named("release", self.release, "rendre"),
            named("answer", self.answer, "repondre"),
            *super().get_urls(),
        ]

    @admin.display(description=_("réponse avant le"), ordering="due_on")
    def due(self, row: Appeal) -> str:
        today = timezone.localdate()
        if row.closed_at or row.due_on > today + SOON:
            return long_date(row.due_on)
        is_late = row.due_on < today
        words = gettext("dépassée") if is_late else gettext("bientôt")
        return format_html(
            '<span class="{}">{} ({})</span>', "due-late" if is_late else "due-soon", long_date(row.due_on), words
        )

    @admin.display(description=_("à propos de"))
    def about(self, row: Appeal) -> str:
        subject = row.decision.get_subject_display()
        return row.decision.submission.title if row.decision.submission else f"{subject} {row.decision.subject_id}"

    @admin.display(description=_("décision"))
    def decided(self, row: Appeal) -> str:
        return f"{row.decision.get_act_display()} – {row.decision.get_reason_display()}"

    @admin.display(description=_("décidé par"))
    def first(self, row: Appeal) -> str:
        return name_of(row.first_decider)

    @admin.display(description=_("repris par"), empty_value="")
    def taken_by(self, row: Appeal) -> str:
        return name_of(row.handler)

    @admin.display(description=_("agir"))
    def act(self, row: Appeal) -> str:
        offer = row.offer  # type: ignore[attr-defined]
        if offer == "own":
            return gettext("à quelqu’un d’autre")
        if offer == "mine":
            address = reverse("admin:petitions_appeal_change", args=[row.pk])
            return format_html('<a class="button quiet" href="{}">{}</a>', address, gettext("Reprendre"))
        if offer == "free":
            # The whole list is one form: the button sends it somewhere else.
            address = reverse("admin:petitions_appeal_take", args=[row.pk])
            button = '<button class="button quiet" formmethod="post" formaction="{}">{}</button>'
            return format_html(button, address, gettext("Prendre"))
        return ""

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show an appeal with the decision it is about."""
        if request.method not in {HTTPMethod.GET, HTTPMethod.HEAD}:
            raise PermissionDenied
        appeal = self._found(request, object_id, self.has_view_permission(request))
        return self._page(request, appeal, AnswerForm())

    def take(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take an appeal with one click; the second of two finds it taken, and the first decider cannot."""
        if request.method != HTTPMethod.POST:
            return HttpResponseNotAllowed(["POST"])
        appeal = self._found(request, object_id, self.may_change(request))
        taken = unless_refused(
            request, lambda: appeals.claim_appeal(appeal=appeal, by=actor(request), at=timezone.now())
        )
        if taken is False:
            messages.warning(request, gettext("Une autre personne vient de le prendre, ou il n’attend plus."))
        if not taken:
            return self._to_queue()
        self.log_change(request, appeal, gettext("Pris"))
        return redirect("admin:petitions_appeal_change", appeal.pk)

    def release(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give an appeal back to the queue."""
        if request.method != HTTPMethod.POST:
            return HttpResponseNotAllowed(["POST"])
        appeal = self._found(request, object_id, self.may_change(request))
        if appeals.release_appeal(appeal=appeal, by=actor(request)):
            self.log_change(request, appeal, gettext("Rendu"))
            messages.success(request, gettext("Rendu : une autre personne peut le prendre."))
        return self._to_queue()

    def answer(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Answer an appeal, and carry out what the answer says."""
        if request.method != HTTPMethod.POST:
            return HttpResponseNotAllowed(["POST"])
        appeal = self._found(request, object_id, self.may_change(request))
        form = AnswerForm(request.POST)
        if not form.is_valid():
            return self._page(request, appeal, form)
        answer = {**form.cleaned_data, "by": actor(request), "at": timezone.now()}
        done = unless_refused(request, lambda: [appeals.answer_appeal(appeal=appeal, **answer)])
        if done is None:
            return self._page(request, appeal, form)
        outcome = str(Appeal.Outcome(form.cleaned_data["outcome"]).label)
        self.log_change(request, appeal, outcome)
        messages.success(request, gettext("La réponse est partie : %(outcome)s.") % {"outcome": outcome})
        if done == [None] and form.cleaned_data["outcome"] == Appeal.Outcome.REVERSED:
            messages.warning(request, gettext("Il n’y avait plus rien à rétablir : voyez l’état de la pétition."))
        return self._to_queue()

    def _page(self, request: HttpRequest, appeal: Appeal, form: AnswerForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Lire un recours"),
            "opts": self.opts,
            "appeal": appeal,
            "page": page_of_decision(appeal.decision),
            "decider": name_of(appeal.first_decider),
            "handler": name_of(appeal.handler),
            "offer": appeal.offer,  # type: ignore[attr-defined]
            "may_change": self.may_change(request),
            "due": self.due(appeal),
            "form": form,
        }
        return TemplateResponse(request, "admin/petitions/appeal/read.html", context)

    def _found(self, request: HttpRequest, object_id: str, is_allowed: bool) -> Appeal:
        if not is_allowed:
            raise PermissionDenied
        appeal: Appeal | None = self.get_object(request, unquote(object_id))
        if appeal is None:
            raise Http404
        return appeal

    def _to_queue(self) -> HttpResponse:
        return redirect("admin:petitions_appeal_changelist")
