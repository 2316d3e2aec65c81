"""The purge: carry out every retention rule in small batches that commit one by one.

A run is a row that knows how far it is, so a purge that was killed goes on where it stood, and two at once share the
batches of one run. What fails is left for the next night and named in the receipt; it holds back nothing else.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from mesopinions.core.enqueue import enqueue
from privacy.models import PurgeRun
from privacy.services.rules import Rule, all_rules, kept_back, not_kept_back, rule_called

logger = logging.getLogger(__name__)

BATCH = 500
# Over both of these a rule stops before its first row: a wrong clock or a wrong period takes more than a night's worth.
BRAKE_ROWS = 1_000
BRAKE_SHARE = 0.2
NAMED_AT_MOST = 100
CARRY_OUT = "privacy.carry_out"
NIGHT_BEGINS_AT = 2  # o'clock, in Paris
# A run that moved within this time is in other hands.
BUSY_FOR = timedelta(minutes=2)
# Dead rows beyond these are given back to the table at once, for the next signatures to fill.
TIDY_ROWS = 1_000
TIDY_SHARE = 0.02
LOST_CONNECTION = (OperationalError, InterfaceError)

Status = PurgeRun.Status


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of some rows, by their primary keys."""

    handled: Sequence[Any]
    held: Sequence[Any]
    failed: Sequence[Any]
    error: str


def purge_due(
    *, as_of: datetime, rules: Iterable[Rule] | None = None, dry: bool = False, over_brake: bool = False
) -> list[PurgeRun]:
    """Carry out the rules (all of them if None) on what was due at `as_of`, and return their receipts.

    `dry` counts the same rows and changes nothing but the receipts. `over_brake` lets a rule take more than its brake
    allows. A rule that fails stops alone.
    """
    chosen = all_rules() if rules is None else list(rules)
    act = _count if dry else _carry_out
    runs = [act(rule, as_of, over_brake) for rule in chosen]
    if any(run.handled for run in runs if not run.is_dry):
        _tidy()
    return runs


def purge_tonight(*, now: datetime) -> list[PurgeRun]:
    """Carry out the rules that have had no turn since last night began, and finish what was interrupted.

    Called every few minutes, so that a night that was missed or killed is made good as soon as the site is up.
    """
    begins = night_before(now)
    done = set(
        PurgeRun.objects.filter(is_dry=False, finished_at__isnull=False, started_at__gte=begins).values_list(
            "rule", flat=True
        )
    )
    open_runs = PurgeRun.objects.filter(is_dry=False, status=Status.RUNNING)
    busy = set(open_runs.filter(touched_at__gt=now - BUSY_FOR).values_list("rule", flat=True))
    left = set(open_runs.values_list("rule", flat=True)) - busy
    return purge_due(as_of=now, rules=[rule for rule in all_rules() if rule.name not in (done | busy) - left])


def start_run(*, rule: Rule, at: datetime, over_brake: bool = False) -> PurgeRun:
    """Open a run of one rule for a worker to carry out, and return it: already stopped if its brake says so.

    One that is open is returned as it is.
    """
    run = _begin(rule, at, over_brake)
    if run.status == Status.RUNNING:
        enqueue(CARRY_OUT, run.pk)
    return run


def go_on(run_id: int) -> None:
    """Carry out what is left of an open run. Safe to call twice, at once, or for one that has ended."""
    run = PurgeRun.objects.filter(pk=run_id, status=Status.RUNNING, is_dry=False).first()
    rule = run and rule_called(run.rule)
    if run and rule and _finish(rule, run).handled:
        _tidy()


def night_before(now: datetime) -> datetime:
    """Return when the last night's purge was due to begin."""
    here = timezone.localtime(now, timezone.get_default_timezone())
    begins = here.replace(hour=NIGHT_BEGINS_AT, minute=0, second=0, microsecond=0)
    return begins if begins <= here else begins - timedelta(days=1)


def _count(rule: Rule, as_of: datetime, over_brake: bool) -> PurgeRun:
    """Leave the receipt that carrying the rule out would leave."""
    run = PurgeRun(rule=rule.name, as_of=as_of, is_dry=True)
    try:
        with transaction.atomic():
            due = rule.due(as_of)
            run.due = due.count()
            is_braked = not over_brake and _is_too_much(rule, run.due)
            if not is_braked:
                run.handled = due.filter(not_kept_back(rule.model, as_of)).count()
                run.held = run.due - run.handled
    except Exception as error:
        run.error = type(error).__name__
        return _end(run, Status.FAILED)
    return _end(run, Status.BRAKED if is_braked else Status.DONE)


def _carry_out(rule: Rule, as_of: datetime, over_brake: bool) -> PurgeRun:
    return _finish(rule, _begin(rule, as_of, over_brake))


def _finish(rule: Rule, run: PurgeRun) -> PurgeRun:
    try:
        while run.status == Status.RUNNING:
            run = _next_batch(rule, run.pk)
    except Exception as error:
        if isinstance(error, LOST_CONNECTION):
            raise  # the database went away: the run stays open and goes on when it is back
        run = _stop(run.pk, Status.FAILED, type(error).__name__)
    if run.status in (Status.BRAKED, Status.FAILED):
        logger.error("Purge %s: %s, %d rows due, %d done. %s", rule.name, run.status, run.due, run.handled, run.error)
    return run


def _begin(rule: Rule, as_of: datetime, over_brake: bool) -> PurgeRun:
    """Return the rule's open run, or a new one: open, or stopped by its brake, or failed before its first row."""
    open_run = PurgeRun.objects.filter(rule=rule.name, status=Status.RUNNING, is_dry=False)
    if run := open_run.first():
        return run
    run = PurgeRun(rule=rule.name, as_of=as_of)
    try:
        with transaction.atomic():
            run.due = rule.due(as_of).count()
            is_braked = not over_brake and _is_too_much(rule, run.due)
    except LOST_CONNECTION:
        raise
    except Exception as error:
        run.error = type(error).__name__
        return _end(run, Status.FAILED)
    if is_braked:
        return _end(run, Status.BRAKED)
    PurgeRun.objects.bulk_create([run], ignore_conflicts=True)  # another worker may have opened it meanwhile
    return open_run.first() or PurgeRun.objects.filter(rule=rule.name, is_dry=False)[0]


def _is_too_much(rule: Rule, due: int) -> bool:
    return due > BRAKE_ROWS and due > BRAKE_SHARE * rule.model._base_manager.count()


@transaction.atomic
def _next_batch(rule: Rule, run_id: int) -> PurgeRun:
    """Carry the rule out on the next rows and note it, in one transaction. The run is done when there are none."""
    run = PurgeRun.objects.select_for_update().get(pk=run_id)
    if run.status != Status.RUNNING:
        return run
    rows = rule.due(run.as_of).order_by("pk")
    if run.cursor is not None:
        rows = rows.filter(pk__gt=run.cursor)
    keys = [row.pk for row in rows.select_for_update(skip_locked=True, of=("self",)).only("pk")[:BATCH]]
    if not keys:
        return _end(run, Status.DONE)
    batch = _treat(rule, keys, run.as_of)
    run.cursor = keys[-1]
    run.handled += len(batch.handled)
    run.held += len(batch.held)
    run.failed += len(batch.failed)
    run.held_keys = [*run.held_keys, *map(str, batch.held)][:NAMED_AT_MOST]
    run.failed_keys = [*run.failed_keys, *map(str, batch.failed)][:NAMED_AT_MOST]
    run.error = batch.error or run.error
    run.touched_at = timezone.now()
    if batch.failed and not batch.handled:
        return _end(run, Status.FAILED)  # not a bad row, but a bad rule
    run.save()
    return run


def _treat(rule: Rule, keys: Sequence[Any], as_of: datetime) -> Batch:
    held = kept_back(rule.model, keys, as_of)
    free = [key for key in keys if key not in held]
    if not _attempt(rule, free, as_of):
        return Batch(free, [key for key in keys if key in held], [], "")
    outcomes = {key: _attempt(rule, [key], as_of) for key in free}
    # What something that is kept still points to is kept as long.
    held |= {key for key, outcome in outcomes.items() if outcome == ProtectedError.__name__}
    failed = [key for key, outcome in outcomes.items() if outcome and key not in held]
    return Batch(
        handled=[key for key, outcome in outcomes.items() if not outcome],
        held=[key for key in keys if key in held],
        failed=failed,
        error=outcomes[failed[0]] if failed else "",
    )


def _attempt(rule: Rule, keys: Sequence[Any], as_of: datetime) -> str:
    """Carry the rule out on the rows, or on none of them. Returns the class of what went wrong, or ''."""
    if not keys:
        return ""
    try:
        with transaction.atomic():
            rule.carry_out(keys, as_of)
    except LOST_CONNECTION:
        raise
    except Exception as error:
        return type(error).__name__
    return ""


@transaction.atomic
def _stop(run_id: int, status: PurgeRun.Status, error: str) -> PurgeRun:
    run = PurgeRun.objects.select_for_update().get(pk=run_id)
    run.error = error[:60]
    return _end(run, status) if run.status == Status.RUNNING else run


def _end(run: PurgeRun, status: PurgeRun.Status) -> PurgeRun:
    run.status = status
    run.finished_at = run.touched_at = timezone.now()
    run.save()
    return run


def _tidy() -> None:
    """Vacuum the tables that the purge left full of dead rows."""
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relid::regclass::text FROM pg_stat_user_tables"
            " WHERE n_dead_tup > %s AND n_dead_tup > %s * n_live_tup",
            [TIDY_ROWS, TIDY_SHARE],
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"VACUUM (ANALYZE) {table}")  # regclass quotes the name
