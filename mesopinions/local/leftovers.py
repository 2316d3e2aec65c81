"""The processes that an earlier run on a folder left behind, which only `kill -9` can cause."""

import contextlib
import os
import signal
from collections.abc import Iterator, Sequence

import psutil

from mesopinions.local.child import OWNER
from mesopinions.local.data_dir import DataDir

PATIENCE = 6.0


def end_leftovers(data_dir: DataDir) -> int:
    """End every process of the site on `data_dir` but ours, gently first, and return how many there were.

    The caller holds the folder's lock, so none of them belongs to a site that runs. A process is known by its identity
    (number and start time, as psutil keeps them), so that a reused number never ends somebody else's.
    """
    return _end([*_marked(data_dir), *_servers(data_dir)])


def end_postgres(data_dir: DataDir) -> None:
    """End what is left of PostgreSQL, and forget the process number it wrote down.

    The number may belong to any program after a restart of the machine, and PostgreSQL would wait for that one.
    """
    _end([process for process in _servers(data_dir) if process.info["name"] == "postgres"])
    (data_dir.postgres / "postmaster.pid").unlink(missing_ok=True)


def _marked(data_dir: DataDir) -> Iterator[psutil.Process]:
    """Find Python's processes by the mark of their owner."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.pid != os.getpid() and process.environ().get(OWNER) == os.fspath(data_dir.root):
                yield process


def _servers(data_dir: DataDir) -> Iterator[psutil.Process]:
    """Find PostgreSQL and Redis, which write their title over the mark, by the folder they work in."""
    homes = {"postgres": (data_dir.postgres, data_dir.postgres_draft), "redis-server": (data_dir.redis,)}
    for process in psutil.process_iter(["name"]):
        with contextlib.suppress(psutil.Error, OSError):
            name = process.info["name"]
            if name in homes and process.cwd() in {os.fspath(home.resolve()) for home in homes[name]}:
                yield process


def _end(processes: Sequence[psutil.Process]) -> int:
    found = set(processes)
    numbers = {process.pid for process in found}
    for process in found:
        with contextlib.suppress(psutil.Error):
            if process.ppid() not in numbers:  # a master ends its helpers itself
                process.send_signal(signal.SIGINT if process.name() == "postgres" else signal.SIGTERM)
    _, deaf = psutil.wait_procs(found, timeout=PATIENCE)
    for process in deaf:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(deaf, timeout=PATIENCE)
    return len(found)
