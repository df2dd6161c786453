"""A database of the first staff's pages, with rows in every table, under the program of today: nothing is lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from made import NIGHT, verdict
from pages import NOW, Clock, ceased, made
from sqlite_utils import Database

from crawler.answers import Answer, Decision, QuestionKind
from db import queries
from db.bulk import Bulks
from db.migrations import migrations


def filled(path: Path) -> Path:
    """A database of today with rows in every table that the first pages had."""
    made(path, verdict("aoba", 0), ceased("aoba"), ceased("cedar", points=9.0))
    with Bulks.open(path, clock=Clock()) as desk:
        desk.ask_rescan("aoba", by="kato")
        desk.note_failed_login("nobody", "192.0.2.1")
        desk.make_link("boss")
        desk.begin_session("vera")
        desk.set_setting("registry", "filled")
        said = Answer(
            cluster_id="aoba", question=QuestionKind.MOVED, decision=Decision.MOVED, by="kato", at=NOW,
            verdict_at=NIGHT, grounds=("moved",), address="https://new.example/",
        )  # fmt: skip
        desk.undo(desk.answer(said, seen=0).answer_id, by="kato")
    return path


def first_pages(tmp_path: Path) -> tuple[Path, dict[str, list[tuple[object, ...]]], dict[str, str]]:
    """A database as the first pages left it; its rows, and the columns of each table."""
    old = tmp_path / "desk.db"
    with closing(sqlite3.connect(old)) as raw:
        migrations.apply(Database(raw, execute_plugins=False), stop_before="m0003_the_archive")
        raw.execute("ATTACH ? AS today", (str(filled(tmp_path / "today.db")),))
        found = "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'"
        # What validators said is asked anew on the next visit.
        tables = [name for (name,) in raw.execute(found) if name != "validators"]
        columns = {}
        for table in tables:
            known = {c[1] for c in raw.execute(f"PRAGMA today.table_info({table})")}
            names = [c[1] for c in raw.execute(f"PRAGMA main.table_info({table})")]
            columns[table] = ", ".join(name for name in names if name in known)
            if table not in {"rescan_steps", "current_verdicts"}:  # the second is filled by triggers
                raw.execute(f"INSERT INTO main.{table} ({columns[table]}) SELECT {columns[table]} FROM today.{table}")
        raw.execute("INSERT INTO main.rescan_steps VALUES (1, 1, '2024-11-26', 'fetch', 'https://aoba.example/ 200')")
        raw.commit()
        return old, {table: rows(raw, table, columns[table]) for table in tables}, columns


def rows(raw: sqlite3.Connection, table: str, columns: str) -> list[tuple[object, ...]]:
    return sorted(raw.execute(f"SELECT {columns} FROM main.{table}").fetchall(), key=repr)


def test_no_row_of_a_database_of_the_first_pages_is_lost(tmp_path: Path) -> None:
    old, before, columns = first_pages(tmp_path)
    assert [table for table, found in before.items() if not found] == []
    with Bulks.open(old, clock=Clock()) as desk:
        assert [str(a.decision) for a in desk.answers(["aoba"])["aoba"]] == ["moved", "undone"]
        assert [(s.code, s.told) for s in desk.steps(1)] == [("fetch", {"words": "https://aoba.example/ 200"})]
    with closing(sqlite3.connect(old)) as raw:
        assert {table: rows(raw, table, columns[table]) for table in before} == before
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
        now = dict(raw.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL"))
    with closing(sqlite3.connect(tmp_path / "today.db")) as raw:
        assert dict(raw.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")) == now
    with closing(sqlite3.connect(tmp_path / "desk.before-m0003_the_archive.db")) as raw:
        assert rows(raw, "answers", columns["answers"]) == before["answers"]


def test_every_table_is_counted(tmp_path: Path) -> None:
    with Bulks.open(tmp_path / "new.db", create=True) as desk:
        found = desk._all("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        assert {str(row["name"]) for row in found} == {*queries.TABLES, "_sqlite_migrations"}
        assert set(desk.counts()) == set(queries.TABLES)


def test_no_part_of_the_store_takes_the_place_of_a_method_of_another() -> None:
    known: dict[str, type] = {}
    for part in reversed(Bulks.__mro__[:-1]):
        for name in vars(part):
            if not name.startswith("__"):
                assert name not in known, f"{part.__name__}.{name} hides {known[name].__name__}.{name}"
                known[name] = part
