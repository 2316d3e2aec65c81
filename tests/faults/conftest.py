"""Data folders for sites that tests may break, and the certainty that nothing of them outlives a test."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.faults.sites import RunningSite, processes_on


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A place for a new site."""
    folder = tmp_path / "data"
    yield folder
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
