"""One run of wrk and what it measured."""

import json
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 16
SETTLING_SECONDS = 1.0  # requests that were under way when wrk stopped end meanwhile
_SCRIPTS = Path(__file__).with_name("lua")


class BenchError(Exception):
    """A figure that would mean nothing: wrong answers, lost rows, no load generator."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What one run of wrk saw."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    wrong_status: int
    failed: int

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


def wrk() -> str:
    """Return the path of wrk. Raises BenchError."""
    if found := shutil.which("wrk"):
        return found
    raise BenchError("The benchmarks need wrk: apt-get install wrk")


def run(url: str, script: str, *arguments: object, seconds: int, headers: dict[str, str] | None = None) -> Measure:
    """Load `url` for some seconds with one of lua/*.lua. Raises BenchError unless every answer was the expected one."""
    given = [part for name, value in (headers or {}).items() for part in ("--header", f"{name}: {value}")]
    command = [
        *(wrk(), "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds}s", "--timeout", "10s"),
        *given,
        *("--script", f"{script}.lua", url, "--", *map(str, arguments)),
    ]
    finished = subprocess.run(command, cwd=_SCRIPTS, capture_output=True, text=True, timeout=seconds + 30, check=False)
    if finished.returncode:
        raise BenchError(f"wrk failed on {url}: {finished.stderr or finished.stdout}")
    time.sleep(SETTLING_SECONDS)
    measure = Measure(**json.loads(finished.stdout.splitlines()[-1]))
    if measure.wrong_status or measure.failed or not measure.requests:
        raise BenchError(f"{url} did not answer as it should: {measure}")
    return measure
