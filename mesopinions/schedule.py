"""Every periodic job, by task name, and how often it runs. Settings import this page, so it imports nothing of ours."""

from datetime import timedelta
from typing import Any

PERIODIC_JOBS = {
    # Mails whose message to the worker was lost, or whose retry is due.
    "mail.sweep": timedelta(seconds=30),
    "petitions.fold_tally": timedelta(seconds=10),
    "petitions.score_trends": timedelta(minutes=5),
    "petitions.close_due": timedelta(minutes=10),
    # News whose message to the worker was lost.
    "petitions.mail_updates": timedelta(minutes=2),
    # The same of texts that changed after people had signed them.
    "petitions.mail_rewordings": timedelta(minutes=2),
    # Files of pictures whose row is gone.
    "petitions.tidy_pictures": timedelta(days=1),
    # Carries out the rules that have had no turn since last night began, however the night went.
    "privacy.purge": timedelta(minutes=10),
    "accounts.warn_inactive": timedelta(hours=6),
    # Accounts that their owners closed a week ago.
    "accounts.close_due": timedelta(minutes=10),
    "privacy.sweep_requests": timedelta(minutes=5),
    "privacy.tidy_packages": timedelta(days=1),
}

LONGEST_TICK = timedelta(minutes=5)


def beat_schedule(jobs: dict[str, timedelta]) -> dict[str, dict[str, Any]]:
    """Return Celery's schedule for `jobs`.

    Ticks come at least twice a slot, so that jitter at the edge of a slot never skips one, and at least every few
    minutes, so that a restart never makes a daily job wait another day. An unread tick expires when the next is due.
    """
    schedule = {}
    for name, period in jobs.items():
        tick = min(period / 2, LONGEST_TICK)
        schedule[name] = {"task": name, "schedule": tick, "options": {"expires": tick.total_seconds()}}
    return schedule
