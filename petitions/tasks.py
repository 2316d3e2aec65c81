"""Periodic work on petitions (how often: mesopinions/schedule.py)."""

from django.utils import timezone

from mesopinions.core.jobs import periodic_job
from petitions.services import closing, tally, trending


@periodic_job("petitions.fold_tally")
def fold_tally() -> None:
    """Fold the counting ledger, so that few deltas are left to add up."""
    tally.fold()


@periodic_job("petitions.score_trends")
def score_trends() -> None:
    """Bring « Tendances » up to date."""
    trending.score(timezone.localdate())


@periodic_job("petitions.close_due")
def close_due() -> None:
    """Close the petitions whose last day is over."""
    closing.close_due(timezone.localdate(), at=timezone.now())
