"""Sites under their supervisor as processes of their own, for tests that kill parts of them."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil
import psycopg
import redis

from mesopinions.local.child import wait_until
from mesopinions.local.data_dir import DataDir
from mesopinions.local.site import is_answering
from tests.support.programs import free_port

REPOSITORY = Path(__file__).resolve().parents[2]
STUB = "tests.faults.stub_site"
REAL = "mesopinions.local"
NOBODY_ID = 65534


class RunningSite:
    """One `make run` without make, that ends with the tests. `wrapper` is put before the command."""

    def __init__(
        self,
        folder: Path,
        *,
        module: str = STUB,
        port: int = 0,
        wrapper: Sequence[str] = (),
        python: str = sys.executable,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.data_dir = DataDir(folder)
        self.port = port or free_port()
        self._output = folder.with_name(f"{folder.name}.output")
        with self._output.open("wb") as output:
            self.process = psutil.Popen(
                [*wrapper, python, "-m", module, "--parent", str(os.getpid())],
                cwd=REPOSITORY,
                env={
                    **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
                    "DATA_DIR": os.fspath(folder),
                    "PORT": str(self.port),
                    **(variables or {}),
                },
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        return self._output.read_text(encoding="utf-8", errors="replace")

    def until_ready(self, seconds: float = 30) -> "RunningSite":
        """Wait for the line that scripts wait for."""
        wait_until(lambda: "Ready: " in self.output or self.process.poll() is not None, seconds=seconds)
        assert "Ready: " in self.output, self.output
        return self

    def until_it_says(self, words: str, seconds: float = 10) -> None:
        assert wait_until(lambda: words in self.output, seconds=seconds), self.output

    def ends(self, seconds: float = 15) -> int:
        """Return the exit code."""
        return int(self.process.wait(seconds))

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.ends()

    def pid_of(self, name: str) -> int:
        """Return the number of a service's main process."""
        port, database = str(self.port), os.fspath(self.data_dir.postgres)
        is_it: dict[str, Callable[[list[str]], bool]] = {
            "web": lambda words: port in words,
            "worker": lambda words: "worker" in words,
            "beat": lambda words: "beat" in words,
            "postgres": lambda words: database in words,
            "redis": lambda words: "redis-server" in words[0],
        }
        for child in self.process.children():
            if is_it[name](child.cmdline()):
                return int(child.pid)
        raise AssertionError(f"{name} does not run: {self.process.children()}")

    def kill(self, name: str) -> None:
        """Kill −9 one service and wait until the supervisor has seen it."""
        os.kill(self.pid_of(name), signal.SIGKILL)
        self.until_it_says(f"{name} ended (signal SIGKILL)")

    def answers(self, seconds: float = 15) -> bool:
        """Return whether the web server, PostgreSQL and Redis all answer before long."""
        return wait_until(lambda: is_answering(self.port) and self._stores_answer(), seconds=seconds)

    def _stores_answer(self) -> bool:
        try:
            psycopg.connect(self.data_dir.database_url, connect_timeout=2).close()
            with redis.Redis.from_url(self.data_dir.redis_url) as client:
                return bool(client.ping())
        except (psycopg.OperationalError, redis.RedisError):
            return False


def processes_on(folder: Path) -> list[psutil.Process]:
    """Return every process that names the folder in its command, its environment or as the place where it works."""
    path = os.fspath(folder)
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            words = [*process.cmdline(), *process.environ().values(), process.cwd()]
            if any(word == path or f"{path}/" in word for word in words):
                found.append(process)
    return found


def nothing_is_left(folder: Path, seconds: float = 10) -> bool:
    """Return whether every process of the site is gone before long."""
    deadline = time.monotonic() + seconds
    while processes_on(folder):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)  # a look at every process of the machine costs a while
    return True
