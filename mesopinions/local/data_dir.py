"""Where the embedded services keep their data, and how to reach them.

`manage.py` in another shell finds the running services through the same functions, from DATA_DIR alone.
"""

import hashlib
import json
import os
import re
import secrets
import shutil
import stat
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

# A Unix socket address holds 107 bytes; PostgreSQL adds "/.s.PGSQL.5432.lock".
LONGEST_SOCKET_FOLDER = 80
# Its path goes through the URLs of libpq (where a comma parts two hosts), redis-py and kombu: plain ones pass them all.
PLAIN_PATH = re.compile(r"[A-Za-z0-9._/+@=-]+", re.ASCII)
# Bytes of randomness of each. The demonstration's password is typed by hand and works on this machine only.
GENERATED_KEYS = {"SECRET_KEY": 32, "LINK_KEYS": 32, "PSEUDONYM_KEY": 32, "FIELD_KEYS": 32, "DEMO_PASSWORD": 9}


@dataclass(frozen=True, slots=True)
class DataDir:
    """One site's data folder."""

    root: Path

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def postgres_draft(self) -> Path:
        """Where a new database is made before it takes its place."""
        return self.root / "postgres.new"

    @property
    def redis(self) -> Path:
        return self.root / "redis"

    @property
    def mail(self) -> Path:
        return self.root / "mail"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def keys_file(self) -> Path:
        return self.root / "keys.json"

    @property
    def sockets(self) -> Path:
        """The folder of the Unix sockets: inside the data folder unless its path is too long or too special."""
        root = self.root.resolve()  # the same folder whichever link leads to it
        inside = root / "run"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER and PLAIN_PATH.fullmatch(os.fspath(inside)):
            return inside
        name = hashlib.sha256(os.fsencode(root)).hexdigest()[:16]
        return Path("/tmp") / f"mesopinions-{os.getuid()}-{name}"  # noqa: S108 - created 0700 and checked

    @property
    def redis_address_file(self) -> Path:
        """Written by the supervisor only when Redis listens elsewhere than on the socket (fakeredis)."""
        return self.sockets / "redis.url"

    @property
    def database_url(self) -> str:
        return f"postgresql://mesopinions@/mesopinions?host={quote(str(self.sockets), safe='')}"

    @property
    def redis_url(self) -> str:
        if self.redis_address_file.exists():
            return self.redis_address_file.read_text(encoding="ascii").strip()
        return f"unix://{quote(str(self.sockets / 'redis.sock'))}?db=0"

    def keys(self) -> dict[str, str]:
        """Return the keys that were generated for this folder, empty before the first start.

        Raises ValueError when the file is damaged.
        """
        try:
            return dict(json.loads(self.keys_file.read_text(encoding="ascii")))
        except FileNotFoundError:
            return {}

    def create(self) -> None:
        """Make the folders, readable by nobody else, and the keys. Raises OSError where the disk refuses."""
        self.root.mkdir(parents=True, exist_ok=True)
        for folder in (self.sockets, self.mail, self.logs):
            folder.mkdir(mode=0o700, exist_ok=True)
        owned_privately(self.sockets)
        keys = self.keys()
        if missing := [name for name in GENERATED_KEYS if name not in keys]:
            keys |= {name: urlsafe_b64encode(secrets.token_bytes(GENERATED_KEYS[name])).decode() for name in missing}
            draft = self.keys_file.with_suffix(".new")
            draft.touch(mode=0o600)
            draft.write_text(json.dumps(keys), encoding="ascii")
            draft.replace(self.keys_file)

    def remove_outside_sockets(self) -> None:
        """Leave nothing in /tmp after a clean stop."""
        if self.sockets.parent != self.root.resolve():
            shutil.rmtree(self.sockets, ignore_errors=True)


def owned_privately(folder: Path) -> None:
    """Raise PermissionError unless `folder` is ours alone: a shared /tmp may hold somebody else's."""
    found = folder.lstat()
    if found.st_uid != os.getuid() or not stat.S_ISDIR(found.st_mode) or found.st_mode & 0o077:
        raise PermissionError(f"{folder} must be a folder of yours with mode 0700.")
