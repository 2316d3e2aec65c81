"""The processes of the site itself: the preparation, the web server, the Celery worker and its clock."""

import http.client
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mesopinions.core import env
from mesopinions.local.child import OWNER, Service
from mesopinions.local.data_dir import DataDir

BASE_DIR = Path(__file__).resolve().parents[2]
THREADS_PER_WEB_WORKER = "4"


@dataclass(frozen=True, slots=True)
class Site:
    """How one start was asked for."""

    data_dir: DataDir
    port: int
    address: str
    web_workers: int
    debug: bool
    embeds_postgres: bool
    embeds_redis: bool

    @classmethod
    def from_environment(cls) -> "Site":
        """Read DATA_DIR, PORT and the others of docs/operations.md. Raises ImproperlyConfigured."""
        port = env.integer("PORT", 8000, minimum=1)
        return cls(
            data_dir=DataDir(env.path("DATA_DIR", BASE_DIR / ".data").resolve()),
            port=port,
            address=env.text("SITE_URL", f"http://localhost:{port}"),
            web_workers=env.integer("WEB_WORKERS", 2, minimum=1),
            debug=env.flag("DEBUG", default=False),
            embeds_postgres=not env.text("DATABASE_URL", ""),
            embeds_redis=not env.text("REDIS_URL", ""),
        )

    @property
    def logins_file(self) -> Path:
        return self.data_dir.logs / "logins.txt"

    def environment(self) -> Mapping[str, str]:
        """Return what the site's processes see: what the person set, else what suits one machine."""
        return {
            "LOCAL": "1",
            **os.environ,
            "DEBUG": "1" if self.debug else "0",
            "DATA_DIR": os.fspath(self.data_dir.root),
            "PORT": str(self.port),
            "SITE_URL": self.address,
            "DEMO_PASSWORD": self.demo_password,
            "DJANGO_SETTINGS_MODULE": "mesopinions.settings",
            "PYTHONUNBUFFERED": "1",
            "WORKER_READY_FILE": os.fspath(self._worker_ready_file),
            OWNER: os.fspath(self.data_dir.root),
        }

    @property
    def demo_password(self) -> str:
        return os.environ.get("DEMO_PASSWORD") or self.data_dir.keys()["DEMO_PASSWORD"]

    @property
    def _worker_ready_file(self) -> Path:
        return self.data_dir.sockets / "worker.ready"

    def preparation(self) -> Service:
        """Return the command that runs once, before the others."""
        return self._python("prepare", ["mesopinions.local.prepare", os.fspath(self.logins_file)])

    def services(self) -> list[Service]:
        """Return what answers people: all of it stops before PostgreSQL and Redis do."""
        return [self._web(), self._worker(), self._beat()]

    def _web(self) -> Service:
        command = [
            *("granian", "--interface", "wsgi", "mesopinions.wsgi:application"),
            *("--host", "127.0.0.1", "--port", str(self.port), "--workers", str(self.web_workers)),
            *("--blocking-threads", THREADS_PER_WEB_WORKER, "--respawn-failed-workers", "--workers-kill-timeout", "4"),
            *("--log-level", "warning", "--no-access-log"),
        ]
        return replace(self._python("web", command), is_ready=lambda: is_answering(self.port))

    def _worker(self) -> Service:
        command = [
            *("celery", "-A", "mesopinions.local.worker", "worker", "--concurrency", "2", "--loglevel", "INFO"),
            *("--without-gossip", "--without-mingle"),
        ]
        return replace(
            self._python("worker", command),
            before_start=lambda: self._worker_ready_file.unlink(missing_ok=True),
            is_ready=self._worker_ready_file.exists,
        )

    def _beat(self) -> Service:
        schedule = os.fspath(self.data_dir.root / "beat-schedule")
        return self._python("beat", ["celery", "-A", "mesopinions", "beat", "--schedule", schedule, "--pidfile", ""])

    def _python(self, name: str, command: Sequence[str]) -> Service:
        return Service(
            name=name,
            command=[sys.executable, "-m", *command],
            log=self.data_dir.logs / f"{name}.log",
            environment=self.environment(),
        )


def is_answering(port: int) -> bool:
    """Return whether the site says on /readyz that it can do all its work."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
