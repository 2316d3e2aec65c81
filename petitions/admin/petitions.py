"""Petitions in the admin, with themes and partners."""

from datetime import timedelta

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mesopinions.core.staff import ConditionFilter, ReadOnly, StaffList
from petitions.admin.forms import OutcomeForm
from petitions.admin.lists import title_of
from petitions.admin.removals import Removals
from petitions.models import Comment, DailyTally, Partner, Petition, Recipient, Signature, TextVersion, Theme, Update
from petitions.selectors import counted, exact_count_of
from petitions.services import outcomes


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
class PetitionAdmin(ReadOnly, Removals):
    fieldsets = (
        (None, {"fields": ("title", "status", "author_name", "author", "theme", "language", "see_also")}),
        (_("Signatures"), {"fields": ("exact_count", "imported_signatures", "goal")}),
        (
            _("Dates"),
            {"fields": ("created_at", "published_at", "closes_on", "closed_at", "refused_at", "shows_refusal")},
        ),
        (_("Issue"), {"fields": ("outcome", "outcome_on", "outcome_words")}),
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
    list_filter = ("status", "outcome", ClosingSoonFilter, "theme", "language")
    date_hierarchy = "published_at"
    sortable_by = None  # petitions are few enough to sort
    search_fields = ("current_text__title",)
    search_help_text = _("Numéro de la pétition, ou mots de son titre.")
    actions = ("close_now", "reopen", "declare_outcome", "remove", "restore")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Petition]:
        return counted(super().get_queryset(request))

    def view_on_site(self, petition: Petition) -> str | None:
        return petition.get_absolute_url() if petition.status in Petition.PUBLIC else None

    @admin.display(description=_("titre"), ordering="current_text__title")
    def title(self, petition: Petition) -> str:
        return title_of(petition)

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
            (Update, gettext("actualités")),
            (DailyTally, gettext("comptes du jour")),
        )
        links = [
            (
                f"{reverse(f'admin:petitions_{model._meta.model_name}_changelist')}?petition__id__exact={petition.pk}",
                name,
            )
            for model, name in lists
        ]
        suspects = reverse("admin:petitions_invalidation_suspects", args=[petition.pk])
        links.append((suspects, gettext("signatures suspectes")))
        return format_html_join(" · ", '<a href="{}">{}</a>', links)

    def has_declare_permission(self, request: HttpRequest) -> bool:
        return self.may_change(request)

    @admin.action(description=_("Déclarer l’issue…"), permissions=["declare"])
    def declare_outcome(self, request: HttpRequest, rows: QuerySet[Petition]) -> TemplateResponse | None:
        petitions = self.chosen(request, rows)
        if len(petitions) != 1 or petitions[0].status not in Petition.PUBLIC:
            self.message_user(request, gettext("Choisissez une seule pétition, ouverte ou close."), messages.WARNING)
            return None
        is_sent = "confirmed" in request.POST
        form = OutcomeForm(petitions[0], request.POST if is_sent else None)
        if is_sent and form.is_valid():
            now = timezone.now()
            self.carry_out(
                request,
                petitions,
                lambda petition: outcomes.declare_outcome(petition=petition, **form.cleaned_data, at=now),
                gettext("Issue déclarée"),
            )
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Déclarer l’issue"),
            "opts": self.opts,
            "petition": petitions[0],
            "form": form,
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/petitions/petition/outcome.html", context)


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
