"""Petitions, signatures and comments in the admin. Services change them; here they are found, read and acted on."""

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mesopinions.core.addresses import canonical_email
from mesopinions.core.staff import ConditionFilter, ReadOnly, StaffList
from petitions.models import Comment, DailyTally, Partner, Petition, Recipient, Signature, TextVersion, Theme
from petitions.selectors import counted, exact_count_of
from petitions.services import closing, moderating

COMMENT_IN_LIST = 280


class OfPetition(ReadOnly, StaffList):
    """A list of what belongs to petitions. It names them by their public title."""

    list_select_related = ("petition__current_text",)

    @admin.display(description=_("pétition"), ordering="petition_id")
    def petition_title(self, row: Any) -> str:
        return format_html(
            '<a href="{}">{}</a> {}',
            reverse("admin:petitions_petition_change", args=[row.petition_id]),
            row.petition_id,
            _title(row.petition),
        )


def _title(petition: Petition) -> str:
    return petition.current_text.title if petition.current_text else petition.slug


# --- Petitions -------------------------------------------------------------------------------------------------------


class ClosingSoonFilter(ConditionFilter):
    title = _("fin des signatures")
    parameter_name = "fin"

    def conditions(self) -> dict[str, tuple[str | Promise, Q]]:
        today = timezone.localdate()
        is_open = Q(status=Petition.Status.PUBLISHED)
        return {
            "7": (_("dans les 7 jours"), is_open & Q(closes_on__range=(today, today + timedelta(days=7)))),
            "30": (_("dans les 30 jours"), is_open & Q(closes_on__range=(today, today + timedelta(days=30)))),
        }


class TextVersions(ReadOnly, admin.StackedInline):
    model = TextVersion
    fk_name = "petition"
    fields = ("title", "text", "created_at")
    ordering = ("-number",)


class Recipients(ReadOnly, admin.TabularInline):
    model = Recipient
    fields = ("position", "name", "role", "email")


@admin.register(Petition)
class PetitionAdmin(ReadOnly, StaffList):
    fieldsets = (
        (None, {"fields": ("title", "status", "author_name", "author", "theme", "language", "see_also")}),
        (_("Signatures"), {"fields": ("exact_count", "imported_signatures", "goal")}),
        (_("Dates"), {"fields": ("created_at", "published_at", "closes_on", "closed_at")}),
        (_("Origine"), {"fields": ("source_ref",)}),
    )
    readonly_fields = ("title", "exact_count", "see_also")
    inlines = (TextVersions, Recipients)
    list_display = (
        "number",
        "title",
        "author_name",
        "theme",
        "status",
        "exact_count",
        "published_at",
        "closes_on",
        "public_page",
    )
    list_display_links = ("number", "title")
    list_select_related = ("theme", "current_text")
    list_filter = ("status", ClosingSoonFilter, "theme", "language")
    date_hierarchy = "published_at"
    search_fields = ("current_text__title",)
    search_help_text = _("Numéro de la pétition, ou mots de son titre.")
    actions = ("close_now",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Petition]:
        return counted(super().get_queryset(request))

    def view_on_site(self, petition: Petition) -> str | None:
        return petition.get_absolute_url() if petition.status in Petition.PUBLIC else None

    @admin.display(description=_("titre"), ordering="current_text__title")
    def title(self, petition: Petition) -> str:
        return _title(petition)

    @admin.display(description=_("signatures"), ordering="signatures_total")
    def exact_count(self, petition: Petition) -> int:
        return exact_count_of(petition)

    @admin.display(description=_("page publique"))
    def public_page(self, petition: Petition) -> str:
        address = self.view_on_site(petition)
        return format_html('<a href="{}">{}</a>', address, gettext("Voir")) if address else ""

    @admin.display(description=_("voir aussi"))
    def see_also(self, petition: Petition) -> SafeString:
        lists = (
            (Signature, gettext("signatures")),
            (Comment, gettext("commentaires")),
            (DailyTally, gettext("comptes du jour")),
        )
        return format_html_join(
            " · ",
            '<a href="{}?petition__id__exact={}">{}</a>',
            (
                (reverse(f"admin:petitions_{model._meta.model_name}_changelist"), petition.pk, name)
                for model, name in lists
            ),
        )

    def has_close_permission(self, request: HttpRequest) -> bool:
        return self.may_change(request)

    @admin.action(description=_("Clore maintenant…"), permissions=["close"])
    def close_now(self, request: HttpRequest, rows: QuerySet[Petition]) -> TemplateResponse | None:
        petitions = self.chosen(request, rows)
        if "confirmed" in request.POST:
            now = timezone.now()
            self.carry_out(
                request,
                petitions,
                lambda petition: closing.close_petition(petition=petition, at=now),
                gettext("Close avant son dernier jour"),
            )
            return None
        still_open = [petition for petition in petitions if petition.status == Petition.Status.PUBLISHED]
        if not still_open:
            self.message_user(request, gettext("Aucune pétition ouverte à clore."), messages.WARNING)
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Clore maintenant ?"),
            "opts": self.opts,
            "petitions": still_open,
        }
        return TemplateResponse(request, "admin/petitions/petition/close.html", context)


@admin.register(Theme)
class ThemeAdmin(StaffList):
    list_display = ("position", "name", "name_en", "slug", "hue")
    list_display_links = ("name",)
    ordering = ["position"]

    def get_readonly_fields(self, request: HttpRequest, obj: Theme | None = None) -> tuple[str, ...]:
        return ("slug",) if obj else ()  # it stands in the address of every petition of the theme

    def has_delete_permission(self, request: HttpRequest, obj: Theme | None = None) -> bool:
        return False


@admin.register(Partner)
class PartnerAdmin(StaffList):
    list_display = ("name", "slug")
    search_fields = ("name",)
    ordering = ["name"]
    # Numbers in one field: a list of choices would hold every petition of the site.
    raw_id_fields = ("petitions",)

    def has_delete_permission(self, request: HttpRequest, obj: Partner | None = None) -> bool:
        # Consents name partners by their number: what was agreed to must stay known.
        return False


# --- Signatures ------------------------------------------------------------------------------------------------------


@admin.register(Signature)
class SignatureAdmin(OfPetition):
    # Names and addresses show one signature at a time.
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

    def search_words(self, request: HttpRequest, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return rows.filter(canonical_email=canonical_email(words)) if "@" in words else rows.none()


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
    date_hierarchy = "created_at"
    search_fields = ("text",)
    search_help_text = _("Numéro du commentaire, ou mots de son texte.")
    actions = ("hide", "show")

    @admin.display(description=_("commentaire"))
    def short_text(self, comment: Comment) -> str:
        return Truncator(comment.text).chars(COMMENT_IN_LIST)

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return self.may_change(request)

    @admin.action(description=_("Masquer"), permissions=["moderate"])
    def hide(self, request: HttpRequest, rows: QuerySet[Comment]) -> None:
        now = timezone.now()
        self.carry_out(
            request,
            self.chosen(request, rows),
            lambda comment: moderating.hide_comment(comment=comment, at=now),
            gettext("Masqué"),
        )

    @admin.action(description=_("Montrer à nouveau"), permissions=["moderate"])
    def show(self, request: HttpRequest, rows: QuerySet[Comment]) -> None:
        self.carry_out(
            request,
            self.chosen(request, rows),
            lambda comment: moderating.show_comment(comment=comment),
            gettext("Montré à nouveau"),
        )


@admin.register(DailyTally)
class DailyTallyAdmin(OfPetition):
    fields = ("petition", "day", "departement", "kind", "total")
    list_display = ("petition_title", "day", "departement", "kind", "total")
    list_display_links = ("day",)
    list_filter = ("kind",)
    date_hierarchy = "day"
    ordering = ["-day", "-pk"]
    number_field = "petition"
    search_fields = ("petition",)
    search_help_text = _("Numéro de la pétition.")

    def search_words(self, request: HttpRequest, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return rows.none()
