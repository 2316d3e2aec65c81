"""Say by the exit code whether one container does its work: `healthcheck.py web | worker | beat SCHEDULE_FILE`.

It asks this container only. Whether PostgreSQL and Redis answer is /readyz's and their own checks' business: a web
server that is killed because Redis is down would take the cached pages with it.
"""

import http.client
import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

# Celery's clock writes its file every three minutes.
BEAT_SILENCE_SECONDS = 600


def web() -> bool:
    """Return whether the web server answers, asked under the site's own name as Django wants."""
    host = urlsplit(os.environ["SITE_URL"]).netloc
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=4)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def worker() -> bool:
    """Return whether the Celery worker of this machine answers through the broker."""
    name = f"celery@{os.uname().nodename}"
    command = ["celery", "-A", "mesopinions", "inspect", "ping", "--destination", name, "--timeout", "5"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603


def beat(schedule: str) -> bool:
    """Return whether the clock wrote its file lately. Some Pythons add an ending to the file's name."""
    file = Path(schedule)
    written = max((found.stat().st_mtime for found in file.parent.glob(f"{file.name}*")), default=0.0)
    return time.time() - written < BEAT_SILENCE_SECONDS


if __name__ == "__main__":
    check, *arguments = sys.argv[1:]
    sys.exit(not {"web": web, "worker": worker, "beat": beat}[check](*arguments))
