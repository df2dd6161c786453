"""What most tests of the pages and of the interface begin with: a database with open questions, served, and who uses it.

A test file that needs another beginning has a fixture of its own of the same name.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path

import pytest
import query_plans
from hypothesis import HealthCheck, settings
from made import AOBA, BARE, CEDAR, verdict
from pages import PEOPLE, Clock, ceased, made, serving
from programs import Program
from sqlite_utils import Database
from terminal import Answer, Run

from cli.main import main
from db.connection import Connection
from db.desk import Desk
from db.store import Store

# A busy machine is no fault of what is tested.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

WATCH = query_plans.Watch()
_opened = Connection.__init__


def _open_watched(self: Connection, db: Database, path: Path, clock: Callable[[], datetime], archive: str) -> None:
    _opened(self, db, path, clock, archive)
    db._tracer = WATCH


Connection.__init__ = _open_watched  # type: ignore[method-assign]  # whoever opens a database in a test is watched


@pytest.fixture(scope="session")
def schema() -> Iterator[sqlite3.Connection]:
    """An empty database with all tables."""
    with closing(query_plans.schema()) as connection:
        yield connection


@pytest.fixture(autouse=True)
def no_table_is_read_from_end_to_end(schema: sqlite3.Connection) -> Iterator[None]:
    """Of every statement that our modules run in this process: see `query_plans`."""
    yield
    found = {sql: tables for sql in WATCH.new() if (tables := query_plans.scans(schema, sql))}
    assert not found, "give it an index, or name it in tests/query_plans.py with the reason"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in this process, in a folder of its own."""
    for name in ("CLUSTERWATCH_DB", "CLUSTERWATCH_CONFIG", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)

    def command(*words: str | Path) -> Answer:
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return Answer(code, said.out, said.err)

    return command


@pytest.fixture
def clock() -> Clock:
    """The clock of the server, set by hand."""
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """A new store with three clusters."""
    with Store.open(tmp_path / "test.db", create=True, clock=clock) as opened:
        opened.upsert_clusters([AOBA, BARE, CEDAR])
        yield opened


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Three clusters and a person of each role; it is asked whether two of the clusters have ceased."""
    return made(tmp_path / "desk.db", verdict("aoba", 0), ceased("aoba"), ceased("cedar", points=9.0))


@pytest.fixture
def address(database: Path, clock: Clock) -> Iterator[str]:
    """Where the pages over that database are."""
    with serving(database, clock=clock) as found:
        yield found


@pytest.fixture
def tokens(database: Path, clock: Clock) -> dict[str, str]:
    """A token of each person."""
    with Desk.open(database, clock=clock) as desk:
        return {name: desk.make_token(name, "weekly report", 90, by="test") for name in PEOPLE}


@pytest.fixture
def programs(address: str, tokens: dict[str, str]) -> Iterator[dict[str, Program]]:
    """A program of each person."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(Program(address, token)) for name, token in tokens.items()}


@pytest.fixture
def kato(programs: dict[str, Program]) -> Program:
    """The program of a reviewer."""
    return programs["kato"]


@pytest.fixture
def boss(programs: dict[str, Program]) -> Program:
    """The program of an administrator."""
    return programs["boss"]


@pytest.fixture(scope="module")
def steady_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same database for the tests that store nothing, and show it."""
    folder = tmp_path_factory.mktemp("steady")
    return made(folder / "desk.db", verdict("aoba", 0), ceased("aoba"), ceased("cedar", points=9.0))


@pytest.fixture(scope="module")
def steady(steady_database: Path) -> Iterator[Program]:
    """The program of a reviewer over it."""
    with Desk.open(steady_database, clock=Clock()) as desk:
        token = desk.make_token("kato", "steady", 90, by="test")
    with serving(steady_database, clock=Clock()) as address, Program(address, token) as program:
        yield program
