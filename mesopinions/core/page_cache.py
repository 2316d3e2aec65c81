"""The one-second cache of anonymous pages: a copy in Redis and one in each process.

A page is the same bytes for everyone with the same address, so a petition that goes viral is rendered once a second.
Both copies end one second after the render began, never later: a confirmed signature shows within two. Only while the
site answers 503 does a process show what it last knew, for a minute.
"""

import gzip
import hashlib
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus

import redis
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from mesopinions.core.redis import client

SECONDS = 1.0
OUTAGE_SECONDS = 60.0
PAGES_IN_MEMORY = 512
CACHE_CONTROL = "public, max-age=0, s-maxage=1, stale-while-revalidate=30"


@dataclass(frozen=True, slots=True)
class Copy:
    """A rendered page, its headers and the moment it ends, in monotonic seconds of this process."""

    body: bytes
    zipped: bytes
    headers: dict[str, str]
    ends: float

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

    def fresh(self, key: str) -> Copy | None:
        copy = self._pages.get(key)
        return copy if copy is not None and copy.is_fresh else None

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
# One thread renders a page, the others wait for it. Setting a dict's default is atomic.
_running: dict[str, threading.Event] = {}


def cacheable_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view whose page is the same for every visitor without a cookie."""

    @wraps(view)
    def marked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        is_read = request.method in {"GET", "HEAD"}
        if is_read and not request.META.get("HTTP_COOKIE") and response.status_code == HTTPStatus.OK:
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
        if request.method != "GET" or meta.get("HTTP_COOKIE") or _will_be_redirected(request):
            return self.get_response(request)
        key = _key(meta.get("HTTP_HOST", ""), request.path, meta.get("QUERY_STRING", ""))
        copy = copies.fresh(key)
        return _answer(request, copy) if copy else self._render_once(request, key)

    def _render_once(self, request: HttpRequest, key: str) -> HttpResponse:
        """Render, or wait for the thread that does. A page that cannot be kept is then rendered by each."""
        ours = threading.Event()
        running = _running.setdefault(key, ours)
        if running is not ours:
            running.wait()
        try:
            copy = copies.fresh(key)  # it may have come since we looked
            return _answer(request, copy) if copy else self._render(request, key)
        finally:
            if running is ours:
                del _running[key]
                ours.set()

    def _render(self, request: HttpRequest, key: str) -> HttpResponse:
        copy = _read_shared(key)
        if copy is None:
            began = time.monotonic()
            response = self.get_response(request)
            if response.headers.get("Cache-Control") != CACHE_CONTROL:
                return _last_known(request, key, response)
            copy = _copy_of(response, ends=began + SECONDS)
            _write_shared(key, copy)
        copies.put(key, copy)
        return _answer(request, copy)


def _will_be_redirected(request: HttpRequest) -> bool:
    return bool(settings.SECURE_SSL_REDIRECT) and not request.is_secure()


def _last_known(request: HttpRequest, key: str, response: HttpResponse) -> HttpResponse:
    """Return the copy that ended less than a minute ago if the site is down, else `response`."""
    old = copies.get(key)
    is_down = response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    return _answer(request, old) if is_down and old and old.ends > time.monotonic() - OUTAGE_SECONDS else response


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
    if copy.headers["ETag"] in request.META.get("HTTP_IF_NONE_MATCH", ""):
        return HttpResponse(status=304, headers=copy.headers)
    if "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        return _with_length(copy.zipped, {**copy.headers, "Content-Encoding": "gzip"})
    return _with_length(copy.body, copy.headers)


def _with_length(body: bytes, headers: dict[str, str]) -> HttpResponse:
    # CommonMiddleware, which would add it, is below: without it the server sends chunks.
    return HttpResponse(body, headers={**headers, "Content-Length": str(len(body))})


def _read_shared(key: str) -> Copy | None:
    asked = time.monotonic()
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
    return _made(body, json.loads(headers), asked + left / 1000)


def _write_shared(key: str, copy: Copy) -> None:
    left = int((copy.ends - time.monotonic()) * 1000)
    if left <= 0:
        return
    try:
        client().set(key, json.dumps(copy.headers).encode() + b"\n" + copy.body, px=left)
    except redis.RedisError:
        return
