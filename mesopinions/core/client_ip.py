"""The visitor's address, from the proxies that we run and no others."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_ip(request: HttpRequest) -> str:
    """Return the visitor's IP address, '' when there is none that can be trusted.

    With TRUSTED_PROXY_COUNT = n the n-th address from the right of X-Forwarded-For is the one that our outermost
    proxy saw; anything further left was written by the visitor.
    """
    count = settings.TRUSTED_PROXY_COUNT
    if not count:
        return _valid(request.META.get("REMOTE_ADDR", ""))
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    return _valid(hops[-count].strip()) if len(hops) >= count else ""


def limit_key(ip: str) -> str:
    """Return what a limit counts by: the IPv4 address, or the /64 that one IPv6 household holds."""
    if ":" not in ip:
        return ip
    address = ipaddress.IPv6Address(ip)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), 64), strict=False))


def _valid(ip: str) -> str:
    try:
        return str(ipaddress.ip_address(ip.partition("%")[0]))  # PostgreSQL's inet knows no zone: fe80::1%eth0
    except ValueError:
        return ""
