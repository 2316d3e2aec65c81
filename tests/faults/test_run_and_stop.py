"""`make run` under signals and kills: it stops cleanly, comes back, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time

import psutil
import psycopg
import pytest
import redis

from mesopinions.local.data_dir import DataDir
from tests.faults.sites import NOBODY_ID, REPOSITORY, RunningSite, nothing_is_left, processes_on


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_stops_everything_within_ten_seconds(used_folder, number):
    site = RunningSite(used_folder).until_ready()

    site.process.send_signal(number)

    assert site.ends(seconds=10) == 0
    assert processes_on(used_folder) == []


def test_ctrl_c_pressed_twice_in_a_terminal_stops_everything(used_folder):
    site = RunningSite(used_folder).until_ready()

    os.killpg(site.process.pid, signal.SIGINT)
    time.sleep(0.05)
    os.killpg(site.process.pid, signal.SIGINT)

    assert site.ends(seconds=10) == 0
    assert processes_on(used_folder) == []


@pytest.mark.parametrize("words", ["Starting on", "Preparing"])
def test_a_signal_during_the_start_stops_what_had_started(folder, words):
    site = RunningSite(folder)
    site.until_it_says(words)

    assert site.stop() == 0
    assert processes_on(folder) == []
    assert RunningSite(folder).until_ready().stop() == 0


def test_a_killed_supervisor_takes_all_its_processes_along(used_folder):
    site = RunningSite(used_folder).until_ready()

    site.process.kill()
    site.ends()

    assert nothing_is_left(used_folder, seconds=5)
    assert RunningSite(used_folder, port=site.port).until_ready().stop() == 0


def test_a_killed_make_takes_the_site_along(used_folder):
    make = ["sh", "-c", '"$@" --parent $$ & wait', "make"]
    site = RunningSite(used_folder, wrapper=make).until_ready()

    site.process.kill()
    site.ends()

    assert nothing_is_left(used_folder)


def test_what_a_killed_supervisor_and_web_master_left_is_ended_by_the_next_start(used_folder):
    site = RunningSite(used_folder).until_ready()
    web = site.pid_of("web")
    for pid in (web, site.process.pid):
        os.kill(pid, signal.SIGSTOP)  # neither gets to see the other die
    for pid in (site.process.pid, web):
        os.kill(pid, signal.SIGKILL)
    site.ends()
    assert not nothing_is_left(used_folder, seconds=1), "the stand-in's helper holds the port"

    following = RunningSite(used_folder, port=site.port).until_ready()

    assert "that an earlier run had left" in following.output
    assert following.stop() == 0
    assert processes_on(used_folder) == []


@pytest.mark.parametrize("name", ["web", "worker", "postgres", "redis"])
def test_a_killed_part_is_started_again(used_folder, name):
    site = RunningSite(used_folder).until_ready()
    before = site.pid_of(name)

    site.kill(name)

    assert site.answers()
    assert site.pid_of(name) != before
    assert site.stop() == 0
    assert processes_on(used_folder) == []


def test_a_killed_database_keeps_what_was_committed(used_folder):
    site = RunningSite(used_folder).until_ready()
    with psycopg.connect(site.data_dir.database_url) as connection:
        connection.execute("CREATE TABLE kept (name text)")
        connection.execute("INSERT INTO kept VALUES ('Samir')")

    site.kill("postgres")

    assert site.answers()
    with psycopg.connect(site.data_dir.database_url) as connection:
        assert connection.execute("SELECT name FROM kept").fetchall() == [("Samir",)]
    site.stop()


def test_queued_tasks_survive_a_stop(used_folder):
    site = RunningSite(used_folder).until_ready()
    with redis.Redis.from_url(site.data_dir.redis_url) as client:
        client.rpush("celery", "a task")
    site.stop()

    site = RunningSite(used_folder).until_ready()

    with redis.Redis.from_url(site.data_dir.redis_url) as client:
        assert client.lrange("celery", 0, -1) == [b"a task"]
    site.stop()


def test_two_sites_run_side_by_side(used_folder, tmp_path):
    first = RunningSite(used_folder)
    second = RunningSite(tmp_path / "second")
    first.until_ready()
    second.until_ready()

    assert first.stop() == 0

    assert second.answers()
    assert second.stop() == 0
    assert processes_on(tmp_path) == []


def test_stores_of_ones_own_are_used_instead_of_embedded_ones(used_folder, tmp_path):
    stores = RunningSite(used_folder).until_ready()
    variables = {"DATABASE_URL": stores.data_dir.database_url, "REDIS_URL": stores.data_dir.redis_url}

    site = RunningSite(tmp_path / "other", variables=variables).until_ready()

    assert not site.data_dir.postgres.exists()
    assert not site.data_dir.redis.exists()
    assert site.stop() == 0
    assert stores.stop() == 0


def test_a_data_folder_may_have_a_long_name_with_spaces_and_accents(folder):
    folder = folder / "Pétitions de l'été, « données »" / ("très long " * 12).strip() / 'et des "guillemets"'
    folder.parent.mkdir(parents=True)
    site = RunningSite(folder).until_ready()
    sockets = site.data_dir.sockets

    assert site.answers()
    assert site.stop() == 0
    assert processes_on(folder) == []
    assert not sockets.exists()


def test_another_way_to_the_same_folder_leads_to_the_same_site(used_folder, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(used_folder)
    site = RunningSite(link).until_ready()

    with psycopg.connect(DataDir(used_folder).database_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert RunningSite(used_folder).ends() == 1, "the folder is taken"
    assert site.stop() == 0
    assert processes_on(used_folder) == []


@pytest.mark.skipif(os.getuid() != 0, reason="the whole suite runs as an ordinary user already")
def test_an_ordinary_user_runs_a_site(folder_of_nobody):
    everyone = next((path for path in (sys.executable, "/usr/bin/python3") if _anybody_may_run(path)), None)
    if everyone is None:
        pytest.skip("no Python of this version here that an ordinary user may run")
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    site = RunningSite(folder_of_nobody, wrapper=NOBODY, python=everyone, variables={"PYTHONPATH": packages})
    site.until_ready()

    assert {process.uids().effective for process in processes_on(folder_of_nobody)} == {NOBODY_ID}
    assert site.stop() == 0
    assert processes_on(folder_of_nobody) == []


NOBODY = ("setpriv", f"--reuid={NOBODY_ID}", f"--regid={NOBODY_ID}", "--clear-groups")


def _anybody_may_run(python: str) -> bool:
    version = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    # Through a shell, because setpriv still has root's rights when it looks the first program up.
    command = [*NOBODY, "sh", "-c", '"$0" -c "$1"', python, version]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=False).returncode == 0


def test_every_process_leaves_the_terminal_to_the_supervisor(used_folder):
    site = RunningSite(used_folder).until_ready()

    groups = {os.getpgid(child.pid) for child in psutil.Process(site.process.pid).children()}

    assert site.process.pid not in groups
    site.stop()
