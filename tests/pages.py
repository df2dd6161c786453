"""The staff's pages served for a test: a real server on a free port, and a client that behaves like a browser."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import httpx
import uvicorn

from crawler.config import Config
from db.desk import Desk
from db.people import Role
from db.rescans import Rescan
from review import passwords
from review.app import create_app

NOW = datetime(2024, 11, 26, 9, tzinfo=UTC)
PASSWORD = "correct horse battery"
PEOPLE = {"vera": Role.VIEWER, "kato": Role.REVIEWER, "boss": Role.ADMIN}
_HASH = passwords.hash_of(PASSWORD)


class Clock:
    """A clock that is set by hand."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@contextmanager
def serving(
    database: Path,
    *,
    clock: Callable[[], datetime],
    look: Callable[[Desk, Rescan], None] | None = None,
    config: Config | None = None,
) -> Iterator[str]:
    """The address of the pages over this database, while the block lasts."""
    app = create_app(database, config or Config(), clock=clock, look=look)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        settings = uvicorn.Config(
            app, log_level="critical", access_log=False, lifespan="on", timeout_graceful_shutdown=2
        )
        server = uvicorn.Server(settings)
        thread = threading.Thread(target=lambda: server.run(sockets=[listening]), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


def with_people(database: Path) -> Path:
    """The database with one person of each role, all of the same password."""
    with Desk.open(database) as desk:
        for name, role in PEOPLE.items():
            desk.add_person(name, role, _HASH, by="test")
    return database


class Visitor(httpx.Client):
    """A browser without scripts: keeps cookies, sends what browsers send with a form."""

    def __init__(self, address: str, name: str = "") -> None:
        super().__init__(base_url=address, trust_env=False, timeout=30)
        self.headers["Sec-Fetch-Site"] = "same-origin"
        self.headers["Accept-Language"] = "en"
        self.name = name

    def __enter__(self) -> Self:
        super().__enter__()
        if self.name:
            answer = self.post("/login", data={"name": self.name, "password": PASSWORD})
            assert answer.status_code == 303, answer.text
        return self
