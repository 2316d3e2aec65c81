"""A mail server over real TCP that remembers what it accepted, refuses whom it is told to, and can be slow.

Speaks just enough of RFC 5321 for smtplib: EHLO, MAIL, RCPT, DATA, RSET, QUIT.
"""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class FakeSmtp:
    """What the server did, and how it shall behave: `refusals` maps a recipient to the answer to RCPT.

    `before_data` is called when a client wants to send a message, `after_acceptance` when its message is kept but the
    client does not know it yet. Both run in the thread of the connection, and may wait.
    """

    port: int = 0
    accepted: list[EmailMessage] = field(default_factory=list)
    connections: int = 0
    refusals: dict[str, str] = field(default_factory=dict)
    before_data: Callable[[], None] = lambda: None
    after_acceptance: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def message_ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.accepted]


@contextmanager
def running_smtp() -> Iterator[FakeSmtp]:
    """Run a server on a free port for the time of the block."""
    state = FakeSmtp()

    class Handler(_Conversation):
        smtp = state

    with _Server(("127.0.0.1", 0), Handler) as server:
        state.port = int(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield state
        server.shutdown()
        thread.join()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False


class _Conversation(socketserver.StreamRequestHandler):
    smtp: FakeSmtp

    def handle(self) -> None:
        self.smtp.connections += 1
        try:
            self._answer("220 fake ready")
            while line := self.rfile.readline():
                command = line.decode("ascii", "replace").strip()
                if command.upper().startswith("QUIT"):
                    self._answer("221 bye")
                    return
                self._answer(self._reply(command))
        except OSError:
            return  # the client died, as some tests want it to

    def _reply(self, command: str) -> str:
        verb = command[:4].upper()
        if verb == "RCPT":
            address = command.partition("<")[2].partition(">")[0]
            return self.smtp.refusals.get(address, "250 ok")
        if verb == "DATA":
            return self._take_message()
        return "250 ok"

    def _take_message(self) -> str:
        self.smtp.before_data()
        self._answer("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise ConnectionResetError("The client died within its message.")
            lines.append(line.removeprefix(b"."))
        self.smtp.accepted.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self.smtp.after_acceptance()
        return "250 accepted"

    def _answer(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode("ascii"))
