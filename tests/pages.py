"""The staff's pages served for a test: a real server on a free port, and a client that behaves like a browser."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Self

import httpx
import uvicorn
from made import AOBA, BARE, CEDAR, NIGHT, POST, verdict, visit

from crawler.answers import Decision
from crawler.config import Config
from crawler.model import Activity, Cluster, Family, Flag, Reason, RunKind, RunState, Verdict
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
    config: Config | Callable[[str], Config] | None = None,
) -> Iterator[str]:
    """The address of the pages over this database, while the block lasts; the settings may depend on it."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings_of = config if callable(config) else lambda _: config or Config()
        app = create_app(database, settings_of(address), clock=clock, look=look)
        settings = uvicorn.Config(
            app, log_config=None, log_level="critical", access_log=False, lifespan="on", timeout_graceful_shutdown=2
        )
        server = uvicorn.Server(settings)
        thread = threading.Thread(target=lambda: server.run(sockets=[listening]), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield address
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


END = Reason(code="stated_end", text="The site itself says that it is closed or no longer updated.",
             family=Family.STATEMENT, points=6.0, url="https://aoba.example/end", raw="解散しました。")  # fmt: skip
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def ceased(cluster_id: str = "aoba", days: float = 1, points: float = 6.0) -> Verdict:
    base = verdict(cluster_id, days, Flag.LIKELY_CEASED)
    old = replace(POST, on=POST.on.replace(year=2019))
    return replace(base, activity=Activity.LIKELY_CEASED, reasons=(END,), points=points, latest=old, next_event=None)


def made(path: Path, *words: Verdict, clusters: tuple[Cluster, ...] = (AOBA, BARE, CEDAR)) -> Path:
    """A database with these verdicts, each from a night of its own day."""
    with Desk.open(path, create=True) as desk:
        desk.upsert_clusters(clusters)
        for word in words:
            run = desk.begin_run(RunKind.NIGHTLY, word.decided_at, [word.cluster_id])
            days = (word.decided_at - NIGHT) / timedelta(days=1)
            desk.add_visit(run.run_id, visit(word.cluster_id, days), word)
            desk.end_run(run.run_id, RunState.DONE)
    return with_people(path)


def form(page: httpx.Response, **fields: str) -> dict[str, str]:
    """The hidden fields of the form of an answer, with what a person adds."""
    return _hidden(page, "/answers") | fields


def confirmation(page: httpx.Response, **fields: str) -> dict[str, str]:
    """The hidden fields of the form that confirms a decision over many, with what a person adds."""
    return _hidden(page, "/bulk") | fields


def _hidden(page: httpx.Response, action: str) -> dict[str, str]:
    text = page.text.split(f'method="post" action="{action}"')[1].split("</form>")[0]
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text)
    return {name: unescape(value) for name, value in hidden}


def answers(database: Path, cluster_id: str = "aoba") -> list[Decision]:
    with Desk.open(database) as desk:
        return [a.decision for a in desk.answers([cluster_id]).get(cluster_id, [])]
