"""Keeping one service running: started again when it ends, later and later, until it is plain that it cannot run."""

import math
import signal
import time
from collections import deque
from collections.abc import Callable

from mesopinions.local.child import CannotStartError, Child, Service

DEATHS = 6
WINDOW = 60.0
LONGEST_PAUSE = 8.0


class Keeper:
    """One service, and how often it ended of late."""

    def __init__(self, service: Service, say: Callable[[str], None], *, waits_for_changes: bool = False) -> None:
        self.service = service
        self.child: Child | None = None
        self._say = say
        self._waits_for_changes = waits_for_changes
        self._deaths: deque[float] = deque(maxlen=DEATHS)
        self._start_at = 0.0

    def start(self) -> None:
        """Start it now, as if it had never ended."""
        self._deaths.clear()
        self.child = Child(self.service)

    def has_ended(self) -> bool:
        return self.child is not None and self.child.exit_code() is not None

    def look(self) -> None:
        """Start it again when it has ended and its pause is over. Raises CannotStartError when it ended too often."""
        if self.child is not None and (code := self.child.exit_code()) is not None:
            self.child.kill_group()
            self.child = None
            self._note_death(_reason(code))
        if self.child is None and time.monotonic() >= self._start_at:
            try:
                self.child = Child(self.service)
            except OSError as problem:  # no process, no memory or no disk to be had
                self._note_death(problem.strerror or "it could not start")

    def _note_death(self, reason: str) -> None:
        self._say(f"{self.service.name} ended ({reason}): starting it again.")
        self._start_at = time.monotonic() + self._pause()

    def _pause(self) -> float:
        """Return how many seconds to wait: none after one death, then twice as long each time."""
        now = time.monotonic()
        self._deaths.append(now)
        recent = sum(1 for death in self._deaths if death > now - WINDOW)
        if recent < DEATHS:
            return 0.0 if recent == 1 else min(LONGEST_PAUSE, 0.25 * 2**recent)
        problem = (
            f"{self.service.name} ended {DEATHS} times within a minute. The reason is at the end of {self.service.log}"
        )
        if not self._waits_for_changes:
            raise CannotStartError(f"{problem}; the site has stopped. Put that right and start again.")
        self._say(f"{problem}; it starts again when a file changes.")
        return math.inf


def _reason(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
