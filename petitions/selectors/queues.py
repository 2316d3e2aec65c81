"""What waits for the team, and what has waited too long: the first thing that staff see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Model, Q
from django.utils import timezone

from petitions.models import Appeal, Dispute, Submission

# Days after which an answer has taken long, and too long. Appeals have their day in the row.
TEXT_LONG, TEXT_TOO_LONG = 2, 4
DISPUTE_LONG, DISPUTE_TOO_LONG = 4, 14


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue: its model, how many rows wait in it, and how many of them for too long."""

    model: type[Model]
    waiting: int
    late: int


def queues_for(models: Iterable[type[Model]], at: datetime) -> list[Queue]:
    """Return the queues among these models, in the order in which they press (1 query each)."""
    late: dict[type[Model], Q] = {
        Appeal: Q(due_on__lt=timezone.localdate(at)),
        Submission: Q(sent_at__lte=at - timedelta(days=TEXT_TOO_LONG)),
        Dispute: Q(filed_at__lte=at - timedelta(days=DISPUTE_TOO_LONG)),
    }
    wanted = set(models)
    return [_queue(model, is_late) for model, is_late in late.items() if model in wanted]


def _queue(model: type[Model], is_late: Q) -> Queue:
    rows: Any = model._default_manager.filter(closed_at=None)
    return Queue(model, **rows.aggregate(waiting=Count("pk"), late=Count("pk", filter=is_late)))
