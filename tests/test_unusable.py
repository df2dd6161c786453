"""A database that is locked or full: pages and programs are told when to come back, and nothing is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pages import PASSWORD, Clock, Visitor, answers, ceased, made, serving
from programs import Program, kind

from crawler.errors import StoreUnusable
from db.desk import Desk


@pytest.fixture
def locked(database: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Somebody else writes and does not end; nobody waits for that as long as in earnest."""
    monkeypatch.setattr("db.opening.BUSY_S", 0.05)
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_locked_database_is_told_with_when_to_come_back_and_looking_goes_on(
    kato: Program, address: str, request: pytest.FixtureRequest
) -> None:
    with Visitor(address, "kato") as visitor:
        kato.get("/api/me")
        request.getfixturevalue("locked")
        answer = kato.post("/api/clusters/aoba/rescan")
        assert kind(answer) == (503, "unusable")
        assert answer.headers["retry-after"] == "30"
        page = visitor.post("/clusters/aoba/rescan")
        assert (page.status_code, page.headers["retry-after"]) == (503, "30")
        assert "cannot be used at the moment" in page.text
        assert "desk.db" not in page.text + answer.text
        assert (kato.get("/api/clusters").status_code, visitor.get("/").status_code) == (200, 200)
    with Visitor(address) as stranger:
        assert stranger.post("/login", data={"name": "kato", "password": PASSWORD}).status_code == 503


@pytest.mark.parametrize("path", ["/", "/queue", "/api/clusters"])
def test_a_database_that_cannot_be_opened_is_told_by_the_gate_too(
    kato: Program, address: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreUnusable("/secret/desk.db: cannot grow: the disk is full.")

    with Visitor(address, "kato") as visitor:
        kato.get("/api/me")
        monkeypatch.setattr("db.people.People.session", full)
        monkeypatch.setattr("db.tokens.Tokens.bearer", full)
        answer = (kato if path.startswith("/api") else visitor).get(path)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_full_disk_stores_nothing_and_says_so(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    database = made(tmp_path / "desk.db", ceased("aoba"))
    with Desk.open(database, clock=clock) as desk:
        token = desk.make_token("kato", "t", 1, by="test")
    original = Desk.open.__func__  # type: ignore[attr-defined]

    def opened(cls: type[Desk], *args: object, **options: object) -> Desk:
        desk: Desk = original(cls, *args, **options)
        size = desk._db.execute("PRAGMA page_count").fetchone()[0]
        desk._db.execute(f"PRAGMA max_page_count = {size}")  # so SQLite answers as on a full disk
        return desk

    with serving(database, clock=clock) as address, Program(address, token) as program:
        case = program.get("/api/clusters/aoba").json()
        monkeypatch.setattr("db.connection.Connection.open", classmethod(opened))
        body = {"question": "ceased", "decision": "noted", "verdict_at": case["verdict"]["decided_at"]}
        found = [
            program.post("/api/clusters/aoba/answers", json={**body, "seen": n, "note": "x" * 2000}) for n in range(20)
        ]
        full = [a for a in found if a.status_code != 201]
    assert kind(full[0]) == (503, "unusable")
    assert len(answers(database)) == len(found) - len(full), "what was confirmed is stored, and nothing else"
