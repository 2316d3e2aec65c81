"""Work on petitions behind the pages: periodic (how often: mesopinions/schedule.py), or asked for by a service."""

from celery import shared_task
from django.utils import timezone

from mesopinions.core.jobs import periodic_job
from petitions.services import closing, pictures, tally, trending, updates
from petitions.services.rewording import mailing, publishing


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


@shared_task(name=updates.MAIL_UPDATE)
def mail_update(update_id: int) -> None:
    """Hand a piece of news to the outbox, for each signer who asked for it."""
    updates.queue_mails(update_id=update_id, at=timezone.now())


@periodic_job("petitions.mail_updates")
def mail_updates() -> None:
    """Do the same for those whose message to the worker was lost."""
    updates.queue_lost(at=timezone.now())


@shared_task(name=publishing.MAIL_REWORDING)
def mail_rewording(submission_id: int) -> None:
    """Hand a change of words to the outbox, for each signer of the words before."""
    mailing.queue_mails(submission_id=submission_id, at=timezone.now())


@periodic_job("petitions.mail_rewordings")
def mail_rewordings() -> None:
    """Do the same for those whose message to the worker was lost."""
    mailing.queue_lost(at=timezone.now())


@periodic_job("petitions.tidy_pictures")
def tidy_pictures() -> None:
    """Delete the files of pictures whose row is gone."""
    pictures.tidy_pictures(now=timezone.now())
