"""The worker's side of the outbox."""

from celery import shared_task

from mesopinions.core.enqueue import enqueue_soon, starting
from mesopinions.core.jobs import periodic_job
from mesopinions.mail.services import SEND_DUE, send_due_mails


@shared_task(name=SEND_DUE)
def send_due() -> None:
    """Send what is due, in short turns so that other tasks get theirs."""
    starting(SEND_DUE)
    if send_due_mails():
        enqueue_soon(SEND_DUE)


@periodic_job("mail.sweep")
def sweep() -> None:
    """Find the mails whose task was lost and those whose next try is due."""
    send_due()
