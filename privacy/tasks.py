"""Work on privacy that no visitor waits for (how often: mesopinions/schedule.py)."""

from celery import shared_task
from django.utils import timezone

from mesopinions.core.jobs import periodic_job
from privacy import requests
from privacy.requests import packages
from privacy.requests.opening import EXECUTE
from privacy.services import purging


@periodic_job("privacy.purge")
def purge() -> None:
    """Purge once a night; at other times this finds nothing to do, or finishes what was interrupted."""
    purging.purge_tonight(now=timezone.now())


@periodic_job("privacy.tidy_packages")
def tidy_packages() -> None:
    """Delete the packages that a worker left when it died."""
    packages.tidy(now=timezone.now())


@shared_task(name=purging.CARRY_OUT)
def carry_out(run_id: int) -> None:
    """Carry out one run of the purge that somebody of the staff opened."""
    purging.go_on(run_id)


@shared_task(name=EXECUTE)
def execute(request_id: int) -> None:
    """Carry out a confirmed request."""
    requests.execute(request_id)


@periodic_job("privacy.sweep_requests")
def sweep_requests() -> None:
    """Go on with requests whose worker died, and close those that nobody confirmed."""
    now = timezone.now()
    requests.resume_requests(now=now)
    requests.close_unconfirmed(now=now)
