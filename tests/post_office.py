"""Who is told, for the tests: a real mail server and a real receiver of webhooks on free ports of this machine.

Both can be told to refuse, and keep what they took.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from benchmarks.mail_server import Mailbox, mail_server

__all__ = ["Mailbox", "Receiver", "mail_server", "receiver"]


@dataclass
class Receiver:
    """The calls that a receiver of webhooks took, and how it answers."""

    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: int = 204
    location: str = ""
    url: str = ""


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A receiver of webhooks."""
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's name
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.calls.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(kept.answers)
            if kept.location:
                self.send_header("Location", kept.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{server.server_port}/news"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
