"""Encryption of what is stored: a stream of sealed chunks, so that a file of any size takes little memory.

A file is a mark, a random salt, then chunks of AES-256-GCM under a key of the file's own (HKDF of a key of FIELD_KEYS
and the salt). A chunk's nonce is its number and whether it is the last, so that no chunk can be moved, left out or cut
off unseen: the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015).
"""

import io
import os
from collections.abc import Iterator
from types import TracebackType
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

MARK = b"MOPC\x01"
SALT_BYTES = 16
CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16


class Unreadable(Exception):
    """The file was altered or cut, or none of our keys made it. Carries no detail on purpose."""


class Sealing(io.RawIOBase):
    """A file to write to, that encrypts into `target` with the newest of FIELD_KEYS. Complete once it is closed.

    Leaving a `with` block by an exception closes it without its last chunk: what was written then reads as cut.
    """

    def __init__(self, target: BinaryIO) -> None:
        super().__init__()
        salt = os.urandom(SALT_BYTES)
        target.write(MARK + salt)
        self._target = target
        self._cipher = _cipher(settings.FIELD_KEYS[0], salt)
        self._waiting = bytearray()
        self._number = 0
        self._is_cut = False

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        """Take all of the data. A full chunk waits until more comes, because it may be the last."""
        view = memoryview(data).cast("B")
        self._waiting += view
        while len(self._waiting) > CHUNK_BYTES:
            self._seal(bytes(self._waiting[:CHUNK_BYTES]), is_last=False)
            del self._waiting[:CHUNK_BYTES]
        return len(view)

    def close(self) -> None:
        if not self.closed and not self._is_cut:
            self._is_cut = True  # whatever happens now, a second call writes nothing
            self._seal(bytes(self._waiting), is_last=True)
        super().close()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._is_cut = self._is_cut or error is not None
        self.close()

    def _seal(self, chunk: bytes, *, is_last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, is_last=is_last), chunk, None))
        self._number += 1


def opened(source: BinaryIO) -> Iterator[bytes]:
    """Yield what a sealed file says, chunk by chunk. Raises Unreadable at the first chunk that is not as we wrote it.

    What came before may have been used by then; only a reading that ends without it saw the whole file.
    """
    head = source.read(len(MARK) + SALT_BYTES)
    if len(head) < len(MARK) + SALT_BYTES or not head.startswith(MARK):
        raise Unreadable
    ciphers = [_cipher(key, head[len(MARK) :]) for key in settings.FIELD_KEYS]
    number, sealed = 0, source.read(CHUNK_BYTES + TAG_BYTES)
    while True:
        after = source.read(CHUNK_BYTES + TAG_BYTES)
        cipher, chunk = _open(ciphers, _nonce(number, is_last=not after), sealed)
        yield chunk
        if not after:
            return
        ciphers, number, sealed = [cipher], number + 1, after


def encrypt(data: bytes) -> bytes:
    """Return the sealed form of something small."""
    target = io.BytesIO()
    with Sealing(target) as sealing:
        sealing.write(data)
    return target.getvalue()


def decrypt(sealed: bytes) -> bytes:
    """Return what `encrypt` or `Sealing` was given. Raises Unreadable."""
    return b"".join(opened(io.BytesIO(sealed)))


def _open(ciphers: list[AESGCM], nonce: bytes, sealed: bytes) -> tuple[AESGCM, bytes]:
    for cipher in ciphers:
        try:
            return cipher, cipher.decrypt(nonce, sealed, None)
        except (InvalidTag, ValueError):  # ValueError: shorter than a tag
            continue
    raise Unreadable


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _cipher(key: str, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), length=32, salt=salt, info=MARK).derive(key.encode()))
