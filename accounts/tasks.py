"""Periodic work on accounts (how often: mesopinions/schedule.py)."""

from django.utils import timezone

from accounts.services import closing, inactivity
from mesopinions.core.jobs import periodic_job


@periodic_job("accounts.warn_inactive")
def warn_inactive() -> None:
    """Warn the owners of accounts that nobody uses before they end."""
    inactivity.warn_inactive(now=timezone.now())


@periodic_job("accounts.close_due")
def close_due() -> None:
    """Begin the erasure of the accounts that their owners closed a week ago."""
    closing.close_due(now=timezone.now())
