"""The one-second cache of anonymous pages: a copy in Redis and one in each process.

A page is the same bytes for everyone with the same address, so a petition that goes viral is rendered once a second.
Both copies end one second after the render, never later: a confirmed signature shows within two.
"""

import gzip
import hashlib
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps

import redis
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from mesopinions.core.redis import client

SECONDS = 1.0
PAGES_IN_MEMORY = 512
CACHE_CONTROL = "public, max-age=0, s-maxage=1, stale-while-revalidate=30"


@dataclass(frozen=True, slots=True)
class Copy:
    """A rendered page, its headers and the moment it ends, in monotonic seconds of this process."""

    body: bytes
    zipped: bytes
    headers: dict[str, str]
    ends: float
    # One thread renders the next copy, the others wait for it.
    renders: threading.Lock = field(default_factory=threading.Lock, compare=False)

    @property
    def is_fresh(self) -> bool:
        return self.ends > time.monotonic()


class _Copies:
    """The copies of this process, the oldest dropped first."""

    def __init__(self) -> None:
        self._pages: OrderedDict[str, Copy] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Copy | None:
        return self._pages.get(key)

    def put(self, key: str, copy: Copy) -> None:
        with self._lock:
            self._pages[key] = copy
            self._pages.move_to_end(key)
            while len(self._pages) > PAGES_IN_MEMORY:
                self._pages.popitem(last=False)

    def forget(self, key: str) -> None:
        with self._lock:
            self._pages.pop(key, None)

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()


copies = _Copies()


def cacheable_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view whose page is the same for every visitor without a cookie."""

    @wraps(view)
    def marked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if not request.META.get("HTTP_COOKIE") and response.status_code == 200:
            response.headers["Cache-Control"] = CACHE_CONTROL
        else:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    return marked


def forget_page(host: str, path: str) -> None:
    """Drop the copies of a page whose own text or status changed. Other processes' copies end within the second."""
    key = _key(host, path, "")
    copies.forget(key)
    try:
        client().delete(key)
    except redis.RedisError:
        return


class PageCacheMiddleware:
    """Answers from a copy before anything else runs. A request with any cookie passes by."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        meta = request.META
        if request.method != "GET" or meta.get("HTTP_COOKIE"):
            return self.get_response(request)
        key = _key(meta.get("HTTP_HOST", ""), request.path, meta.get("QUERY_STRING", ""))
        copy = copies.get(key)
        if copy is None:
            return self._render(request, key)
        if not copy.is_fresh:
            with copy.renders:
                newer = copies.get(key)
                if newer is None or not newer.is_fresh:
                    return self._render(request, key)
                copy = newer
        return _answer(request, copy)

    def _render(self, request: HttpRequest, key: str) -> HttpResponse:
        copy = _read_shared(key)
        if copy is None:
            began = time.monotonic()
            response = self.get_response(request)
            if response.headers.get("Cache-Control") != CACHE_CONTROL:
                return response
            copy = _copy_of(response, ends=began + SECONDS)
            _write_shared(key, copy)
        copies.put(key, copy)
        return _answer(request, copy)


def _key(host: str, path: str, query: str) -> str:
    # The language is in the path. The query is hashed: what somebody searched for is no cache key.
    digest = hashlib.blake2b(query.encode(), digest_size=12).hexdigest() if query else ""
    return f"page:{host}:{path}:{digest}"


def _copy_of(response: HttpResponse, ends: float) -> Copy:
    if response.cookies or "Cookie" in response.headers.get("Vary", ""):
        raise RuntimeError("A page marked cacheable reads the session or sets a cookie.")
    patch_vary_headers(response, ["Accept-Encoding"])
    headers = {name: value for name, value in response.items() if name not in {"X-Request-ID", "Content-Length"}}
    headers["ETag"] = f'W/"{hashlib.blake2b(response.content, digest_size=12).hexdigest()}"'
    return _made(response.content, headers, ends)


def _made(body: bytes, headers: dict[str, str], ends: float) -> Copy:
    return Copy(body, gzip.compress(body, compresslevel=5, mtime=0), headers, ends)


def _answer(request: HttpRequest, copy: Copy) -> HttpResponse:
    if request.META.get("HTTP_IF_NONE_MATCH") == copy.headers["ETag"]:
        return HttpResponse(status=304, headers=copy.headers)
    if "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        return HttpResponse(copy.zipped, headers={**copy.headers, "Content-Encoding": "gzip"})
    return HttpResponse(copy.body, headers=copy.headers)


def _read_shared(key: str) -> Copy | None:
    try:
        pipeline = client().pipeline(transaction=True)
        pipeline.get(key)
        pipeline.pttl(key)
        stored, left = pipeline.execute()
    except redis.RedisError:
        return None
    if stored is None or left <= 0:
        return None
    headers, _, body = stored.partition(b"\n")
    return _made(body, json.loads(headers), time.monotonic() + left / 1000)


def _write_shared(key: str, copy: Copy) -> None:
    left = int((copy.ends - time.monotonic()) * 1000)
    if left <= 0:
        return
    try:
        client().set(key, json.dumps(copy.headers).encode() + b"\n" + copy.body, px=left)
    except redis.RedisError:
        return
