"""« Textes à lire »: the queue of what authors sent, the page where one moderator reads, and the verdict."""

from collections.abc import Callable, Iterator, Mapping
from http import HTTPMethod
from typing import Any, cast

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
from petitions.admin.forms import ReasonForm
from petitions.admin.lists import actor, name_of, waiting_for
from petitions.admin.steps import ask_why, unless_refused
from petitions.models import Submission
from petitions.selectors.moderation import may_be_reconsidered, reading_of
from petitions.selectors.queues import TEXT_LONG, TEXT_TOO_LONG
from petitions.selectors.rewordings import signers_to_tell
from petitions.services.moderating import deciding, reading, verdicts
from petitions.services.moderating.verdicts import Verdict

LABELS = {
    Verdict.PUBLISH: (_("Publier"), _("C’est publié. L’auteur vient d’en être averti.")),
    Verdict.RETURN: (_("Renvoyer à l’auteur"), _("Le texte est renvoyé à son auteur, qui peut le reprendre.")),
    Verdict.REFUSE: (_("Refuser"), _("C’est refusé. L’auteur sait pourquoi et peut contester.")),
}
# A public petition has words already, and people who signed them.
LABELS_OF_EDITS = {
    Verdict.PUBLISH: (
        _("Publier et prévenir les signataires"),
        _("Le nouveau texte est en ligne. Ceux qui avaient signé un autre reçoivent la différence."),
    ),
    Verdict.CORRECT: (
        _("Publier : le fond ne change pas"),
        _("Le nouveau texte est en ligne. Aucun signataire ne reçoit d’e-mail."),
    ),
    Verdict.REFUSE: (_("Refuser"), _("C’est refusé. Le texte en ligne ne change pas, l’auteur sait pourquoi.")),
}
EFFECT_OF_REFUSED_EDIT = _("Le texte en ligne ne change pas. L’auteur pourra corriger, renvoyer, ou contester.")
EFFECTS = {
    Verdict.RETURN: _("L’auteur pourra corriger son texte et le renvoyer : nous le relirons."),
    Verdict.REFUSE: _("Ce texte ne sera pas publié. L’auteur pourra demander qu’une autre personne le relise."),
}


class QueueFilter(ConditionFilter):
    """What waits, unless something else is asked for."""

    title = _("état")
    parameter_name = "etat"

    def conditions(self) -> dict[str, tuple[str | Promise, Q]]:
        waiting = Q(closed_at=None)
        return {
            "libre": (_("à prendre"), waiting & Q(claimed_by=None)),
            "pris": (_("en lecture"), waiting & Q(claimed_by__isnull=False)),
            "traite": (_("traités"), Q(closed_at__isnull=False)),
        }

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        first, *others = super().choices(changelist)
        yield {**first, "display": _("en attente")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        found = super().queryset(request, queryset)
        return found if self.value() else found.filter(closed_at=None)


@admin.register(Submission)
class SubmissionAdmin(ReadOnly, StaffList):
    list_display = ("waits", "title_to_read", "act", "taken_by", "kind", "author")
    list_display_links = ("title_to_read",)
    list_select_related = ("petition__author", "petition__draft", "claimed_by")
    list_filter = (QueueFilter, "kind")
    sortable_by = ("waits",)
    ordering = ["sent_at", "pk"]
    number_field = "petition"
    search_fields = ("title",)
    search_help_text = _("Numéro de la pétition, ou mots du titre.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        """Add what each row offers to this account: its own text, one it holds, one it may take, or none of these."""
        is_free = Q(claimed_by=None) | Q(claimed_at__lt=timezone.now() - reading.CLAIM_LASTS)
        offer = Case(
            When(closed_at__isnull=False, then=Value("")),
            When(petition__author=request.user.pk, then=Value("own")),
            When(claimed_by=actor(request).pk, then=Value("mine")),
            When(is_free, then=Value("free" if self.may_change(request) else "")),
            default=Value(""),
        )
        rows: QuerySet[Submission] = super().get_queryset(request)
        return rows.annotate(offer=offer)

    def get_urls(self) -> list[URLPattern]:
        def named(name: str, view: Callable[..., HttpResponse], *rest: str) -> URLPattern:
            route = "/".join(["<str:object_id>", *rest, ""])
            return path(route, self.admin_site.admin_view(view), name=f"petitions_submission_{name}")

        return [
            named("take", self.take, "prendre"),
            named("release", self.release, "rendre"),
            named("decide", self.decide, "decider", "<str:verdict>"),
            named("reconsider", self.reconsider, "revenir"),
            *super().get_urls(),
        ]

    # --- The queue ---------------------------------------------------------------------------------------------------

    @admin.display(description=_("attend depuis"), ordering="sent_at")
    def waits(self, row: Submission) -> str:
        return waiting_for(row.sent_at, row.closed_at, long=TEXT_LONG, too_long=TEXT_TOO_LONG)

    @admin.display(description=_("titre"))
    def title_to_read(self, row: Submission) -> str:
        return row.title

    @admin.display(description=_("auteur"))
    def author(self, row: Submission) -> str:
        # The name that stands in the draft is the one that will be published.
        draft = getattr(row.petition, "draft", None)
        return (draft and not _is_edit(row) and draft.author_name) or row.petition.author_name

    @admin.display(description=_("prise par"), empty_value="")
    def taken_by(self, row: Submission) -> str:
        return name_of(row.claimed_by) if row.claimed_by else ""

    @admin.display(description=_("agir"))
    def act(self, row: Submission) -> str:
        offer = row.offer  # type: ignore[attr-defined]
        if offer == "own":
            return gettext("la vôtre : à quelqu’un d’autre")
        if offer == "mine":
            address = reverse("admin:petitions_submission_change", args=[row.pk])
            return format_html('<a class="button quiet" href="{}">{}</a>', address, gettext("Reprendre"))
        if offer == "free":
            # The whole list is one form: the button sends it somewhere else.
            address = reverse("admin:petitions_submission_take", args=[row.pk])
            words = gettext("Prendre")
            return format_html(
                '<button class="button quiet" formmethod="post" formaction="{}">{}</button>', address, words
            )
        return ""

    # --- One text ----------------------------------------------------------------------------------------------------

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show a text with all that helps to judge it."""
        if request.method not in {HTTPMethod.GET, HTTPMethod.HEAD}:
            raise PermissionDenied
        submission = self._found(request, object_id, self.has_view_permission(request))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Lire un texte"),
            "opts": self.opts,
            "reading": reading_of(submission, timezone.localdate()),
            "submission": submission,
            "offer": submission.offer,  # type: ignore[attr-defined]
            "may_change": self.may_change(request),
            "may_reconsider": self.may_change(request) and may_be_reconsidered(submission, actor(request).pk),
            "verdicts": [(verdict, _labels(submission)[verdict][0]) for verdict in verdicts.verdicts_for(submission)],
        }
        return TemplateResponse(request, "admin/petitions/submission/read.html", context)

    def take(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take a text with one click; the second of two finds it taken."""
        if request.method != HTTPMethod.POST:
            return HttpResponseNotAllowed(["POST"])
        submission = self._found(request, object_id, self.may_change(request))
        taken = unless_refused(
            request, lambda: reading.claim(submission=submission, by=actor(request), at=timezone.now())
        )
        if taken is False:
            messages.warning(request, gettext("Une autre personne vient de le prendre, ou il n’attend plus."))
        if not taken:
            return redirect("admin:petitions_submission_changelist")
        self.log_change(request, submission, gettext("Pris"))
        return self._to_text(submission)

    def release(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give a text back to the queue."""
        if request.method != HTTPMethod.POST:
            return HttpResponseNotAllowed(["POST"])
        submission = self._found(request, object_id, self.may_change(request))
        if reading.release(submission=submission, by=actor(request)):
            self.log_change(request, submission, gettext("Rendu"))
            messages.success(request, gettext("Rendu : une autre personne peut le prendre."))
        return redirect("admin:petitions_submission_changelist")

    def decide(self, request: HttpRequest, object_id: str, verdict: str) -> HttpResponse:
        """Publish by POST; for any other verdict, ask why first. What the kind of text means is in `verdicts`."""
        submission = self._found(request, object_id, self.may_change(request))
        if verdict not in verdicts.verdicts_for(submission):
            raise Http404
        chosen, words = Verdict(verdict), {}
        if chosen in verdicts.WITHOUT_REASONS:
            if request.method != HTTPMethod.POST:
                return self._to_text(submission)
            told = signers_to_tell(submission.petition) if _is_edit(submission) and chosen == Verdict.PUBLISH else 0
            if told and "confirmed" not in request.POST:
                return self._ask_before_mails(request, submission, told)
        else:
            form, page = self._ask_why(request, submission, chosen)
            if form is None:
                return cast(HttpResponse, page)
            words = form.cleaned_data
        decision = unless_refused(
            request,
            lambda: verdicts.decide(
                verdict=chosen, submission=submission, by=actor(request), at=timezone.now(), **words
            ),
        )
        if decision is None:
            return self._to_text(submission)
        self.log_change(request, submission, str(decision.get_act_display()))
        messages.success(request, str(_labels(submission)[chosen][1]))
        return redirect("admin:petitions_submission_changelist")

    def reconsider(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Publish what was refused by mistake."""
        if request.method != HTTPMethod.POST:
            return HttpResponseNotAllowed(["POST"])
        submission = self._found(request, object_id, self.may_change(request))
        decision = unless_refused(
            request, lambda: deciding.reconsider(submission=submission, by=actor(request), at=timezone.now())
        )
        if decision is not None:
            self.log_change(request, submission, str(decision.get_act_display()))
            messages.success(request, str(LABELS[Verdict.PUBLISH][1]))
        return self._to_text(submission)

    def _ask_before_mails(self, request: HttpRequest, submission: Submission, told: int) -> HttpResponse:
        """Ask once more: mails that left do not come back."""
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Publier et prévenir les signataires ?"),
            "opts": self.opts,
            "submission": submission,
            "told": told,
        }
        return TemplateResponse(request, "admin/petitions/submission/before_mails.html", context)

    def _ask_why(
        self, request: HttpRequest, submission: Submission, verdict: Verdict
    ) -> tuple[ReasonForm | None, HttpResponse | None]:
        author = submission.petition.author
        return ask_why(
            self,
            request,
            title=str(_labels(submission)[verdict][0]),
            about=[submission.title],
            language=author.language if author else submission.petition.language,
            confirm=str(_labels(submission)[verdict][0]),
            effect=str(EFFECT_OF_REFUSED_EDIT if _is_edit(submission) else EFFECTS[verdict]),
            back_url=reverse("admin:petitions_submission_change", args=[submission.pk]),
        )

    def _found(self, request: HttpRequest, object_id: str, is_allowed: bool) -> Submission:
        if not is_allowed:
            raise PermissionDenied
        submission: Submission | None = self.get_object(request, unquote(object_id))
        if submission is None:
            raise Http404
        return submission

    def _to_text(self, submission: Submission) -> HttpResponse:
        return redirect("admin:petitions_submission_change", submission.pk)


def _is_edit(submission: Submission) -> bool:
    return submission.kind == Submission.Kind.EDIT


def _labels(submission: Submission) -> Mapping[Verdict, tuple[Promise, Promise]]:
    """Return what each verdict is called, and what it did."""
    return LABELS_OF_EDITS if _is_edit(submission) else LABELS
