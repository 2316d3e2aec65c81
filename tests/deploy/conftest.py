"""Containers of the site on this test's database and Redis."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.containers import Container, running_container
from tests.fakes.smtp import FakeSmtp, running_smtp
from tests.support import environment


@pytest.fixture(scope="module")
def mail_server() -> Iterator[FakeSmtp]:
    with running_smtp() as server:
        yield server


@pytest.fixture(scope="module")
def stores(mail_server: FakeSmtp) -> dict[str, str]:
    """What stands in for the other containers: this worker's database and Redis, and a mail server."""
    return {
        "DATABASE_URL": environment.database_url(environment.DATABASE),
        "REDIS_URL": environment.redis_url(),
        "EMAIL_URL": mail_server.url,
    }


@pytest.fixture(scope="module")
def web(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory, stores: dict[str, str]) -> Iterator[Container]:
    with running_container("web", tmp_path_factory.mktemp("web"), stores) as container:
        yield container


@pytest.fixture
def worker(transactional_db: None, tmp_path: Path, stores: dict[str, str]) -> Iterator[Container]:
    with running_container("worker", tmp_path, stores) as container:
        yield container


@pytest.fixture
def beat(transactional_db: None, tmp_path: Path, stores: dict[str, str]) -> Iterator[Container]:
    with running_container("beat", tmp_path, stores) as container:
        yield container
