"""The real site, whole: granian with its workers, Celery with its pool, beat, PostgreSQL and Redis."""

import os
import signal
import time
import urllib.request

import psutil
import pytest

from mesopinions.local import changes
from mesopinions.local.child import wait_until
from tests.faults.sites import REAL, RunningSite, nothing_is_left, processes_on


@pytest.mark.timeout(180)
def test_the_site_starts_from_nothing_dies_with_its_supervisor_and_starts_again(folder):
    site = RunningSite(folder, module=REAL).until_ready(seconds=90)
    with urllib.request.urlopen(f"http://localhost:{site.port}/", timeout=10) as page:
        assert page.status == 200
    assert "alice@example.org" in site.output
    assert f"Ready: http://localhost:{site.port}\n" in site.output

    site.process.kill()
    site.ends()
    assert nothing_is_left(folder), processes_on(folder)

    site = RunningSite(folder, module=REAL, port=site.port).until_ready(seconds=60)
    assert site.stop() == 0
    assert processes_on(folder) == []


@pytest.mark.proof
def test_the_second_start_takes_less_than_ten_seconds(folder):
    RunningSite(folder, module=REAL).until_ready(seconds=90).stop()

    began = time.monotonic()
    site = RunningSite(folder, module=REAL).until_ready()

    assert time.monotonic() - began < 10
    site.stop()


@pytest.mark.proof
def test_every_part_killed_in_turn_comes_back_and_tasks_go_on(folder):
    site = RunningSite(folder, module=REAL).until_ready(seconds=90)

    for name in ("web", "worker", "beat", "postgres", "redis"):
        site.kill(name)

        assert site.answers(), name
        assert tasks_go_on(site), name

    assert site.stop() == 0
    assert processes_on(folder) == []


@pytest.mark.proof
def test_killed_helpers_are_replaced_by_their_masters(folder):
    site = RunningSite(folder, module=REAL).until_ready(seconds=90)

    for name in ("web", "worker"):
        for helper in psutil.Process(site.pid_of(name)).children():
            helper.kill()
        assert site.answers(), name
        assert tasks_go_on(site), name

    assert site.stop() == 0
    assert processes_on(folder) == []


@pytest.mark.proof
def test_supervisor_and_web_master_killed_together_leave_a_port_that_the_next_start_takes(folder):
    site = RunningSite(folder, module=REAL).until_ready(seconds=90)
    web = site.pid_of("web")
    for pid in (web, site.process.pid):
        os.kill(pid, signal.SIGSTOP)
    for pid in (site.process.pid, web):
        os.kill(pid, signal.SIGKILL)
    site.ends()

    following = RunningSite(folder, module=REAL, port=site.port).until_ready(seconds=30)

    assert following.answers()
    assert following.stop() == 0
    assert processes_on(folder) == []


def tasks_go_on(site: RunningSite) -> bool:
    """Return whether the worker finishes another periodic task before long."""
    log = site.data_dir.logs / "worker.log"
    before = log.read_text().count(" succeeded in ")
    return wait_until(lambda: log.read_text().count(" succeeded in ") > before, seconds=45)


def test_make_dev_notices_a_changed_a_new_and_a_removed_file(tmp_path, monkeypatch):
    monkeypatch.setattr(changes, "BASE_DIR", tmp_path)
    page = tmp_path / "templates" / "home.html"
    page.parent.mkdir()
    page.write_text("one")
    watched = changes.Changes()
    assert not watched.found()

    os.utime(page, (0, 0))
    assert watched.found()
    (page.parent / "new.html").touch()
    assert watched.found()
    page.unlink()
    assert watched.found()
    assert not watched.found()
