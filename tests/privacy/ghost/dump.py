"""Everything that the site stores, as bytes, with what hides it undone: encodings, compressions, encryption."""

import base64
import binascii
import gzip
import io
import quopri
import re
import string
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote_to_bytes

import redis
from django.db import connection
from psycopg import sql

# Text that may be Base64 of something, also URL-safe, as sessions, tokens and mails have it.
ENCODED = re.compile(rb"[A-Za-z0-9+/_-]{12,}={0,2}")
ESCAPED = re.compile(rb"\\u([0-9a-fA-F]{4})")
# As PostgreSQL writes the bytes of a column.
BINARY = re.compile(r"\\x([0-9a-f]+)")
DEEPEST = 4
# What most bytes of a text are: the others were no text before they were encoded.
READABLE = frozenset(string.printable.encode())


def database(decrypt: Callable[[bytes], bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield every row of every table, where it is, and what its encrypted columns say."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'seed')"
        )
        for schema, table in cursor.fetchall():
            cursor.execute(sql.SQL("SELECT row::text FROM {} AS row").format(sql.Identifier(schema, table)))
            for (row,) in cursor.fetchall():
                yield f"table {table}", row.encode()
                for column in BINARY.findall(row):
                    yield from _decrypted(f"table {table}", bytes.fromhex(column), decrypt)


def redis_keys(client: redis.Redis) -> Iterator[tuple[str, bytes]]:
    """Yield every key and every value, whatever its type."""
    read: dict[bytes, Callable[[bytes], object]] = {
        b"string": client.get,
        b"hash": client.hgetall,
        b"list": lambda key: client.lrange(key, 0, -1),
        b"set": client.smembers,
        b"zset": lambda key: client.zrange(key, 0, -1, withscores=True),
        b"stream": client.xrange,
    }
    for key in client.scan_iter():
        yield f"redis key {key!r}", key
        value = read[client.type(key)](key)
        yield f"redis value of {key!r}", value if isinstance(value, bytes) else repr(value).encode()


def files(folder: Path, decrypt: Callable[[bytes], bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield every file, and what an encrypted one says."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            body = path.read_bytes()
            yield f"file {path.relative_to(folder)}", path.name.encode() + b"\n" + body
            yield from _decrypted(f"file {path.relative_to(folder)}, decrypted", body, decrypt)


def _decrypted(where: str, body: bytes, decrypt: Callable[[bytes], bytes]) -> Iterator[tuple[str, bytes]]:
    try:
        yield where, decrypt(body)
    except Exception:
        return  # not one of ours


def layers(data: bytes, depth: int = 0) -> Iterator[bytes]:
    """Yield the data, and what appears when its encodings and compressions are undone."""
    yield data
    if depth == DEEPEST:
        return
    for inner in _opened(data):
        if inner and inner != data:
            yield from layers(inner, depth + 1)


def _opened(data: bytes) -> Iterator[bytes]:
    yield unquote_to_bytes(data)
    yield quopri.decodestring(data)
    yield ESCAPED.sub(lambda match: chr(int(match[1], 16)).encode("utf-8", "surrogatepass"), data)
    for word in ENCODED.findall(data):
        yield from _decoded(word)
    yield from _unpacked(data)


def _decoded(word: bytes) -> Iterator[bytes]:
    """Decode from each of the places where the text may begin: other letters may stand right before it."""
    for start in range(4):
        bare = word[start:].rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        try:
            decoded = base64.b64decode(bare + b"=" * (-len(bare) % 4))
        except (binascii.Error, ValueError):
            continue
        if sum(byte in READABLE for byte in decoded) > 0.9 * len(decoded):
            yield decoded
        yield from _unpacked(decoded)


def _unpacked(data: bytes) -> Iterator[bytes]:
    if data[:2] == b"\x1f\x8b":
        yield gzip.decompress(data)
    elif data[:1] == b"\x78":
        try:
            yield zlib.decompress(data)
        except zlib.error:
            return
    elif data[:4] == b"PK\x03\x04":
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                yield from [name.encode() + b"\n" + package.read(name) for name in package.namelist()]
        except (zipfile.BadZipFile, ValueError):  # bytes that an encoding was wrongly undone on
            return
