"""Work on petitions behind the pages: periodic (how often: mesopinions/schedule.py), or asked for by a service."""

from celery import shared_task
from django.utils import timezone

from mesopinions.core.jobs import periodic_job
from petitions.services import closing, expiring, tally, trending, updates


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


@periodic_job("petitions.expire")
def expire() -> None:
    """Forget the signatures nobody confirmed, old proofs of withdrawal, old links and mails."""
    expiring.expire(timezone.now())


@shared_task(name=updates.MAIL_UPDATE)
def mail_update(update_id: int) -> None:
    """Hand a piece of news to the outbox, for each signer who asked for it."""
    updates.queue_mails(update_id=update_id, at=timezone.now())


@periodic_job("petitions.mail_updates")
def mail_updates() -> None:
    """Do the same for those whose message to the worker was lost."""
    updates.queue_lost(at=timezone.now())
