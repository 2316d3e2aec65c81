"""Periodic work on accounts (how often: mesopinions/schedule.py)."""

from django.utils import timezone

from accounts.services import inactivity
from mesopinions.core.jobs import periodic_job


@periodic_job("accounts.warn_inactive")
def warn_inactive() -> None:
    """Warn the owners of accounts that nobody uses before they end."""
    inactivity.warn_inactive(now=timezone.now())
