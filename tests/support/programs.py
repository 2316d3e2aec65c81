"""The site's own programs as real processes on this worker's database and Redis."""

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping

from mesopinions.celery import app
from mesopinions.local.child import Child, Service, wait_until
from tests.support import environment

STARTS_WITHIN_SECONDS = 20


class Program:
    """A process that ends with this one. A test may kill it, and start another."""

    def __init__(
        self,
        name: str,
        arguments: list[str],
        *,
        is_ready: Callable[[], bool],
        variables: Mapping[str, str] | None = None,
    ) -> None:
        log = environment.suite().root / f"{environment.WORKER}-{name}.log"
        self._child = child = Child(
            Service(
                name=name,
                command=[sys.executable, "-m", *arguments],
                log=log,
                environment=os.environ | environment.variables() | dict(variables or {}),
                is_ready=is_ready,
            )
        )
        wait_until(lambda: child.exit_code() is not None or is_ready(), seconds=STARTS_WITHIN_SECONDS)
        if child.exit_code() is not None or not is_ready():
            self.kill()
            raise RuntimeError(f"{name} did not start:\n{log.read_text()[-6000:]}")

    @property
    def pid(self) -> int:
        return self._child.pid

    def stop(self) -> None:
        """Ask the program to end and wait for it; after ten seconds it is killed."""
        self._child.ask_to_stop()
        self._child.wait(time.monotonic() + 10)

    def kill(self) -> None:
        """Kill −9 the program and all that it started, at once."""
        self._child.kill_group()


class LiveSite(Program):
    """The site under the web server of production. A test that needs many visitors sends X-Forwarded-For."""

    def __init__(self) -> None:
        port = free_port()
        self.url = f"http://localhost:{port}"
        super().__init__(
            "site",
            [
                *("granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
                *("--workers", "1", "--blocking-threads", "8", "--no-ws", "mesopinions.wsgi:application"),
            ],
            is_ready=lambda: _answers(f"{self.url}/healthz"),
            variables={"SITE_URL": self.url, "PORT": str(port)},
        )


class CeleryWorker(Program):
    """A worker with two processes. Mails leave as files of `settings.MAIL_DIR`."""

    def __init__(self) -> None:
        super().__init__(
            "worker",
            ["celery", "-A", "mesopinions", "worker", "--concurrency=2", "--without-gossip", "--without-mingle"],
            is_ready=lambda: bool(app.control.ping(timeout=0.2, limit=1)),
        )


def free_port() -> int:
    """Return a TCP port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
