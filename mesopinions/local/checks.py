"""What is looked at before anything starts, each with a message that says what to do."""

import errno
import fcntl
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from mesopinions.local.child import CannotStartError
from mesopinions.local.data_dir import DataDir

MEGABYTE = 1_000_000
FREE_FOR_A_NEW_SITE = 500 * MEGABYTE
FREE_TO_GO_ON = 200 * MEGABYTE


def check_folder(data_dir: DataDir) -> None:
    """Make the data folder, or check the one there is. Raises CannotStartError."""
    if data_dir.postgres.exists() and not data_dir.keys_file.exists():
        raise CannotStartError(
            f"{data_dir.keys_file} is missing, while {data_dir.root} holds a site whose links and encrypted fields "
            "need these keys. Put the file back from a copy, or, if the data may be lost, remove the folder and start "
            "again."
        )
    try:
        data_dir.create()
        probe = data_dir.root / ".writable"
        probe.write_bytes(bytes(4096))
        probe.unlink()
    except (ValueError, TypeError):
        raise CannotStartError(
            f"{data_dir.keys_file} is damaged: it is not the list of keys that the first start wrote. Put it back from "
            "a copy, or, if the data may be lost, remove the folder and start again."
        ) from None
    except OSError as problem:
        raise CannotStartError(_about(data_dir, problem)) from None
    _check_space(data_dir)


def _check_space(data_dir: DataDir) -> None:
    needed = FREE_TO_GO_ON if data_dir.postgres.exists() else FREE_FOR_A_NEW_SITE
    free = shutil.disk_usage(data_dir.root).free
    if free < needed:
        raise CannotStartError(
            f"The disk of {data_dir.root} has {free // MEGABYTE} MB free and the site needs {needed // MEGABYTE} MB. "
            "Free some space, or choose a folder on another disk: make run DATA_DIR=/path/to/folder"
        )


def _about(data_dir: DataDir, problem: OSError) -> str:
    if problem.errno in {errno.ENOSPC, errno.EDQUOT}:
        return (
            f"The disk of {data_dir.root} is full. Free some space, or choose a folder on another disk: "
            "make run DATA_DIR=/path/to/folder"
        )
    return (
        f"The site cannot write in its folder {data_dir.root} ({problem.strerror}: {problem.filename}). Make it a "
        "folder that you may write in, or choose another one: make run DATA_DIR=/path/to/folder"
    )


def check_port(port: int) -> None:
    """Raise CannotStartError when the site cannot listen on `port`."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as problem:
            why = "is used by another program" if problem.errno == errno.EADDRINUSE else problem.strerror
            raise CannotStartError(
                f"Port {port} {why}. End that program, or choose another port with PORT: make run PORT={port + 1}"
            ) from None


@contextmanager
def only_site_on(data_dir: DataDir, address: str) -> Iterator[None]:
    """Hold the folder's lock, which the system releases however this process ends. Raises CannotStartError."""
    with (data_dir.root / "lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotStartError(
                f"A site runs on {data_dir.root} already: {lock.read().strip() or 'it is starting'}. Stop it first, or "
                "start this one on a folder of its own: make run DATA_DIR=/path/to/folder PORT=8001"
            ) from None
        lock.truncate(0)
        lock.write(f"{address} (process {os.getpid()})\n")
        lock.flush()
        yield
        lock.truncate(0)
