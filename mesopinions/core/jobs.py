"""Periodic jobs that run once a slot, however many schedulers and workers there are.

How to add one: a line in mesopinions/schedule.py, and in the app's tasks.py

    @periodic_job("petitions.fold_tally")
    def fold_tally() -> None:
        ...

Time is cut into slots as long as the job's period. Every scheduler ticks at least twice a slot, and each tick tries to
claim the current slot; only the first one runs the job. A job that fails or is killed runs again in the next slot, so
it must be safe to repeat.
"""

import time
from collections.abc import Callable
from functools import wraps

from celery import Task, shared_task
from django.conf import settings
from django.db import connection


def periodic_job(name: str) -> Callable[[Callable[[], object]], Task]:
    """Make the function a Celery task of this name that runs once a slot. Raises KeyError if it is not scheduled."""
    seconds = int(settings.PERIODIC_JOBS[name].total_seconds())

    def decorate(job: Callable[[], object]) -> Task:
        @wraps(job)
        def once_a_slot() -> None:
            if claim_slot(name, int(time.time()) // seconds):
                job()

        task: Task = shared_task(name=name)(once_a_slot)
        return task

    return decorate


def claim_slot(name: str, slot: int) -> bool:
    """Take the slot for the caller. False when it, or a later one, was taken before."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO core_jobclaim (name, slot) VALUES (%s, %s)
            ON CONFLICT (name) DO UPDATE SET slot = excluded.slot, claimed_at = now()
            WHERE core_jobclaim.slot < excluded.slot
            """,
            [name, slot],
        )
        return bool(cursor.rowcount)
