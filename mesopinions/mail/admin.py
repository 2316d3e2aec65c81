"""The outbox in the admin: what waits, what left, what failed. To whom is shown one mail at a time."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import Q, QuerySet
from django.forms import CharField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mesopinions.core.addresses import address_key
from mesopinions.core.staff import ConditionFilter, LanguageFilter, ReadOnly, StaffList
from mesopinions.mail import services
from mesopinions.mail.kinds import registered_kinds
from mesopinions.mail.models import MailBlock, OutgoingMail


class StateFilter(ConditionFilter):
    title = _("état")
    parameter_name = "etat"

    def conditions(self) -> dict[str, tuple[str | Promise, Q]]:
        return {
            "attend": (_("en attente"), Q(sent_at=None, failed_at=None, cancelled_at=None)),
            "envoye": (_("envoyé"), Q(sent_at__isnull=False)),
            "echoue": (_("échoué"), Q(failed_at__isnull=False)),
            "annule": (_("annulé"), Q(cancelled_at__isnull=False)),
        }


class KindFilter(ConditionFilter):
    title = _("sorte")
    parameter_name = "kind"

    def conditions(self) -> dict[str, tuple[str | Promise, Q]]:
        return {name: (name, Q(kind=name)) for name in registered_kinds()}


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnly, StaffList):
    # What the builder of a kind needs (`context`) is no reading for staff.
    fields = (
        "message_id",
        "kind",
        "recipient",
        "language",
        "about_id",
        "created_at",
        "due_at",
        "attempts",
        "last_error",
        "sent_at",
        "failed_at",
        "cancelled_at",
    )
    list_display = (
        "number",
        "kind",
        "language",
        "attempts",
        "due_at",
        "sent_at",
        "failed_at",
        "cancelled_at",
        "last_error",
    )
    list_filter = (StateFilter, KindFilter, LanguageFilter)
    search_fields = ("message_id",)
    search_help_text = _("Numéro, Message-ID ou adresse e-mail entière du destinataire.")
    actions = ("try_again",)

    def search_words(self, request: HttpRequest, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        name, _at, _host = words.strip().strip("<>").partition("@")
        try:
            return rows.filter(message_id=UUID(name))
        except ValueError:
            return rows.filter(recipient__iexact=words.strip())

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return self.may_change(request)

    @admin.action(description=_("Essayer à nouveau"), permissions=["retry"])
    def try_again(self, request: HttpRequest, rows: QuerySet[OutgoingMail]) -> None:
        now = timezone.now()
        self.carry_out(
            request,
            self.chosen(request, rows),
            lambda mail: services.try_again(mail=mail, at=now),
            gettext("Remis dans la file d’envoi"),
        )


class LiftForm(ActionForm):
    """Who lifts somebody's block writes down why."""

    note = CharField(label=_("Pourquoi :"), required=False, max_length=200)


@admin.register(MailBlock)
class MailBlockAdmin(ReadOnly, StaffList):
    """Found by the address of the person who writes to us, which is not kept."""

    fields = ("id", "reason", "created_at")
    list_display = ("number", "reason", "created_at")
    list_filter = ("reason",)
    date_hierarchy = "created_at"
    search_fields = ("id",)
    search_help_text = _("Numéro du blocage, ou adresse e-mail entière.")
    action_form = LiftForm
    actions = ("lift",)

    def search_words(self, request: HttpRequest, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return rows.filter(address_key=address_key(words))

    def has_lift_permission(self, request: HttpRequest) -> bool:
        return self.may_change(request)

    @admin.action(description=_("Lever le blocage"), permissions=["lift"])
    def lift(self, request: HttpRequest, rows: QuerySet[MailBlock]) -> None:
        note = " ".join(request.POST.get("note", "").split())
        if not note:
            self.message_user(request, gettext("Écrivez pourquoi, à côté de l’action."), messages.ERROR)
            return
        self.carry_out(
            request,
            self.chosen(request, rows),
            lambda block: services.unblock_address(block.pk),
            gettext("Blocage levé (%(note)s)") % {"note": note[:200]},
        )
