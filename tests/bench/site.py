"""The site and the bare views, each under the web server of `make run`, on stores of their own that leave no trace."""

import http.client
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import django

from mesopinions.local.child import Child, Service, stop_together, wait_until
from mesopinions.local.services import embedded_services
from mesopinions.local.site import Site
from tests.bench.load import BenchError
from tests.support.programs import free_port

STARTS_WITHIN_SECONDS = 30.0
STOPS_WITHIN_SECONDS = 10.0
SITE_APPLICATION = "mesopinions.wsgi:application"
# What would change a figure, or the stores that are measured.
NOT_FROM_THE_SHELL = (
    *("DATABASE_URL", "DATABASE_DIRECT_URL", "DATABASE_REPLICA_URL", "REDIS_URL", "SITE_URL", "DEBUG", "LOCAL"),
    *("EMAIL_URL", "SENTRY_DSN", "WEB_WORKERS", "DATABASE_POOL"),
)


@dataclass(frozen=True, slots=True)
class Bench:
    """A running site with the demonstration's petitions."""

    site: Site
    folder: Path
    _running: ExitStack

    @property
    def url(self) -> str:
        return self.site.address

    @property
    def host(self) -> str:
        return f"localhost:{self.site.port}"

    def start_bare(self, page: bytes, zipped: bytes) -> str:
        """Start the bare views, which serve these bytes, and return their address."""
        for name, content in (("page", page), ("page.gz", zipped)):
            (self.folder / name).write_bytes(content)
        site = replace(self.site, port=free_port())
        web = _web(site)
        command = ["tests.bench.bare:application" if part == SITE_APPLICATION else part for part in web.command]
        bare = replace(
            web,
            name="bare",
            command=command,
            environment={**web.environment, "BENCH_PAGES": os.fspath(self.folder)},
            log=site.data_dir.logs / "bare.log",
            is_ready=lambda: _answers(site.port),
        )
        _keep(self._running, bare)
        return f"http://127.0.0.1:{site.port}"


@contextmanager
def running_bench() -> Iterator[Bench]:
    """Run an embedded PostgreSQL, durable as in `make run`, Redis and the site, and set Django up in this process.

    No worker runs: mails stay in the outbox, where they are counted. Raises CannotStartError, BenchError.
    """
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="mesopinions-bench-")))
        _set_environment(folder / "data")
        site = Site.from_environment()
        running.enter_context(embedded_services(site.data_dir))
        os.environ.update(site.environment())
        django.setup()
        _prepare(site)
        _keep(running, _web(site))
        yield Bench(site, folder, running)


def _set_environment(data_dir: Path) -> None:
    for name in NOT_FROM_THE_SHELL:
        os.environ.pop(name, None)
    port = str(free_port())
    os.environ.update({"DATA_DIR": os.fspath(data_dir), "PORT": port, "TRUSTED_PROXY_COUNT": "1"})
    os.environ["LOG_LEVEL"] = "WARNING"


def _prepare(site: Site) -> None:
    preparation = Child(site.preparation())
    if not wait_until(lambda: preparation.exit_code() is not None, seconds=120) or preparation.exit_code():
        preparation.kill_group()
        raise BenchError(_trouble(site.preparation()))


def _web(site: Site) -> Service:
    return next(service for service in site.services() if service.name == "web")


def _keep(running: ExitStack, service: Service) -> None:
    child = Child(service)
    running.callback(stop_together, [child], seconds=STOPS_WITHIN_SECONDS)
    wait_until(lambda: child.exit_code() is not None or service.is_ready(), seconds=STARTS_WITHIN_SECONDS)
    if child.exit_code() is not None or not service.is_ready():
        raise BenchError(_trouble(service))


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/page")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _trouble(service: Service) -> str:
    # The end of the log itself: the folder is gone when the message is read.
    return f"{service.name} does not start:\n{service.log.read_text(encoding='utf-8', errors='replace')[-2000:]}"
