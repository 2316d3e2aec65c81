"""Closing a public petition or taking it off the site, and the way back: acts of the list of petitions."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mesopinions.core.staff import StaffList
from petitions.admin.lists import actor, common_language, language_of_author, title_of
from petitions.admin.steps import ask_why, unless_refused
from petitions.models import Petition
from petitions.services.moderating import deciding


class Removals(StaffList):
    """One petition at a time is removed: it has reasons of its own."""

    def has_close_permission(self, request: HttpRequest) -> bool:
        return self.may_change(request)

    @admin.action(description=_("Clore maintenant…"), permissions=["close"])
    def close_now(self, request: HttpRequest, rows: QuerySet[Petition]) -> HttpResponse | None:
        chosen = self.chosen(request, rows.select_related("author", "current_text", "theme"))
        still_open = [petition for petition in chosen if petition.status == Petition.Status.PUBLISHED]
        if not still_open:
            self.message_user(request, gettext("Aucune pétition ouverte à clore."), messages.WARNING)
            return None
        form, page = ask_why(
            self,
            request,
            title=gettext("Clore maintenant"),
            about=[title_of(petition) for petition in still_open],
            language=common_language(map(language_of_author, still_open)),
            confirm=gettext("Clore maintenant"),
            effect=gettext(
                "Plus personne ne pourra signer. Les signatures reçues restent comptées, et qui vient de signer a un "
                "jour pour confirmer. L’auteur sait pourquoi et peut contester."
            ),
            back_url=reverse("admin:petitions_petition_changelist"),
            hidden=[("action", "close_now"), *(("_selected_action", petition.pk) for petition in still_open)],
        )
        if form:
            words = {**form.cleaned_data, "by": actor(request), "at": timezone.now()}
            self.carry_out(
                request,
                still_open,
                lambda row: bool(unless_refused(request, lambda: deciding.close(petition=row, **words))),
                gettext("Close avant son dernier jour"),
            )
        return page

    @admin.action(description=_("Rouvrir aux signatures"), permissions=["close"])
    def reopen(self, request: HttpRequest, rows: QuerySet[Petition]) -> None:
        by, now = actor(request), timezone.now()
        self.carry_out(
            request,
            self.chosen(request, rows),
            lambda row: bool(unless_refused(request, lambda: deciding.reopen(petition=row, by=by, at=now))),
            gettext("Rouverte aux signatures"),
        )

    def has_remove_permission(self, request: HttpRequest) -> bool:
        return self.may_change(request)

    @admin.action(description=_("Retirer du site…"), permissions=["remove"])
    def remove(self, request: HttpRequest, rows: QuerySet[Petition]) -> HttpResponse | None:
        petitions = self.chosen(request, rows.select_related("author", "current_text"))
        if len(petitions) != 1 or petitions[0].status not in Petition.PUBLIC:
            self.message_user(request, gettext("Choisissez une seule pétition, ouverte ou close."), messages.WARNING)
            return None
        petition = petitions[0]
        form, page = ask_why(
            self,
            request,
            title=gettext("Retirer du site"),
            about=[title_of(petition)],
            language=language_of_author(petition),
            confirm=gettext("Retirer du site"),
            effect=gettext("Sa page dira qu’elle n’est plus là. Son auteur sait pourquoi et peut contester."),
            back_url=reverse("admin:petitions_petition_changelist"),
            hidden=[("action", "remove"), ("_selected_action", petition.pk)],
        )
        if form:
            words = {**form.cleaned_data, "by": actor(request), "at": timezone.now()}
            self.carry_out(
                request,
                petitions,
                lambda row: bool(unless_refused(request, lambda: deciding.remove(petition=row, **words))),
                gettext("Retirée du site"),
            )
        return page

    @admin.action(description=_("Remettre en ligne"), permissions=["remove"])
    def restore(self, request: HttpRequest, rows: QuerySet[Petition]) -> None:
        by, now = actor(request), timezone.now()
        self.carry_out(
            request,
            self.chosen(request, rows),
            lambda row: bool(unless_refused(request, lambda: deciding.restore(petition=row, by=by, at=now))),
            gettext("Remise en ligne"),
        )
