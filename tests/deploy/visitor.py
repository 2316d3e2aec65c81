"""A browser without a browser: one request, no redirect followed, the body decompressed."""

import gzip
import http.client
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPMessage
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: HTTPMessage
    body: str


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who asks 127.0.0.1:`port` for the site called `host`, with `headers` on each request."""

    port: int
    host: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, headers=headers)

    def post(self, path: str, data: Mapping[str, str]) -> Answer:
        """Send a form as the site's own page would."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://{self.host}"}
        return self._ask("POST", path, urlencode(data), headers)

    def _ask(self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body, {"Host": self.host, **self.headers, **(headers or {})})
            response = connection.getresponse()
            raw = response.read()
            if response.headers["Content-Encoding"] == "gzip":
                raw = gzip.decompress(raw)
            return Answer(response.status, response.headers, raw.decode("utf-8", "replace"))
        finally:
            connection.close()
