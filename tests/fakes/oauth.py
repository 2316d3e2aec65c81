"""What the fakes of Google and Facebook share: a provider of OAuth 2 over real HTTP (RFC 6749, PKCE of RFC 7636).

It asks its user for consent on a page with two links, gives a code that works once, and checks what a provider checks.
Switches make it refuse, fail, stall or answer nonsense.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

CLIENTS = {"google": ("google-client", "google-secret"), "facebook": ("facebook-client", "facebook-secret")}
YES, NO = ANSWERS = ("Autoriser", "Refuser")
# Answers of a provider that is not itself.
NONSENSE = {
    "no JSON": b"<html>Service temporarily in maintenance</html>",
    "not an object": b"[1, 2, 3]",
    "nothing of use": b"{}",
    "a broken number": b'{"access_token": "x", "expires_in": "soon"}',
    "strange types": b'{"access_token": ["x"], "id": 7, "sub": null, "email": {"a": 1}}',
    "nothing": b"",
}


class Refused(Exception):
    """What was asked is not right. Its text is OAuth's code of the error."""


@dataclass
class FakeProvider:
    """One provider: who is logged in there, what it shall do, and what it was asked."""

    name: ClassVar[str]
    authorize_path: ClassVar[str]

    port: int
    person: dict[str, Any] = field(default_factory=dict)
    # What goes wrong, and where: the token, or who somebody is.
    is_down: bool = False
    stalls_for: float = 0
    token_answer: bytes | None = None
    person_answer: bytes | None = None
    asked: list[dict[str, str]] = field(default_factory=list)  # what stood in each address of consent
    tokens: list[str] = field(default_factory=list)  # that it gave, and that must be nowhere afterwards
    paths: list[str] = field(default_factory=list)  # that the site's server asked for
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def look_at(self, query: dict[str, str]) -> None:
        """Note what consent is asked for. Raises Refused for what no client of ours would ask."""
        self.asked.append(query)
        if query["client_id"] != CLIENTS[self.name][0] or query["response_type"] != "code":
            raise Refused("invalid_request")

    def consent_page(self, query: dict[str, str]) -> bytes:
        """Return the page on which somebody agrees, or does not."""
        links = [
            f'<p><a href="?{urlencode(query | {"answer": yes})}">{yes}</a></p>' for yes in ("Autoriser", "Refuser")
        ]
        return f"<!doctype html><title>{self.name}</title><h1>{self.name}</h1>{''.join(links)}".encode()

    def way_back(self, query: dict[str, str]) -> str:
        """Return the address that a browser is sent to after the answer."""
        state = {"state": query["state"]} if "state" in query else {}
        if query["answer"] == YES:
            code = secrets.token_urlsafe(16)
            self._codes[code] = query
            return f"{query['redirect_uri']}?{urlencode({'code': code, **state})}"
        return f"{query['redirect_uri']}?{urlencode({'error': 'access_denied', **state})}"

    def exchange(self, form: dict[str, str]) -> dict[str, Any]:
        """Return a token for a code. Raises Refused."""
        if (form.get("client_id"), form.get("client_secret")) != CLIENTS[self.name]:
            raise Refused("invalid_client")
        asked = self._codes.pop(form.get("code", ""), None)
        if asked is None or asked["redirect_uri"] != form.get("redirect_uri"):
            raise Refused("invalid_grant")
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() != asked.get("code_challenge"):
            raise Refused("invalid_grant")
        self.tokens.append(f"{self.name}-token-{secrets.token_urlsafe(16)}")
        return {"access_token": self.tokens[-1], "token_type": "Bearer", "expires_in": 3599}

    def answer(self, method: str, path: str, values: dict[str, str], authorization: str) -> dict[str, Any]:
        """Return what an address of the provider's own answers. Raises Refused, and KeyError where there is nothing."""
        raise NotImplementedError

    def forget_codes(self) -> None:
        """Let the codes given so far expire."""
        self._codes.clear()


@contextmanager
def running(provider: FakeProvider) -> Iterator[FakeProvider]:
    """Run the provider on its port for the time of the block."""

    class Handler(_Conversation):
        pass

    Handler.provider = provider
    with _Server(("127.0.0.1", provider.port), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False


class _Conversation(BaseHTTPRequestHandler):
    provider: ClassVar[FakeProvider]

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        values = dict(parse_qsl(parts.query))
        if parts.path == self.provider.authorize_path:
            self._ask(values)
        else:
            self._api("GET", parts.path, values)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._api("POST", urlsplit(self.path).path, dict(parse_qsl(body)))

    def _ask(self, values: dict[str, str]) -> None:
        try:
            self.provider.look_at(values)
        except Refused as refused:
            self._send(400, str(refused).encode(), "text/plain")
            return
        if "answer" in values:
            self.send_response(302)
            self.send_header("Location", self.provider.way_back(values))
            self.end_headers()
        else:
            self._send(200, self.provider.consent_page(values), "text/html; charset=utf-8")

    def _api(self, method: str, path: str, values: dict[str, str]) -> None:
        self.provider.paths.append(self.path)
        time.sleep(self.provider.stalls_for)
        if self.provider.is_down:
            self._send(500, b"Internal error", "text/plain")
            return
        try:
            answer = self.provider.answer(method, path, values, self.headers.get("Authorization", ""))
        except Refused as refused:
            self._send(400, json.dumps({"error": str(refused)}).encode(), "application/json")
        except KeyError:
            self._send(404, b"{}", "application/json")
        else:
            is_token = "access_token" in answer
            nonsense = self.provider.token_answer if is_token else self.provider.person_answer
            self._send(200, json.dumps(answer).encode() if nonsense is None else nonsense, "application/json")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        if body:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        """Print nothing between the dots of the tests."""
