"""The tables of the timetable, in SQL: its lines, the runs of its jobs, events, who looks after it; and runs that stop.

Words that a column admits are written out here for the reason given in `db.migrations`.
"""

# all SQL is put together from words of ours
from __future__ import annotations

from sqlite_utils import Database

from db.ddl import one_of

JOB = ("crawl", "digest", "backup", "clean_up")
JOB_RUN_KIND = ("due", "caught_up", "repeat", "resumed")
JOB_RUN_STATE = ("waiting", "running", "done", "stopped", "failed", "skipped", "missed")
RUN_STATE = ("running", "done", "void", "failed", "stopped")
WISH = ("", "pause", "cancel")


STATEMENTS = (
    # What a person changed; without a row, or with empty columns, the configuration counts.
    f"""CREATE TABLE timetable (
    job TEXT NOT NULL PRIMARY KEY {one_of("job", JOB)},
    "when" TEXT,
    zone TEXT,
    jitter_s REAL CHECK (jitter_s >= 0),
    is_on INTEGER CHECK (is_on IN (0, 1)),
    changed_at TEXT NOT NULL,
    changed_by TEXT NOT NULL CHECK (changed_by <> ''),
    CHECK (("when" IS NULL) = (zone IS NULL) AND (zone IS NULL) = (jitter_s IS NULL)
        AND (jitter_s IS NULL) = (is_on IS NULL))
) STRICT, WITHOUT ROWID""",
    # One row a due instant of a job, so that none is done twice and a missed one is seen.
    f"""CREATE TABLE job_runs (
    id INTEGER PRIMARY KEY,
    job TEXT NOT NULL {one_of("job", JOB)},
    due_at TEXT NOT NULL,
    kind TEXT NOT NULL {one_of("kind", JOB_RUN_KIND)},
    state TEXT NOT NULL {one_of("state", JOB_RUN_STATE)},
    attempts INTEGER NOT NULL DEFAULT 0,
    started_at TEXT,
    ended_at TEXT,
    reason TEXT NOT NULL DEFAULT '',
    run_id INTEGER REFERENCES runs (id),
    UNIQUE (job, due_at),
    CHECK ((state IN ('waiting', 'running')) = (ended_at IS NULL)),
    CHECK (state NOT IN ('stopped', 'failed', 'skipped', 'missed') OR reason <> '')
) STRICT""",
    "CREATE INDEX job_runs_open ON job_runs (job, due_at) WHERE state IN ('waiting', 'running')",
    """CREATE TABLE schedule_events (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    event TEXT NOT NULL CHECK (event <> ''),
    job TEXT NOT NULL,
    due_at TEXT,
    words TEXT NOT NULL
) STRICT""",
    "CREATE INDEX schedule_events_in_time ON schedule_events (at)",
    # Who looks after the timetable. One row at most.
    """CREATE TABLE scheduler (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    token TEXT NOT NULL CHECK (token <> ''),
    pid INTEGER NOT NULL,
    birth TEXT NOT NULL,
    host TEXT NOT NULL,
    started_at TEXT NOT NULL,
    beat_at TEXT NOT NULL
) STRICT""",
    # What the pages of a cluster said when they were last read, and when that last changed.
    """CREATE TABLE texts (
    cluster_id TEXT NOT NULL PRIMARY KEY REFERENCES clusters (cluster_id),
    digests TEXT NOT NULL CHECK (json_valid(digests)),
    changed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID""",
)
_BEFORE = ("running", "done", "void", "failed")


def apply(db: Database) -> None:
    """Make the tables, and let runs be stopped, paused and cancelled."""
    _admit_stopped_runs(db)
    for statement in (
        f"ALTER TABLE runs ADD COLUMN wish TEXT NOT NULL DEFAULT '' {one_of('wish', WISH)}",
        "ALTER TABLE runs ADD COLUMN wished_by TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE runs ADD COLUMN ends_by TEXT",
        *STATEMENTS,
    ):
        db.execute(statement)


def _admit_stopped_runs(db: Database) -> None:
    """Another word for the state of a run. SQLite changes no CHECK, so the table is made anew around its rows.

    Foreign keys are off while steps are applied, so the tables that refer to it notice nothing.
    """
    made = {
        str(name): str(sql) for name, sql in db.execute("SELECT name, sql FROM sqlite_master WHERE tbl_name = 'runs'")
    }
    new = made["runs"].replace(one_of("state", _BEFORE), one_of("state", RUN_STATE)).replace("runs", "runs_anew", 1)
    if new.count("'stopped'") != 1:
        raise AssertionError(f"the table of runs is not as expected: {made['runs']}")
    db.execute(new)
    db.execute("INSERT INTO runs_anew SELECT * FROM runs")
    db.execute("DROP TABLE runs")
    db.execute("ALTER TABLE runs_anew RENAME TO runs")
    for name, sql in made.items():
        if name != "runs" and sql != "None":
            db.execute(sql)
