"""Data folders for sites that tests may break, and the certainty that nothing of them outlives a test."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.faults.sites import NOBODY_ID, RunningSite, processes_on


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A place for a new site."""
    yield tmp_path / "data"
    _kill_all_on(tmp_path)


@pytest.fixture
def folder_of_nobody() -> Iterator[Path]:
    """A place for a new site that belongs to an ordinary user: pytest's own folders are closed to others."""
    with tempfile.TemporaryDirectory() as parent:
        os.chown(parent, NOBODY_ID, NOBODY_ID)
        yield Path(parent) / "data"
        _kill_all_on(Path(parent))


def _kill_all_on(folder: Path) -> None:
    for process in processes_on(folder):
        with contextlib.suppress(psutil.Error):
            process.kill()


@pytest.fixture(scope="session")
def _stopped_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stopped") / "data"
    assert RunningSite(folder).until_ready().stop() == 0
    return folder


@pytest.fixture
def used_folder(folder: Path, _stopped_site: Path) -> Path:
    """The folder of a site that ran before and was stopped."""
    return shutil.copytree(_stopped_site, folder)
