"""Periodic work on privacy (how often: mesopinions/schedule.py)."""

from django.utils import timezone

from mesopinions.core.jobs import periodic_job
from privacy.services import purging


@periodic_job("privacy.purge")
def purge() -> None:
    """Purge once a night; at other times this finds nothing to do, or finishes what was interrupted."""
    purging.purge_tonight(now=timezone.now())
