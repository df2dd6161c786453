"""The tables of second looks as they are since they can be cancelled and are taken with a lease, in SQL.

A CHECK cannot be changed in place, so both tables are made anew and their rows moved. Words that a column admits are
written out here for the reason given in `db.migrations`.
"""

# ruff: noqa: S608  # all SQL is put together from words of ours
from __future__ import annotations

STATE = ("queued", "running", "done", "failed", "cancelled")
_OVER = ("done", "failed", "cancelled")
_ALL = "id, cluster_id, state, by, asked_at, started_at, ended_at, note, before, after"


def _list(words: tuple[str, ...]) -> str:
    return f"({', '.join(repr(word) for word in words)})"


STATEMENTS = (
    # `pid`, `host` and `heard_at` are the lease of whoever does it; `attempts` only grows, and so
    # tells one taker from the next, also when a process got the number of an earlier one. `cancelled_by` of a running one is a wish.
    f"""CREATE TABLE rescans_anew (
    id INTEGER PRIMARY KEY,
    cluster_id TEXT NOT NULL REFERENCES clusters (cluster_id),
    state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN {_list(STATE)}),
    by TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    started_at TEXT,
    ended_at TEXT,
    note TEXT NOT NULL DEFAULT '',
    before BLOB,
    after BLOB,
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    crashes INTEGER NOT NULL DEFAULT 0 CHECK (crashes <= attempts),
    pid INTEGER,
    host TEXT,
    heard_at TEXT,
    cancelled_by TEXT NOT NULL DEFAULT '',
    CHECK ((state IN {_list(_OVER)}) = (ended_at IS NOT NULL)),
    CHECK ((state = 'running') = (pid IS NOT NULL)),
    CHECK ((pid IS NULL) = (host IS NULL) AND (pid IS NULL) = (heard_at IS NULL)),
    CHECK (state <> 'cancelled' OR cancelled_by <> '')
) STRICT""",
    # One that ran when the program was brought up to date has a taker that nobody hears from any more.
    f"""INSERT INTO rescans_anew ({_ALL}, attempts, pid, host, heard_at)
    SELECT {_ALL}, started_at IS NOT NULL, iif(state = 'running', 0, NULL), iif(state = 'running', '', NULL),
        iif(state = 'running', coalesce(started_at, asked_at), NULL) FROM rescans""",
    """CREATE TABLE rescan_steps_anew (
    rescan_id INTEGER NOT NULL REFERENCES rescans (id),
    position INTEGER NOT NULL,
    at TEXT NOT NULL,
    code TEXT NOT NULL,
    told TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(told)),
    PRIMARY KEY (rescan_id, position)
) STRICT, WITHOUT ROWID""",
    """INSERT INTO rescan_steps_anew (rescan_id, position, at, code, told)
    SELECT rescan_id, position, at, code, json_object('words', words) FROM rescan_steps""",
    "DROP TABLE rescan_steps",
    "DROP TABLE rescans",
    "ALTER TABLE rescans_anew RENAME TO rescans",
    "ALTER TABLE rescan_steps_anew RENAME TO rescan_steps",
    "CREATE UNIQUE INDEX rescans_one_a_cluster ON rescans (cluster_id) WHERE state IN ('queued', 'running')",
    "CREATE INDEX rescans_of_person ON rescans (by, asked_at)",
    "CREATE INDEX rescans_to_do ON rescans (state, id) WHERE state IN ('queued', 'running')",
)
