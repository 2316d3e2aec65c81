"""The containers' programs, run as their images would run them, with production's settings."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mesopinions.local.child import Child, Service, wait_until
from tests.deploy import recipe
from tests.support.programs import free_port

STARTS_WITHIN_SECONDS = 25
BIN = Path(sys.executable).parent
PRODUCTION = {
    **recipe.env_file(recipe.ROOT / "tests/support/production.env"),
    "POSTGRES_PASSWORD": "unused-here",
    "WEB_WORKERS": "1",
}


class Container:
    """One service of docker-compose.yml as a process, with production's environment."""

    def __init__(self, name: str, folder: Path, stores: dict[str, str]) -> None:
        self.port = free_port()
        self.variables = {
            "PATH": os.pathsep.join([str(BIN), os.environ["PATH"]]),
            "PORT": str(self.port),  # for the health check alone: inside a container the port never changes
            "LOCAL": "0",
            "DEBUG": "0",
            **recipe.environment_of(name, PRODUCTION),
            **stores,
        }
        self._folder = folder
        self._health_check = self._here(recipe.health_check_of(name))
        self._log = folder / f"{name}.log"
        self.child = Child(Service(name, self._here(recipe.command_of(name)), self._log, self.variables))

    def wait_until_healthy(self) -> None:
        """Ask the container's own health check. Raises RuntimeError with its log."""
        if not wait_until(self.is_healthy, seconds=STARTS_WITHIN_SECONDS):
            raise RuntimeError(f"not healthy:\n{self.log[-6000:]}")

    def is_healthy(self) -> bool:
        return subprocess.run(self._health_check, env=self.variables, cwd=recipe.ROOT).returncode == 0

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def stop(self) -> None:
        self.child.ask_to_stop()
        self.child.wait(time.monotonic() + 10)

    def _here(self, command: list[str]) -> list[str]:
        """Put this machine's folder and a free port in place of the container's."""
        own = (word.replace("/tmp/", f"{self._folder}/") for word in command)  # noqa: S108
        return [re.sub(r"(--host) \S+ (--port) 8000", rf"\1 127.0.0.1 \2 {self.port}", word) for word in own]


@contextmanager
def running_container(name: str, folder: Path, stores: dict[str, str]) -> Iterator[Container]:
    container = Container(name, folder, stores)
    try:
        container.wait_until_healthy()
        yield container
    finally:
        container.stop()


def debian_program(name: str) -> str:
    """Return the path of a program that the suite does not bring, or skip the test."""
    path = shutil.which(name, path=os.pathsep.join([os.environ["PATH"], "/usr/sbin"]))
    if path is None:
        pytest.skip(f"{name} is not installed: apt-get install {name}")
    return path
