"""What the lists of the staff's site share: rows to read, searches that an index answers, acts that are services.

A list opens as fast with a million rows as with ten: it counts up to a bound, sorts by what has an index, and offers no
filter that looks for its own choices in the table.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise, cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

AT_ONCE = 100
COUNTED_AT_MOST = 10_000
LONGEST_NUMBER = 18  # digits that fit a bigint


class BoundedPaginator(Paginator):
    """Pages of the first COUNTED_AT_MOST rows: `COUNT(*)` would read them all. The others are a search or a sort away.

    `goes_on` says that there are more (templates/admin/pagination.html).
    """

    @cached_property
    def _found(self) -> int:
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        return rows.order_by().values("pk")[: COUNTED_AT_MOST + 1].count()

    @property
    def goes_on(self) -> bool:
        return self._found > COUNTED_AT_MOST

    @cached_property
    def count(self) -> int:
        return min(self._found, COUNTED_AT_MOST)


class ReadOnly:
    """A list or an inline whose rows nobody adds, changes or deletes here: services do."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class StaffList(admin.ModelAdmin):
    """A list that is searched by number, through an index, or by words in `search_fields`."""

    number_field = "pk"
    paginator = BoundedPaginator
    sortable_by: ClassVar[tuple[str, ...] | None] = ("number",)
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    ordering = ["-pk"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        title = capfirst(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        try:
            return super().get_changelist_instance(request)
        except (ValueError, OverflowError):  # a year that no date has, for one
            raise IncorrectLookupParameters from None

    @admin.display(description=_("numéro"), ordering="pk")
    def number(self, row: Model) -> Any:
        return row.pk

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        number = re.sub(r"\s", "", search_term)  # a number is shown, and copied, with narrow spaces
        if number.isdecimal():
            found = {self.number_field: int(number)} if len(number) <= LONGEST_NUMBER else {"pk": None}
            return queryset.filter(**found), False
        return self.search_words(request, queryset, search_term) if number else queryset, False

    def search_words(self, request: HttpRequest, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        """Return the rows that match what is no number."""
        return super().get_search_results(request, rows, words)[0]

    def may_change(self, request: HttpRequest) -> bool:
        """Say whether the account may call the services that change these rows."""
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")

    def chosen(self, request: HttpRequest, rows: QuerySet[Any]) -> list[Any]:
        """Return the rows that were ticked; none, and a message, when they are more than a slip should touch."""
        ticked = list(rows[: AT_ONCE + 1])
        if len(ticked) <= AT_ONCE:
            return ticked
        self.message_user(request, gettext("Choisissez cent lignes au plus."), messages.ERROR)
        return []

    def carry_out(self, request: HttpRequest, rows: Iterable[Model], service: Callable[[Any], bool], deed: str) -> None:
        """Call the service on each row, note those that it changed in the journal and say how many they were."""
        ticked = list(rows)
        changed = [row for row in ticked if service(row)]
        for row in changed:
            self.log_change(request, row, deed)
        counts = {"deed": deed, "changed": len(changed), "ticked": len(ticked)}
        self.message_user(request, gettext("%(deed)s : %(changed)d sur %(ticked)d.") % counts)


class ConditionFilter(admin.SimpleListFilter):
    """A filter whose choices are conditions on several columns."""

    def conditions(self) -> dict[str, tuple[str | Promise, Q]]:
        """Return each choice: its value in the address, its name and what it keeps."""
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(value, label) for value, (label, _condition) in self.conditions().items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.conditions().get(self.value() or "")
        return queryset.filter(chosen[1]) if chosen else queryset


class LanguageFilter(ConditionFilter):
    """A filter on a column without choices: Django would look for them in the whole table."""

    title = _("langue")
    parameter_name = "language"

    def conditions(self) -> dict[str, tuple[str | Promise, Q]]:
        return {code: (name, Q(language=code)) for code, name in settings.LANGUAGES}
