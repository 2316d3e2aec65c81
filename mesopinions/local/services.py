"""The embedded PostgreSQL and Redis for as long as a block lasts."""

from collections.abc import Iterator
from contextlib import contextmanager

from mesopinions.local.child import CannotStartError, Child, stop_together, wait_until
from mesopinions.local.data_dir import DataDir
from mesopinions.local.postgres import postgres_service
from mesopinions.local.redis import redis_service

START_SECONDS = 60.0
STOP_SECONDS = 8.0


@contextmanager
def embedded_services(data_dir: DataDir, *, durable: bool = True) -> Iterator[tuple[str, str]]:
    """Run PostgreSQL and Redis on `data_dir` and give their addresses (database, Redis).

    Without `durable` nothing is flushed to disk: for tests. Raises CannotStartError, OSError.
    """
    data_dir.create()
    children: list[Child] = []
    try:
        for service in (postgres_service(data_dir, durable=durable), redis_service(data_dir, durable=durable)):
            child = Child(service)
            children.append(child)
            _wait_for(child)
        yield data_dir.database_url, data_dir.redis_url
    finally:
        stop_together(children, seconds=STOP_SECONDS)
        data_dir.remove_outside_sockets()


def _wait_for(child: Child) -> None:
    is_ready = child.service.is_ready
    wait_until(lambda: child.exit_code() is not None or is_ready(), seconds=START_SECONDS)
    if child.exit_code() is not None or not is_ready():
        raise CannotStartError(child.service.trouble("does not start"))
