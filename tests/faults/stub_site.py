"""`python -m tests.faults.stub_site`: `make run` with small stand-ins for the web server and the worker.

The supervisor, PostgreSQL and Redis are the real ones. It starts in a second and fails in the same ways.
"""

import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from mesopinions.local.__main__ import main
from mesopinions.local.child import Service
from mesopinions.local.site import Site, is_answering

STUB = Path(__file__).with_name("stub_service.py")


@dataclass(frozen=True, slots=True)
class StubSite(Site):
    """A site without Django."""

    def preparation(self) -> Service:
        return self._run(
            "prepare", "-c", "import pathlib, sys; pathlib.Path(sys.argv[1]).touch()", str(self.logins_file)
        )

    def services(self) -> list[Service]:
        web, worker = (self._stub("web", self.port), self._stub("worker", 0))
        return [
            replace(web, is_ready=lambda: is_answering(self.port)),
            replace(worker, is_ready=lambda: "up" in worker.log.read_text()),
        ]

    def _stub(self, name: str, port: int) -> Service:
        return self._run(name, os.fspath(STUB), name, str(port), os.fspath(self.data_dir.root / f"{name}.broken"))

    def _run(self, name: str, *arguments: str) -> Service:
        return Service(
            name=name,
            command=[sys.executable, *arguments],
            log=self.data_dir.logs / f"{name}.log",
            environment=self.environment(),
        )


if __name__ == "__main__":
    sys.exit(main(StubSite))
