"""The environment of a test process, set before Django reads it.

The process that is started first owns a temporary DATA_DIR with the embedded services. Each xdist worker inherits it,
and takes a database, a Redis database number and a data folder of its own.
"""

import os
import random
import socket
import tempfile
from pathlib import Path

from mesopinions.local.data_dir import DataDir

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
IS_XDIST_WORKER = WORKER != "main"
DATABASE = f"test_{WORKER}"
TEMPLATE_DATABASE = "test_template"
MAINTENANCE_DATABASE = "postgres"
REDIS_NUMBER = 1 + int(WORKER.removeprefix("gw")) if IS_XDIST_WORKER else 0

_SUITE = "MESOPINIONS_TEST_SUITE"
# Nobody signs in to a test site: these keys only have to be the same in every process of the suite.
KEYS = {
    "SECRET_KEY": "secret key of the test suite, 32 characters or more",
    "LINK_KEYS": "newest link key of the test suite,older link key of the test suite",
    "PSEUDONYM_KEY": "pseudonym key of the test suite, 32 characters or more",
    "FIELD_KEYS": "dGVzdC1zdWl0ZS1maWVsZC1rZXktMzItYnl0ZXMtISE=",
}


def _quiet_port() -> int:
    """Return a port that nothing listens on, below those that systems give to clients: it stays free until it is used.

    allauth reads the addresses of its providers once, so the fakes of one process are always at the same place.
    """
    while True:
        port = random.SystemRandom().randint(20_000, 30_000)
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue


GOOGLE_PORT, FACEBOOK_PORT = _quiet_port(), _quiet_port()


def suite() -> DataDir:
    """Return the data folder that the whole suite shares: the embedded services live in it."""
    if _SUITE not in os.environ:
        os.environ[_SUITE] = tempfile.mkdtemp(prefix="mesopinions-test-")
    return DataDir(Path(os.environ[_SUITE]))


def database_url(name: str) -> str:
    """Return the address of one database of the embedded server."""
    return suite().database_url.replace("@/mesopinions?", f"@/{name}?")


def redis_url() -> str:
    """Return the address of this process's Redis database."""
    address, _, number = suite().redis_url.rpartition("0")
    return f"{address}{REDIS_NUMBER}{number}"


def variables(database: str = DATABASE) -> dict[str, str]:
    """Return the environment that makes a program use this process's stores."""
    return KEYS | {
        "DJANGO_SETTINGS_MODULE": "mesopinions.settings",
        "LOCAL": "1",
        "DEBUG": "0",
        "SITE_URL": "http://localhost:8000",
        "DATA_DIR": str(suite().root / WORKER),
        "DATABASE_URL": database_url(database),
        "DATABASE_POOL": "40",  # each thread of a concurrency test holds a connection until it ends
        "REDIS_URL": redis_url(),
        "EMAIL_URL": "file:",
        "GOOGLE_CLIENT_ID": "google-client",
        "GOOGLE_CLIENT_SECRET": "google-secret",
        "GOOGLE_BASE_URL": f"http://127.0.0.1:{GOOGLE_PORT}",
        "FACEBOOK_CLIENT_ID": "facebook-client",
        "FACEBOOK_CLIENT_SECRET": "facebook-secret",
        "FACEBOOK_BASE_URL": f"http://127.0.0.1:{FACEBOOK_PORT}",
        "LOG_LEVEL": "WARNING",
    }


def prepare() -> None:
    """Set the environment of this process. Variables of the developer's shell must not change a result."""
    for name in ("DATABASE_DIRECT_URL", "DATABASE_REPLICA_URL", "TRUSTED_PROXY_COUNT", "PORT", "SENTRY_DSN"):
        os.environ.pop(name, None)
    os.environ.update(variables())
