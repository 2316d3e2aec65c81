"""What must not be purged: legal holds and restrictions. They are placed and lifted, never changed or deleted."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mesopinions.core.staff import ConditionFilter, LogsReading, StaffList
from privacy.models import LegalHold, Restriction
from privacy.services import holding


class PlacedAndLifted(StaffList):
    """Rows that staff add with a form, then only lift."""

    actions = ("lift",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_lift_permission(self, request: HttpRequest) -> bool:
        return self.may_change(request)

    def lift_row(self, row: Any) -> bool:
        """Call the service that lifts a row."""
        raise NotImplementedError

    @admin.action(description=_("Lever"), permissions=["lift"])
    def lift(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        self.carry_out(request, self.chosen(request, rows), self.lift_row, gettext("Levée"))


class StandingFilter(ConditionFilter):
    title = _("état")
    parameter_name = "etat"

    def conditions(self) -> dict[str, tuple[str | Promise, Q]]:
        today = timezone.localdate()
        return {
            "tient": (_("en vigueur"), Q(lifted_at=None, ends_on__gte=today)),
            "finie": (_("finie ou levée"), Q(lifted_at__isnull=False) | Q(ends_on__lt=today)),
        }


class HoldForm(forms.ModelForm):
    table = forms.ChoiceField(label=_("Table"))

    class Meta:
        model = LegalHold
        fields = ("table", "key", "reason", "ends_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "table" in self.fields:
            names = {label: capfirst(str(model._meta.verbose_name_plural)) for label, model in holding.tables().items()}
            choices = sorted(((label, f"{name} ({label})") for label, name in names.items()), key=lambda one: one[1])
            self.fields["table"].choices = [("", "---------"), *choices]  # type: ignore[attr-defined]

    def clean_ends_on(self) -> date:
        ends_on: date = self.cleaned_data["ends_on"]
        if ends_on <= timezone.localdate():
            raise forms.ValidationError(gettext("Choisissez une date à venir."))
        return ends_on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("table") and cleaned.get("key"):
            try:
                cleaned["key"] = holding.key_of_row(cleaned["table"], cleaned["key"])
            except holding.NoSuchRow:
                self.add_error("key", gettext("Cette table n’a pas de ligne de ce numéro. Vérifiez l’un et l’autre."))
        return cleaned


@admin.register(LegalHold)
class LegalHoldAdmin(LogsReading, PlacedAndLifted):
    form = HoldForm
    fields = ("table", "key", "reason", "ends_on", "created_by", "created_at", "lifted_at")
    list_display = ("number", "table", "key", "ends_on", "created_by", "created_at", "lifted_at")
    list_select_related = ("created_by",)
    list_filter = (StandingFilter, "table")
    search_fields = ("=key",)
    search_help_text = _("Numéro de la conservation, ou de la ligne gardée.")

    def get_fields(self, request: HttpRequest, obj: LegalHold | None = None) -> Any:
        return self.fields if obj else HoldForm.Meta.fields

    def search_words(self, request: HttpRequest, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return rows.filter(key=words.strip())

    def save_model(self, request: HttpRequest, obj: LegalHold, form: Any, change: bool) -> None:
        placed = holding.place_hold(
            table=obj.table,
            key=obj.key,
            reason=obj.reason,
            ends_on=obj.ends_on,
            by=request.user,
            at=timezone.now(),
        )
        obj.pk = placed.pk

    def lift_row(self, row: LegalHold) -> bool:
        return holding.lift_hold(hold=row, at=timezone.now())


class RestrictionStandingFilter(StandingFilter):
    def conditions(self) -> dict[str, tuple[str | Promise, Q]]:
        return {
            "tient": (_("en vigueur"), Q(lifted_at=None)),
            "finie": (_("levée"), Q(lifted_at__isnull=False)),
        }


@admin.register(Restriction)
class RestrictionAdmin(LogsReading, PlacedAndLifted):
    # Whose it is shows one at a time.
    fields = ("email", "user", "reason", "created_at", "lifted_at")
    list_display = ("number", "created_at", "lifted_at")
    list_filter = (RestrictionStandingFilter,)
    search_fields = ("email",)
    search_help_text = _("Numéro de la limitation, ou adresse e-mail entière.")

    def get_fields(self, request: HttpRequest, obj: Restriction | None = None) -> Any:
        return self.fields if obj else ("email", "reason")

    def search_words(self, request: HttpRequest, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return rows.filter(email__iexact=words.strip())

    def save_model(self, request: HttpRequest, obj: Restriction, form: Any, change: bool) -> None:
        obj.pk = holding.restrict(email=obj.email, reason=obj.reason, at=timezone.now()).pk

    def lift_row(self, row: Restriction) -> bool:
        return holding.lift_restriction(restriction=row, at=timezone.now())
