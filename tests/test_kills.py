"""A server that is killed in the middle of decisions loses none that it confirmed, and two who answer at once are told
who was first. The server is a process of its own, and is killed with SIGKILL.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from pages import Clock, Visitor, answers, ceased, confirmation, made, serving

from crawler.answers import Decision
from crawler.model import Cluster
from db.bulk import Bulks
from db.desk import Desk

ROOT = Path(__file__).parents[1]
COUNT = 120  # clusters with an open question

# For each line on its input, "DATABASE<tab>N", a server over that database in a process of its own; says its process id
# and port. With an N it kills itself before its N-th statement that is part of storing a decision.
SERVER = """
import os, re, signal, socket, sqlite3, sys
from pathlib import Path
import uvicorn
from crawler.config import Config
from db import opening
from review.app import create_app

WRITES = re.compile(r'INSERT INTO "?(answers|audit|bulks)|COMMIT', re.IGNORECASE)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)

def dying(left):
    def count(statement):
        nonlocal left
        left -= bool(WRITES.match(statement.strip()))
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    connect = sqlite3.connect
    def connected(*words, **more):
        connection = connect(*words, **more)
        connection.set_trace_callback(count)
        return connection
    opening.sqlite3.connect = connected

for line in sys.stdin:
    path, _, number = line.strip().partition("\\t")
    if os.fork() == 0:
        if int(number):
            dying(int(number))
        listening = socket.create_server(("127.0.0.1", 0))
        print(os.getpid(), listening.getsockname()[1], flush=True)
        uvicorn.Server(uvicorn.Config(create_app(Path(path), Config()), log_level="critical")).run(sockets=[listening])
        os._exit(0)
"""

Start = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def start() -> Iterator[Start]:
    """Starts a server; gives its process id and its address."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as starter:
        assert starter.stdin is not None
        assert starter.stdout is not None
        pids: list[int] = []

        def started(database: Path, dies_at: int = 0) -> tuple[int, str]:
            assert starter.stdin is not None
            assert starter.stdout is not None
            starter.stdin.write(f"{database}\t{dies_at}\n")
            starter.stdin.flush()
            pid, port = starter.stdout.readline().split()
            pids.append(int(pid))
            return int(pid), f"http://127.0.0.1:{port}"

        yield started
        for pid in pids:
            kill(pid)


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with many open questions, in one file."""
    clusters = tuple(Cluster(cluster_id=f"c{n:03}", name_en=f"Cluster {n:03}", website="") for n in range(COUNT))
    path = made(tmp_path_factory.mktemp("kills") / "filled.db", clusters=clusters)
    with Desk.open(path) as desk:
        desk.replace_verdicts([ceased(c.cluster_id) for c in clusters])
        desk._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def database(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(filled, tmp_path / "desk.db"))


@contextmanager
def browser(address: str, database: Path, name: str = "kato") -> Iterator[Visitor]:
    """A browser that is signed in already: signing in is not what is killed here."""
    with Desk.open(database) as desk:
        token = desk.begin_session(name)
    with Visitor(address) as visitor:
        visitor.cookies.set("clusterwatch", token, domain="127.0.0.1")
        yield visitor


def said(number: int) -> dict[str, str]:
    """The form of an answer about one cluster that nobody has answered."""
    at = ceased().decided_at.isoformat()
    fields = {"cluster_id": f"c{number:03}", "question": "ceased", "verdict_at": at, "seen": "0"}
    return {**fields, "decision": "alive", "note": f"number {number}"}


def stored(database: Path) -> list[str]:
    """The clusters with an answer, after a look at the file: it is whole, and no answer is without its audit."""
    with closing(sqlite3.connect(database)) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []
        found = file.execute("SELECT id, cluster_id FROM answers ORDER BY id").fetchall()
        audit = "SELECT json_extract(details, '$.answer'), about FROM audit WHERE what LIKE 'answer:%' ORDER BY id"
        assert file.execute(audit).fetchall() == found
        bulks = file.execute("SELECT id, last_answer - first_answer + 1 FROM bulks ORDER BY id").fetchall()
        told = "SELECT json_extract(details, '$.bulk'), json_extract(details, '$.answers') FROM audit"
        assert file.execute(f"{told} WHERE what LIKE 'bulk:%' ORDER BY id").fetchall() == bulks
    return [cluster_id for _, cluster_id in found]


# --- killed before a statement ---


@pytest.mark.parametrize("statement", [1, 2, 3])  # of the answer, its audit, and the commit
def test_a_server_that_dies_while_it_stores_an_answer_has_stored_nothing(
    start: Start, database: Path, statement: int
) -> None:
    _, address = start(database, statement)
    with browser(address, database) as kato, pytest.raises(httpx.TransportError):
        kato.post("/answers", data=said(7))
    assert stored(database) == []
    _, address = start(database)
    with browser(address, database) as kato:
        assert kato.post("/answers", data=said(7)).status_code == 303, "the same form is taken after the restart"
    assert stored(database) == ["c007"]


@pytest.mark.parametrize("statement", [1, 2, COUNT, 2 * COUNT, 2 * COUNT + 1, 2 * COUNT + 2, 2 * COUNT + 3])
def test_a_server_that_dies_while_it_stores_many_has_stored_none(start: Start, database: Path, statement: int) -> None:
    _, address = start(database, statement)
    with browser(address, database) as kato:
        data = confirmation(kato.get("/bulk?decision=alive"))
        with pytest.raises(httpx.TransportError):
            kato.post("/bulk", data=data)
    assert stored(database) == []
    _, address = start(database)
    with browser(address, database) as kato:
        assert kato.post("/bulk", data=data).status_code == 303, "the same confirmation is taken after the restart"
    assert len(stored(database)) == COUNT


@pytest.mark.parametrize("statement", [1, COUNT, 2 * COUNT + 2])
def test_a_server_that_dies_while_it_takes_many_back_has_taken_none_back(
    start: Start, database: Path, statement: int
) -> None:
    _, address = start(database)
    with browser(address, database) as kato:
        kato.post("/bulk", data=confirmation(kato.get("/bulk?decision=alive")))
    _, address = start(database, statement)
    with browser(address, database) as kato, pytest.raises(httpx.TransportError):
        kato.post("/bulks/1/undo")
    assert len(stored(database)) == COUNT
    with Bulks.open(database) as desk:
        bulk = desk.bulk(1)
        assert bulk is not None
        assert not bulk.is_undone
        assert desk.undo_all(1, by="kato") == COUNT


# --- killed at any moment ---


@pytest.mark.parametrize(("confirmed", "wait_s"), [(n, w) for n in (0, 1, 4, 9) for w in (0.0, 0.002, 0.005, 0.009)])
def test_every_answer_that_was_confirmed_is_there_after_a_kill(
    start: Start, database: Path, confirmed: int, wait_s: float
) -> None:
    pid, address = start(database)
    enough = threading.Event()
    done: list[str] = []

    def killing() -> None:
        enough.wait(30)
        time.sleep(wait_s)
        kill(pid)

    killer = threading.Thread(target=killing)
    killer.start()
    with browser(address, database) as kato, suppress(httpx.TransportError):
        for number in range(COUNT):
            if len(done) == confirmed:
                enough.set()
            assert kato.post("/answers", data=said(number)).status_code == 303
            done.append(f"c{number:03}")
    killer.join()
    found = stored(database)
    assert found[: len(done)] == done
    assert len(found) <= len(done) + 1, "at most the one under way"
    assert len(done) >= confirmed
    _, address = start(database)
    with browser(address, database) as kato:
        again = kato.post("/answers", data=said(len(done) % COUNT)).status_code
    assert again == (303 if len(found) == len(done) < COUNT else 409)


@pytest.mark.parametrize("wait_s", [0.0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.2])
def test_a_bulk_is_there_as_a_whole_or_not_at_all_after_a_kill(start: Start, database: Path, wait_s: float) -> None:
    pid, address = start(database)
    codes: list[int] = []
    with browser(address, database) as kato:
        data = confirmation(kato.get("/bulk?decision=alive"))

        def confirming() -> None:
            try:
                codes.append(kato.post("/bulk", data=data).status_code)
            except httpx.TransportError:
                codes.append(0)

        sender = threading.Thread(target=confirming)
        sender.start()
        time.sleep(wait_s)
        kill(pid)
        sender.join()
    found = stored(database)
    assert len(found) == COUNT if codes == [303] else len(found) in {0, COUNT}


# --- two at once ---


def test_of_two_who_answer_at_once_one_is_first_and_the_other_is_told(database: Path) -> None:
    with (
        serving(database, clock=Clock()) as address,
        Visitor(address, "kato") as kato,
        Visitor(address, "boss") as boss,
    ):
        for number in range(30):
            found = at_once(
                lambda n=number: kato.post("/answers", data=said(n)),
                lambda n=number: boss.post("/answers", data=said(n)),
            )
            assert sorted(a.status_code for a in found) == [303, 409]
            first = "kato" if found[0].status_code == 303 else "boss"
            (second,) = (a for a in found if a.status_code == 409)
            assert f"{first} was first" in second.text
            assert f"number {number}" in second.text
            with Desk.open(database) as desk:
                assert [a.by for a in desk.answers([f"c{number:03}"])[f"c{number:03}"]] == [first]
    assert stored(database) == [f"c{n:03}" for n in range(30)]


def test_a_bulk_and_an_answer_at_once_store_one_of_them(database: Path) -> None:
    with (
        serving(database, clock=Clock()) as address,
        Visitor(address, "kato") as kato,
        Visitor(address, "boss") as boss,
    ):
        for number in range(12):
            data = confirmation(kato.get(f"/bulk?q=c{number:03}&decision=ceased"))
            found = at_once(
                lambda d=data: kato.post("/bulk", data=d), lambda n=number: boss.post("/answers", data=said(n))
            )
            assert sorted(a.status_code for a in found) == [303, 409]
            first = "kato" if found[0].status_code == 303 else "boss"
            assert any(f"{first} was first" in a.text for a in found)
            expected = Decision.CEASED if first == "kato" else Decision.ALIVE
            assert answers(database, f"c{number:03}") == [expected]


def at_once(*works: Callable[[], httpx.Response]) -> list[httpx.Response]:
    """What several pieces of work give that begin at the same moment."""
    barrier = threading.Barrier(len(works))
    found: dict[int, httpx.Response] = {}

    def run(number: int) -> None:
        barrier.wait(30)
        found[number] = works[number]()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [found[number] for number in range(len(works))]
