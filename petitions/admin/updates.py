"""News of petitions in the admin: staff publish it in the author's name, hide it and show it again."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mesopinions.core.staff import ConditionFilter
from petitions.admin.forms import UpdateForm
from petitions.admin.lists import OfPetition, actor, common_language, language_of_author
from petitions.admin.steps import ask_why, unless_refused
from petitions.models import Update
from petitions.services import updates
from petitions.services.moderating import news


class HiddenFilter(ConditionFilter):
    title = _("visibilité")
    parameter_name = "visible"

    def conditions(self) -> dict[str, tuple[str | Promise, Q]]:
        return {"public": (_("public"), Q(hidden_at=None)), "masque": (_("masqué"), Q(hidden_at__isnull=False))}


class MailedFilter(ConditionFilter):
    title = _("courrier")
    parameter_name = "courrier"

    def conditions(self) -> dict[str, tuple[str | Promise, Q]]:
        return {"attend": (_("en attente"), Q(mailed_at=None)), "parti": (_("confié"), Q(mailed_at__isnull=False))}


@admin.register(Update)
class UpdateAdmin(OfPetition):
    form = UpdateForm
    list_display = ("number_of_row", "title", "petition_title", "number", "published_at", "mailed_at", "hidden_at")
    list_display_links = ("number_of_row", "title")
    sortable_by = ("number_of_row",)
    list_filter = (HiddenFilter, MailedFilter, "petition__status")
    date_hierarchy = "published_at"
    search_fields = ("title", "text")
    search_help_text = _("Numéro de l’actualité, ou mots de son titre ou de son texte.")
    actions = ("hide", "show")
    # A number in a field: a list of choices would hold every petition of the site.
    raw_id_fields = ("petition",)

    # The row's own number; `number` is its rank in the petition.
    @admin.display(description=_("numéro"), ordering="pk")
    def number_of_row(self, update: Update) -> int:
        return update.pk

    def get_fields(self, request: HttpRequest, obj: Update | None = None) -> tuple[str, ...]:
        written = ("petition", "title", "text")
        return (*written, "number", "published_at", "mailed_at", "hidden_at") if obj else written

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("petitions.add_update")

    def save_model(self, request: HttpRequest, obj: Update, form: Any, change: bool) -> None:
        """Publish through the service. The same words sent twice lead to the update that is there."""
        words = {name: form.cleaned_data[name] for name in ("petition", "title", "text")}
        published = updates.publish_update(**words, at=timezone.now())
        obj.pk, obj.number = published.pk, published.number

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return self.may_change(request)

    @admin.action(description=_("Masquer…"), permissions=["moderate"])
    def hide(self, request: HttpRequest, rows: QuerySet[Update]) -> HttpResponse | None:
        chosen = self.chosen(request, rows.select_related("petition__author", "petition__theme"))
        if not chosen:
            return None
        form, page = ask_why(
            self,
            request,
            title=gettext("Masquer"),
            about=[update.title for update in chosen],
            language=common_language(language_of_author(update.petition) for update in chosen),
            confirm=gettext("Masquer"),
            effect=gettext("Ne se lit plus sur le site et ne part plus par e-mail. L’auteur sait pourquoi."),
            back_url=reverse("admin:petitions_update_changelist"),
            hidden=[("action", "hide"), *(("_selected_action", update.pk) for update in chosen)],
        )
        if form:
            words = {**form.cleaned_data, "by": actor(request), "at": timezone.now()}
            self.carry_out(
                request,
                chosen,
                lambda update: bool(unless_refused(request, lambda: news.hide_news(update=update, **words))),
                gettext("Masqué"),
            )
        return page

    @admin.action(description=_("Montrer à nouveau"), permissions=["moderate"])
    def show(self, request: HttpRequest, rows: QuerySet[Update]) -> None:
        by, now = actor(request), timezone.now()
        self.carry_out(
            request,
            self.chosen(request, rows.select_related("petition__author", "petition__theme")),
            lambda update: bool(unless_refused(request, lambda: news.show_news(update=update, by=by, at=now))),
            gettext("Montré à nouveau"),
        )
