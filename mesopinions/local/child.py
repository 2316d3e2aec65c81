"""One process that belongs to a running site: how it starts, how it is told to stop, how its helpers end with it."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LAUNCHER = Path(__file__).with_name("launch.py")
# Every process of a site carries its folder under this name, so that the next start finds what a kill −9 left.
OWNER = "MESOPINIONS_OWNER"


class CannotStartError(Exception):
    """Why the site cannot start and what to do about it, in one paragraph for the person at the keyboard."""


@dataclass(frozen=True, slots=True)
class Service:
    """A command to keep running."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str]
    is_ready: Callable[[], bool] = lambda: True
    before_start: Callable[[], None] = lambda: None
    stop_signal: signal.Signals = signal.SIGTERM
    advice: str = ""  # for the person who sees that it does not start

    def trouble(self, what: str) -> str:
        """Say what happened to it, where the reason is, and what to do."""
        return f"{self.name} {what}. The reason is at the end of {self.log}. {self.advice}".rstrip()


class Child:
    """A running service, leader of its own process group: the terminal's Ctrl-C reaches the supervisor alone."""

    def __init__(self, service: Service) -> None:
        self.service = service
        service.before_start()
        with service.log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-I", "-S", os.fspath(LAUNCHER)),
                    *(str(int(service.stop_signal)), str(os.getpid()), *service.command),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(service.environment),
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def exit_code(self) -> int | None:
        """Return None while it runs, −N when signal N ended it."""
        return self._process.poll()

    def ask_to_stop(self) -> None:
        """Send the signal after which the service ends by itself."""
        self._process.send_signal(self.service.stop_signal)

    def wait(self, deadline: float) -> None:
        """Wait for its end until `deadline` (monotonic seconds), then kill what is left of its group."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, deadline - time.monotonic()))
        self.kill_group()

    def kill_group(self) -> None:
        """End the process and its helpers at once: a dead web master leaves workers that hold the port."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        wait_until(lambda: not self._group_exists(), seconds=3)

    def _group_exists(self) -> bool:
        try:
            os.killpg(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:  # macOS, for a group of zombies
            return False
        return True


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Return whether `condition` became true within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def stop_together(children: Sequence[Child], *, seconds: float) -> None:
    """Stop them side by side, killing after `seconds` those that do not listen."""
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + seconds
    for child in children:
        child.wait(deadline)
