"""The Makefile around the supervisor: what it needs, and that signals to make reach the site."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.sites import REPOSITORY, STUB, RunningSite, nothing_is_left, processes_on

WITHOUT_VENV = """#!/bin/sh
case "$2" in *ensurepip*) exit 1;; esac
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the Makefile and the locks, as after a clone."""
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    shutil.copy(REPOSITORY / "Makefile", checkout)
    shutil.copytree(REPOSITORY / "requirements", checkout / "requirements")
    return checkout


def executable(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def make(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", *arguments], cwd=checkout, capture_output=True, text=True, check=False)


def test_a_missing_python_is_named_with_its_package(checkout):
    result = make(checkout, "run", "PYTHON=python2.7 no-such-python")

    assert result.returncode != 0
    assert "Python 3.11 or later is needed: apt-get install python3 python3-venv" in result.stdout
    assert not (checkout / ".venv").exists()


def test_a_missing_venv_module_is_named_with_its_package(checkout, tmp_path):
    python = executable(tmp_path / "python3", WITHOUT_VENV)

    result = make(checkout, "run", f"PYTHON={python}")

    assert result.returncode != 0
    assert "Python's venv module is missing: apt-get install python3-venv" in result.stdout


@pytest.mark.proof
def test_a_half_made_environment_is_made_again(checkout):
    executable(checkout / ".venv" / "bin" / "python", "#!/bin/sh\nexit 1\n")

    assert make(checkout, ".venv/bin/pip").returncode == 0
    assert (
        subprocess.run([checkout / ".venv" / "bin" / "python", "-m", "pip", "--version"], check=False).returncode == 0
    )


@pytest.fixture
def made(checkout: Path, used_folder: Path) -> RunningSite:
    """`make run` of the stand-in site, its environment being there already."""
    start = f'#!/bin/sh\nshift 2\ncd "{REPOSITORY}" && exec "{sys.executable}" -m {STUB} "$@"\n'
    executable(checkout / ".venv" / "bin" / "python", start)
    for stamp in ("bin/pip", ".local"):
        (checkout / ".venv" / stamp).touch()
    return RunningSite(used_folder, wrapper=["sh", "-c", 'exec make -C "$0" run', os.fspath(checkout)]).until_ready()


def test_terminating_make_stops_the_site(made):
    made.process.send_signal(signal.SIGTERM)

    made.ends()
    assert "Everything has stopped." in made.output
    assert processes_on(made.data_dir.root) == []


def test_ctrl_c_under_make_stops_the_site(made):
    for _ in range(2):
        os.killpg(made.process.pid, signal.SIGINT)

    made.ends()
    made.until_it_says("Everything has stopped.")
    assert nothing_is_left(made.data_dir.root)


def test_killing_make_stops_the_site(made):
    made.process.kill()

    made.ends()
    made.until_it_says("Everything has stopped.")
    assert nothing_is_left(made.data_dir.root)


def test_killing_the_whole_job_leaves_nothing(made):
    os.killpg(made.process.pid, signal.SIGKILL)

    made.ends()
    assert nothing_is_left(made.data_dir.root)
