"""A stand-in for the web server (with a PORT) or the worker: a master, and a helper that outlives its kill −9.

`stub_service.py NAME PORT BROKEN_FILE`: it refuses to run while BROKEN_FILE exists.
"""

import http.server
import os
import signal
import sys
from pathlib import Path


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()


def main() -> None:
    _, port, broken = sys.argv[1:]
    if Path(broken).exists():
        sys.exit(3)
    print("up", flush=True)  # noqa: T201 - read in the log by its supervisor
    server = http.server.HTTPServer(("127.0.0.1", int(port)), Answer) if int(port) else None
    helper = os.fork()
    if not helper:
        if server:
            server.serve_forever()
        signal.pause()
    signal.signal(signal.SIGTERM, lambda *_: os.kill(helper, signal.SIGTERM))
    os.waitpid(helper, 0)


if __name__ == "__main__":
    main()
