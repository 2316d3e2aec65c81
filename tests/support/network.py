"""Tests talk to this machine only."""

import ipaddress
import sys
from typing import Any

LOCAL_NAMES = {"localhost", "", None}


def _is_local(host: object) -> bool:
    if host in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(str(host).split("%")[0]).is_loopback
    except ValueError:
        return False


def _guard(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # a Unix socket is a path
    elif event == "socket.getaddrinfo":
        host = arguments[0].decode() if isinstance(arguments[0], bytes) else arguments[0]
    else:
        return
    if not _is_local(host):
        # Not an OSError: code that lives with a network that is down would swallow it.
        raise RuntimeError(f"A test reached for {host}. Tests use fakes that listen on this machine.")


def block_other_machines() -> None:
    """Refuse every connection and look-up of this process that leaves the machine, for as long as it lives."""
    sys.addaudithook(_guard)
