"""Forget what is no longer needed: `manage.py purge`."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from privacy.models import PurgeRun
from privacy.services.purging import purge_due
from privacy.services.rules import Rule, all_rules


class Command(BaseCommand):
    help = (
        "Deletes or empties the rows whose retention period has passed, rule by rule, in batches of 500 that commit "
        "one by one, and prints a receipt; docs/personal-data.md lists the rules. Rows under a legal hold or a "
        "restriction stay. A rule that would take over 20 %% of its table and over 1,000 rows stops. Safe to run "
        "twice, at once or after a kill."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count the same rows and change nothing")
        parser.add_argument("--rule", action="append", help="only this rule, by its name; repeat for several")
        parser.add_argument("--now", help="judge by this ISO 8601 time instead of the clock")
        parser.add_argument("--over-brake", action="store_true", help="let a rule take more than its brake allows")

    def handle(self, **options: Any) -> None:
        runs = purge_due(
            as_of=_moment(options["now"]),
            rules=_rules(options["rule"]),
            dry=options["dry_run"],
            over_brake=options["over_brake"],
        )
        for run in runs:
            self.stdout.write(_line(run))
        if stopped := [run.rule for run in runs if run.status in (PurgeRun.Status.BRAKED, PurgeRun.Status.FAILED)]:
            raise CommandError(f"Stopped: {', '.join(stopped)}. The others were carried out.")


def _line(run: PurgeRun) -> str:
    kept = f", {run.held} held" if run.held else ""
    failed = f", {run.failed} failed ({run.error})" if run.failed or run.error else ""
    return f"{run.rule:<40} {run.status:<8} {run.due} due, {run.handled} done{kept}{failed}"


def _moment(text: str | None) -> datetime:
    if text is None:
        return timezone.now()
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError("--now reads like 2026-11-24T03:00:00+01:00.")
    return moment if moment.tzinfo else timezone.make_aware(moment)


def _rules(names: list[str] | None) -> list[Rule] | None:
    if names is None:
        return None
    rules = {rule.name: rule for rule in all_rules()}
    if unknown := [name for name in names if name not in rules]:
        raise CommandError(f"No rule is called {unknown[0]}. The rules are: {', '.join(sorted(rules))}.")
    return [rules[name] for name in dict.fromkeys(names)]
