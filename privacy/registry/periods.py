"""How long data is kept: a period after a moment, then an action."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Func, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Least
from django.utils.translation import ngettext

from privacy.registry.vocabulary import Action, Words

# Carries a rule out on the rows with these primary keys, which are locked, in the transaction of their batch.
CarryOut = Callable[[Sequence[Any], datetime], None]


@dataclass(frozen=True, slots=True)
class Period:
    """A length of calendar time. One of the two units is 0."""

    months: int = 0
    days: int = 0

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read `7 days`, `6 months` or `2 years`. Raises ValueError for anything else."""
        match = re.fullmatch(r"(\d+) (day|month|year)s?", text.strip())
        if not match:
            raise ValueError(f"A period reads like '7 days', '6 months' or '2 years', not {text!r}.")
        return {"day": days, "month": months, "year": years}[match[2]](int(match[1]))

    def after(self, moment: Combinable) -> Combinable:
        """Return the expression for this long after `moment`, by the calendar: 31 August + 6 months is 28 February."""
        length = Func(
            Value(self.months),
            Value(self.days),
            template="make_interval(months => %(expressions)s)",
            arg_joiner=", days => ",
            output_field=DurationField(),
        )
        return ExpressionWrapper(moment + length, output_field=DateTimeField())

    def __str__(self) -> str:
        if self.days:
            return ngettext("%(count)d jour", "%(count)d jours", self.days) % {"count": self.days}
        if self.months % 12 == 0:
            count = self.months // 12
            return ngettext("%(count)d an", "%(count)d ans", count) % {"count": count}
        return ngettext("%(count)d mois", "%(count)d mois", self.months) % {"count": self.months}


def days(count: int) -> Period:
    return Period(days=count)


def months(count: int) -> Period:
    return Period(months=count)


def years(count: int) -> Period:
    return Period(months=12 * count)


@dataclass(frozen=True, slots=True)
class Retention:
    """One rule of the purge: rows `only` such, `period` after the moment `after`, meet `action`.

    `after` is a dotted path from the row to a date (`petition.closed_at`) or a database expression. A row whose moment
    is null is not due, unless `at_most` has passed since `at_most_after`. `moment` says the moment in words, for the
    policy, and `at_most_moment` the other one. `name` tells the rules of one model apart; operators change a period
    under `<app>.<model>:<name>`, or `<app>.<model>` without a name, in settings.RETENTION_PERIODS. `carry_out` does
    what the action says where deleting the rows, or emptying their personal fields, would not be enough.
    """

    after: str | Combinable
    period: Period
    action: Action
    moment: Words = ""
    at_most: Period | None = None
    at_most_after: str = "created_at"
    at_most_moment: Words = ""
    only: Q = field(default_factory=Q)
    name: str = ""
    carry_out: CarryOut | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """The dotted paths that must lead to dates."""
        named = (self.after,) if isinstance(self.after, str) else ()
        return (*named, self.at_most_after) if self.at_most else named

    @property
    def starts_at(self) -> Combinable:
        """The moment the period counts from, to annotate rows with."""
        return F(self.after.replace(".", "__")) if isinstance(self.after, str) else self.after

    @property
    def ends_at(self) -> Combinable:
        """The moment at which the action is due: the first of the two that come. Null where neither will."""
        end = self.period.after(self.starts_at)
        if self.at_most is None:
            return end
        return Least(end, self.at_most.after(F(self.at_most_after.replace(".", "__"))))
