"""The public log of a petition's count."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from petitions.models import DailyTally, TallyDelta
from petitions.models.tally import Kind


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One day's adjustments of one kind."""

    day: date
    kind: Kind
    total: int

    @property
    def label(self) -> str:
        return str(self.kind.label)


def journal(petition_id: int) -> list[JournalLine]:
    """Return the adjustments of one petition's count, newest day first, a line a day and reason (1 query)."""
    # One statement sees one snapshot: a fold that commits in between moves no line out of sight.
    folded, waiting = (
        model.objects.filter(petition=petition_id)
        .exclude(kind__in=[Kind.CONFIRMATION, Kind.CORRECTION])
        .order_by()
        .values_list("day", "kind")
        .annotate(sum=Sum(field))
        for model, field in ((DailyTally, "total"), (TallyDelta, "delta"))
    )
    sums: dict[tuple[date, Kind], int] = {}
    for day, kind, total in folded.union(waiting, all=True):
        sums[day, Kind(kind)] = sums.get((day, Kind(kind)), 0) + total
    lines = [JournalLine(day, kind, total) for (day, kind), total in sums.items()]
    return sorted(lines, key=lambda line: (line.day, line.kind), reverse=True)
