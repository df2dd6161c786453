"""What most tests of the pages and of the interface begin with: a database with open questions, served, and who uses it.

A test file that needs another beginning has a fixture of its own of the same name.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from made import verdict
from pages import PEOPLE, Clock, ceased, made, serving
from programs import Program

from db.desk import Desk


@pytest.fixture
def clock() -> Clock:
    """The clock of the server, set by hand."""
    return Clock()


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
