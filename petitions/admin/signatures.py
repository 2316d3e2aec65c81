"""Signatures, their comments and their count in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mesopinions.core.addresses import canonical_email
from mesopinions.core.staff import ConditionFilter, LogsReading
from petitions.admin.lists import OfPetition, actor, common_language
from petitions.admin.steps import ask_why, unless_refused
from petitions.models import Comment, DailyTally, Signature
from petitions.services.moderating import comments

COMMENT_IN_LIST = 280
# What only some of those who see a signature may see of it: whose it is, to answer people; its proof.
OPENED_BY = {"email": "accounts.view_user", "user": "accounts.view_user", "consent": "privacy.view_consentrecord"}


@admin.register(Signature)
class SignatureAdmin(LogsReading, OfPetition):
    # Names show one signature at a time, and the journal keeps who read them.
    fieldsets = (
        (None, {"fields": ("petition", "text_version", "status", "consent", "user")}),
        (_("Signataire"), {"fields": ("first_name", "last_name", "email", "is_name_public", "language")}),
        (_("Lieu"), {"fields": ("country", "postal_code", "city", "departement")}),
        (_("Traces"), {"fields": ("is_disposable", "ip_address", "browser")}),
        (_("Dates"), {"fields": ("created_at", "confirmed_at", "withdrawn_at")}),
    )
    list_display = (
        "number",
        "petition_title",
        "status",
        "departement",
        "is_disposable",
        "created_at",
        "confirmed_at",
        "withdrawn_at",
    )
    list_filter = ("status", "is_disposable")
    search_fields = ("canonical_email",)
    search_help_text = _("Numéro de la signature, ou adresse e-mail entière.")

    def get_fieldsets(self, request: HttpRequest, obj: Signature | None = None) -> Any:
        shut = {field for field, right in OPENED_BY.items() if not request.user.has_perm(right)}
        return [
            (title, {"fields": [field for field in options["fields"] if field not in shut]})
            for title, options in self.fieldsets
        ]

    def search_words(self, request: HttpRequest, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        may_ask = "@" in words and request.user.has_perm(OPENED_BY["email"])
        return rows.filter(canonical_email=canonical_email(words)) if may_ask else rows.none()


class VisibilityFilter(ConditionFilter):
    title = _("visibilité")
    parameter_name = "visible"

    def conditions(self) -> dict[str, tuple[str | Promise, Q]]:
        return {
            "public": (_("public"), Q(published_at__isnull=False, hidden_at=None)),
            "attend": (_("signature à confirmer"), Q(published_at=None, hidden_at=None)),
            "masque": (_("masqué"), Q(hidden_at__isnull=False)),
        }


@admin.register(Comment)
class CommentAdmin(OfPetition):
    fields = ("petition", "signature", "text", "created_at", "published_at", "hidden_at")
    list_display = ("number", "short_text", "petition_title", "published_at", "hidden_at")
    list_filter = (VisibilityFilter,)
    search_fields = ("text",)
    search_help_text = _("Numéro du commentaire, ou mots de son texte.")
    actions = ("hide", "show")

    @admin.display(description=_("commentaire"))
    def short_text(self, comment: Comment) -> str:
        return Truncator(comment.text).chars(COMMENT_IN_LIST)

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return self.may_change(request)

    @admin.action(description=_("Masquer…"), permissions=["moderate"])
    def hide(self, request: HttpRequest, rows: QuerySet[Comment]) -> HttpResponse | None:
        chosen = self.chosen(request, rows.select_related("petition__author", "petition__theme", "signature"))
        if not chosen:
            return None
        form, page = ask_why(
            self,
            request,
            title=gettext("Masquer"),
            about=[self.short_text(comment) for comment in chosen],
            language=common_language(comment.signature.language for comment in chosen if comment.signature),
            confirm=gettext("Masquer"),
            effect=gettext("Ne se lit plus sur la page de la pétition. La signature compte toujours."),
            back_url=reverse("admin:petitions_comment_changelist"),
            hidden=[("action", "hide"), *(("_selected_action", comment.pk) for comment in chosen)],
        )
        if form:
            words = {**form.cleaned_data, "by": actor(request), "at": timezone.now()}
            self.carry_out(
                request,
                chosen,
                lambda comment: unless_refused(request, lambda: comments.hide_comment(comment=comment, **words)),
                gettext("Masqué"),
            )
        return page

    @admin.action(description=_("Montrer à nouveau"), permissions=["moderate"])
    def show(self, request: HttpRequest, rows: QuerySet[Comment]) -> None:
        by, now = actor(request), timezone.now()
        self.carry_out(
            request,
            self.chosen(request, rows.select_related("petition__author", "petition__theme", "signature")),
            lambda comment: unless_refused(request, lambda: comments.show_comment(comment=comment, by=by, at=now)),
            gettext("Montré à nouveau"),
        )


@admin.register(DailyTally)
class DailyTallyAdmin(OfPetition):
    fields = ("petition", "day", "departement", "kind", "total")
    list_display = ("petition_title", "day", "departement", "kind", "total")
    list_display_links = ("day",)
    sortable_by = ("day",)
    list_filter = ("kind",)
    ordering = ["-day", "-pk"]
    number_field = "petition"
    search_fields = ("petition",)
    search_help_text = _("Numéro de la pétition.")

    def search_words(self, request: HttpRequest, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return rows.none()
