"""The step that brings the timetable: runs of an older database keep their rows, their index and who refers to them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.timetable import JobName
from db import migrations, timetable_schema
from db.desk import Desk
from db.job_runs import JobRunKind, JobRunState

AT = "2026-11-24T17:00:00.000000+00:00"


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A database as it was before the step, with a run and what hangs on it."""
    path = tmp_path / "older.db"
    connection = sqlite3.connect(path)
    connection.row_factory = None
    db = Database(connection, execute_plugins=False)
    migrations.migrations.apply(db, stop_before="m0010_the_timetable")
    connection.execute(
        "INSERT INTO runs (id, kind, state, now, started_at, taken_at, policy, pid, host) "
        "VALUES (7, 'nightly', 'running', ?, ?, ?, 'p', 1, 'h')",
        (AT, AT, AT),
    )
    columns = [row[1] for row in connection.execute("PRAGMA table_info(clusters)")]
    unknown = ("lat", "lon", "retired_at", "merged_into")
    values = {**dict.fromkeys(columns, ""), **dict.fromkeys(unknown), "cluster_id": "a", "other_hosts": "[]"}
    values["extra"] = "{}"
    connection.execute(f"INSERT INTO clusters VALUES ({', '.join('?' * len(columns))})", list(values.values()))
    connection.execute("INSERT INTO tasks (run_id, cluster_id, position) VALUES (7, 'a', 0)")
    connection.commit()
    connection.close()
    return path


def test_runs_of_an_older_database_are_kept_and_can_be_stopped(older: Path) -> None:
    with Desk.open(older) as desk:
        run = desk.run(7)
        assert run is not None
        assert (run.state, run.wish, run.ends_by) == ("running", "", None)
        assert desk.task_ids(7) == ["a"]
        assert desk.cancel_run(7, by="kato") is False or desk.runs(1)[0].state == "stopped"
    raw = sqlite3.connect(older)
    assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
    names = {name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE tbl_name = 'runs'")}
    assert names == {"runs", "runs_unfinished"}
    raw.execute("UPDATE runs SET state = 'stopped', ended_at = started_at")
    with pytest.raises(sqlite3.IntegrityError):
        raw.execute("UPDATE runs SET state = 'asleep'")
    raw.close()


def test_the_schema_admits_every_word_of_the_timetable() -> None:
    assert sorted(timetable_schema.JOB) == sorted(JobName)
    assert sorted(timetable_schema.JOB_RUN_KIND) == sorted(JobRunKind)
    assert sorted(timetable_schema.JOB_RUN_STATE) == sorted(JobRunState)
