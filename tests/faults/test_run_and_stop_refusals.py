"""`make run` where it cannot run: one paragraph that says what to do, exit code 1, and nothing left behind."""

import json
import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from mesopinions.local import keeper
from mesopinions.local.child import CannotStartError, Service
from mesopinions.local.data_dir import DataDir
from mesopinions.local.keeper import Keeper
from tests.faults.sites import STUB, RunningSite, processes_on
from tests.support.programs import free_port

# A file system of this test's own, at "$0", for the command that follows.
SMALL_DISK = 'mount -t tmpfs -o size=1m none "$0" && exec "$@"'
FULL_DISK = 'mount -t tmpfs -o size=1m none "$0" && { cat /dev/zero > "$0/full" 2> /dev/null || true; } && exec "$@"'
READ_ONLY_DISK = 'mount -t tmpfs -o size=900m,ro none "$0" && exec "$@"'


def refusal(site: RunningSite) -> str:
    """Return what the site says when it does not start."""
    assert site.ends(seconds=30) == 1, site.output
    assert "Traceback" not in site.output
    assert processes_on(site.data_dir.root) == []
    return site.output.strip().rpartition("\n\n")[2]


def test_a_port_in_use_is_named(used_folder):
    with socket.create_server(("127.0.0.1", 0)) as other_program:
        port = other_program.getsockname()[1]
        said = refusal(RunningSite(used_folder, port=port))

    assert said.startswith(f"Port {port} is used by another program.")
    assert f"PORT={port + 1}" in said
    assert RunningSite(used_folder, port=port).until_ready().stop() == 0


def test_a_second_site_on_the_same_folder_is_refused(used_folder):
    first = RunningSite(used_folder).until_ready()

    second = RunningSite(used_folder)

    assert second.ends() == 1
    assert f"A site runs on {used_folder} already: http://localhost:{first.port}" in second.output
    assert first.answers()
    assert first.stop() == 0


@pytest.mark.parametrize("variable", ["PORT=eighty", "PORT=70000", "WEB_WORKERS=0", "DEBUG=maybe"])
def test_a_mistyped_variable_is_named(folder, variable):
    name, value = variable.split("=")

    assert refusal(RunningSite(folder, variables={name: value})).startswith(name)


def test_a_file_in_the_place_of_the_folder_is_explained(folder):
    folder.write_text("not a folder")

    said = refusal(RunningSite(folder))

    assert said.startswith(f"The site cannot write in its folder {folder} (File exists")
    assert "DATA_DIR=" in said


@pytest.mark.parametrize(
    ("disk", "words"),
    [
        (SMALL_DISK, "MB free and the site needs 500 MB"),
        (FULL_DISK, "is full. Free some space"),
        (READ_ONLY_DISK, "(Read-only file system"),
    ],
    ids=["small", "full", "read-only"],
)
def test_a_disk_that_takes_nothing_is_explained(folder, disk, words):
    folder.mkdir()
    wrapper = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", disk, os.fspath(folder)]
    if subprocess.run([*wrapper, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a disk of their own")

    said = refusal(RunningSite(folder, wrapper=wrapper))

    assert words in said
    assert "DATA_DIR=" in said


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_of_somebody_else_is_explained(folder):
    folder.mkdir(mode=0o500)

    assert "(Permission denied" in refusal(RunningSite(folder))


@pytest.mark.skipif(os.getuid() != 0, reason="only root needs a namespace")
def test_root_on_a_machine_without_namespaces_is_told_what_to_do(folder, tmp_path):
    unshare = tmp_path / "bin" / "unshare"
    unshare.parent.mkdir()
    unshare.write_text("#!/bin/sh\nexit 1\n")
    unshare.chmod(0o755)

    said = refusal(RunningSite(folder, variables={"PATH": f"{unshare.parent}:{os.environ['PATH']}"}))

    assert "Run the site as an ordinary user, or set DATABASE_URL" in said


def remove_keys(data_dir: DataDir) -> None:
    data_dir.keys_file.unlink()


def damage_keys(data_dir: DataDir) -> None:
    data_dir.keys_file.write_text("{")


def remove_version(data_dir: DataDir) -> None:
    (data_dir.postgres / "PG_VERSION").unlink()


def damage_control_file(data_dir: DataDir) -> None:
    (data_dir.postgres / "global" / "pg_control").write_bytes(b"\0" * 8192)


def remove_tables(data_dir: DataDir) -> None:
    shutil.rmtree(data_dir.postgres / "global")


def damage_queue(data_dir: DataDir) -> None:
    (data_dir.redis / "appendonly.aof").write_bytes(b"not a command\r\n" * 9)


@pytest.mark.parametrize(
    "damage", [remove_keys, damage_keys, remove_version, damage_control_file, remove_tables, damage_queue]
)
def test_a_damaged_folder_is_explained_and_left_as_it_is(used_folder, damage):
    data_dir = DataDir(used_folder)
    damage(data_dir)

    said = refusal(RunningSite(used_folder))

    assert os.fspath(used_folder) in said
    assert "remove" in said, "what to do"
    assert (data_dir.postgres / "base").exists(), "nothing was thrown away"


def test_keys_are_made_once_and_private(used_folder):
    keys_file = DataDir(used_folder).keys_file
    before = json.loads(keys_file.read_text())

    RunningSite(used_folder).until_ready().stop()

    assert json.loads(keys_file.read_text()) == before
    assert keys_file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("number", [os.getpid(), 999_999], ids=["of a living process", "of none"])
def test_a_stale_process_number_of_the_database_is_recognised(used_folder, number):
    lines = [number, used_folder / "postgres", 1, 5432, "/nowhere", "", "0 0", "ready"]
    (used_folder / "postgres" / "postmaster.pid").write_text("".join(f"{line}\n" for line in lines))

    assert RunningSite(used_folder).until_ready().stop() == 0


def test_a_database_whose_making_was_interrupted_is_made_again(used_folder):
    shutil.move(used_folder / "postgres", used_folder / "postgres.new")
    (used_folder / "postgres.new" / "PG_VERSION").unlink()

    assert RunningSite(used_folder).until_ready().stop() == 0
    assert not (used_folder / "postgres.new").exists()


def test_parent_folders_keep_their_modes(tmp_path):
    private = tmp_path / "private"
    private.mkdir(mode=0o700)

    RunningSite(private / "data").until_ready().stop()

    assert private.stat().st_mode & 0o777 == 0o700
    assert tmp_path.stat().st_mode & 0o777 == 0o700


def test_a_part_that_ends_while_it_starts_stops_the_start(used_folder):
    (used_folder / "worker.broken").touch()

    said = refusal(RunningSite(used_folder))

    assert said.endswith(f"worker ended while it started. The reason is at the end of {used_folder}/logs/worker.log.")


def test_a_service_that_keeps_ending_is_given_up_by_name_of_its_log(tmp_path, monkeypatch):
    monkeypatch.setattr(keeper, "LONGEST_PAUSE", 0.0)
    said: list[str] = []
    log = tmp_path / "web.log"
    kept = Keeper(Service("web", ["false"], log, environment=dict(os.environ)), said.append)
    kept.start()

    with pytest.raises(CannotStartError, match=f"web ended 6 times within a minute.*{log}"):
        look_forever(kept)

    assert len(said) == keeper.DEATHS


def look_forever(kept: Keeper) -> None:
    while True:
        kept.look()


@pytest.mark.proof
def test_a_part_that_keeps_ending_stops_the_whole_site(used_folder):
    site = RunningSite(used_folder).until_ready()
    (used_folder / "worker.broken").touch()
    site.kill("worker")

    assert site.ends(seconds=60) == 1
    assert "worker ended 6 times within a minute" in site.output
    assert f"{used_folder}/logs/worker.log" in site.output
    assert processes_on(used_folder) == []


def test_a_closed_terminal_is_survived(used_folder):
    """The reader of a pipe leaves, as in `make run | head -1`."""
    site = RunningSite(used_folder, wrapper=["sh", "-c", '"$@" --parent 0 | head -1', "sh"])

    assert site.answers()
    for child in site.process.children():
        if STUB in child.cmdline():
            child.terminate()

    site.ends()
    assert processes_on(used_folder) == []


def test_a_free_port_is_taken_at_once_after_a_stop(used_folder):
    port = free_port()

    for _ in range(2):
        assert RunningSite(Path(used_folder), port=port).until_ready().stop() == 0
