"""Periodic jobs run once a slot."""

from datetime import timedelta

import pytest
import time_machine
from celery import Task, current_app
from django.conf import settings as site
from pytest_django.fixtures import Settings

from mesopinions.core.jobs import claim_slot, periodic_job
from mesopinions.core.models import JobClaim
from mesopinions.schedule import beat_schedule
from tests.support.concurrency import run_together


def _counting_job(settings: Settings, name: str) -> tuple[Task, list[int]]:
    settings.PERIODIC_JOBS = {name: timedelta(minutes=1)}
    runs: list[int] = []

    def count() -> None:
        runs.append(1)

    return periodic_job(name)(count), runs


def test_two_schedulers_at_the_same_instant_run_a_job_once(transactional_db, settings: Settings):
    job, runs = _counting_job(settings, "tests.two_schedulers")

    with time_machine.travel("2026-11-23 12:00:10Z", tick=False):
        run_together(8, job)
    with time_machine.travel("2026-11-23 12:00:59Z", tick=False):
        job()

    assert len(runs) == 1


def test_a_job_runs_again_in_the_next_slot(db, settings: Settings):
    job, runs = _counting_job(settings, "tests.next_slot")

    for moment in ("2026-11-23 12:00:10Z", "2026-11-23 12:01:00Z"):
        with time_machine.travel(moment, tick=False):
            job()

    assert len(runs) == 2


def test_a_slot_only_rises_whatever_the_clock_does(db):
    assert [claim_slot("tests.count", slot) for slot in (5, 5, 4, 6)] == [True, False, False, True]
    assert JobClaim.objects.get().slot == 6


def test_a_job_that_fails_spends_its_slot(db, settings: Settings):
    settings.PERIODIC_JOBS = {"tests.fail": timedelta(days=1)}
    runs = []

    def fail() -> None:
        runs.append(1)
        raise ZeroDivisionError

    job = periodic_job("tests.fail")(fail)
    with pytest.raises(ZeroDivisionError):
        job()
    job()

    assert runs == [1]


def test_a_job_that_is_not_on_the_schedule_is_refused():
    with pytest.raises(KeyError):
        periodic_job("tests.forgotten")


def test_every_scheduled_name_is_a_task():
    current_app.loader.import_default_modules()

    assert set(site.PERIODIC_JOBS) <= set(current_app.tasks)


@pytest.mark.parametrize(("period", "tick"), [({"seconds": 30}, {"seconds": 15}), ({"days": 1}, {"minutes": 5})])
def test_a_scheduler_ticks_twice_a_slot_and_every_few_minutes_at_least(period, tick):
    (entry,) = beat_schedule({"tests.count": timedelta(**period)}).values()

    assert entry["schedule"] == timedelta(**tick)
    assert entry["options"]["expires"] == timedelta(**tick).total_seconds()
