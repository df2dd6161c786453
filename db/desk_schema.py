"""The tables behind the staff's pages, in SQL: people, sessions, answers, audit, rescans, and the newest verdicts.

Words that a column admits are written out here for the reason given in `db.migrations`.
"""

# ruff: noqa: S608  # all SQL is put together from words of ours
from __future__ import annotations

from db.ddl import kept, one_of

ROLE = ("viewer", "reviewer", "admin")
DECISION = (
    "ceased", "alive", "static", "wrong_address", "moved", "snoozed", "skipped", "noted", "assigned", "undone",
)  # fmt: skip
QUESTION = ("ceased", "moved", "announced", "blocked")
RESCAN_STATE = ("queued", "running", "done", "failed")


_PEOPLE = (
    # A password is kept as its argon2 hash; '' for a person who can only come in by a sign-in link.
    f"""CREATE TABLE people (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE CHECK (name <> ''),
    role TEXT NOT NULL {one_of("role", ROLE)},
    password TEXT NOT NULL,
    language TEXT NOT NULL DEFAULT '',
    added_at TEXT NOT NULL,
    last_login_at TEXT,
    disabled_at TEXT
) STRICT""",
    # Of a token only its digest is kept: whoever reads the file cannot sign in with it.
    """CREATE TABLE sessions (
    digest TEXT NOT NULL PRIMARY KEY CHECK (length(digest) = 64),
    person_id INTEGER NOT NULL REFERENCES people (id),
    began_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    before_at TEXT
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX sessions_of_person ON sessions (person_id)",
    """CREATE TABLE sign_in_links (
    digest TEXT NOT NULL PRIMARY KEY CHECK (length(digest) = 64),
    person_id INTEGER NOT NULL REFERENCES people (id),
    expires_at TEXT NOT NULL,
    used_at TEXT
) STRICT, WITHOUT ROWID""",
    "CREATE TABLE failed_logins (name TEXT NOT NULL, address TEXT NOT NULL, at TEXT NOT NULL) STRICT",
    "CREATE INDEX failed_logins_in_time ON failed_logins (at)",
)

_ANSWERS = (
    "DROP TABLE reviews",  # answers take its place; nothing ever filled it
    f"""CREATE TABLE answers (
    id INTEGER PRIMARY KEY,
    cluster_id TEXT NOT NULL REFERENCES clusters (cluster_id),
    question TEXT NOT NULL {one_of("question", QUESTION)},
    decision TEXT NOT NULL {one_of("decision", DECISION)},
    by TEXT NOT NULL CHECK (by <> ''),
    at TEXT NOT NULL,
    verdict_at TEXT NOT NULL,
    grounds TEXT NOT NULL CHECK (json_valid(grounds)),
    reason_code TEXT NOT NULL,
    note TEXT NOT NULL,
    address TEXT NOT NULL,
    replaced TEXT NOT NULL,
    until TEXT,
    assignee TEXT NOT NULL,
    undoes INTEGER REFERENCES answers (id),
    CHECK ((decision = 'undone') = (undoes IS NOT NULL)),
    CHECK (decision <> 'snoozed' OR until IS NOT NULL),
    CHECK (decision <> 'moved' OR address <> '')
) STRICT""",
    "CREATE INDEX answers_of_cluster ON answers (cluster_id, id)",
    "CREATE UNIQUE INDEX answers_undone_once ON answers (undoes) WHERE undoes IS NOT NULL",
    """CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    by TEXT NOT NULL,
    what TEXT NOT NULL CHECK (what <> ''),
    about TEXT NOT NULL,
    details TEXT NOT NULL CHECK (json_valid(details))
) STRICT""",
    *kept("answers"),
    *kept("audit"),
)

_RESCANS = (
    f"""CREATE TABLE rescans (
    id INTEGER PRIMARY KEY,
    cluster_id TEXT NOT NULL REFERENCES clusters (cluster_id),
    state TEXT NOT NULL DEFAULT 'queued' {one_of("state", RESCAN_STATE)},
    by TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    started_at TEXT,
    ended_at TEXT,
    note TEXT NOT NULL DEFAULT '',
    before BLOB,
    after BLOB,
    CHECK ((state IN ('done', 'failed')) = (ended_at IS NOT NULL))
) STRICT""",
    "CREATE UNIQUE INDEX rescans_one_a_cluster ON rescans (cluster_id) WHERE state IN ('queued', 'running')",
    "CREATE INDEX rescans_of_person ON rescans (by, asked_at)",
    """CREATE TABLE rescan_steps (
    rescan_id INTEGER NOT NULL REFERENCES rescans (id),
    position INTEGER NOT NULL,
    at TEXT NOT NULL,
    code TEXT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (rescan_id, position)
) STRICT, WITHOUT ROWID""",
)

# The newest verdict a cluster, kept by triggers: with ten thousand clusters, finding each anew took most of the time
# of every page. `asks` are the codes of the reasons that raise a question by themselves.
_NEWEST = "SELECT id FROM verdicts WHERE cluster_id = {row}.cluster_id ORDER BY decided_at DESC, id DESC LIMIT 1"
_CURRENT = (
    "ALTER TABLE verdicts ADD COLUMN asks TEXT NOT NULL DEFAULT ''",
    """CREATE TABLE current_verdicts (
    cluster_id TEXT NOT NULL PRIMARY KEY REFERENCES clusters (cluster_id),
    verdict_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID""",
    f"""INSERT INTO current_verdicts SELECT c.cluster_id, ({_NEWEST.format(row="c")}) FROM clusters c
    WHERE EXISTS (SELECT 1 FROM verdicts WHERE cluster_id = c.cluster_id)""",
    f"""CREATE TRIGGER a_new_verdict AFTER INSERT ON verdicts BEGIN
    INSERT OR REPLACE INTO current_verdicts VALUES (NEW.cluster_id, ({_NEWEST.format(row="NEW")})); END""",
    f"""CREATE TRIGGER a_verdict_less AFTER DELETE ON verdicts BEGIN
    DELETE FROM current_verdicts WHERE cluster_id = OLD.cluster_id AND verdict_id = OLD.id;
    INSERT OR REPLACE INTO current_verdicts
    SELECT OLD.cluster_id, id FROM ({_NEWEST.format(row="OLD")}); END""",
)

STATEMENTS = (*_PEOPLE, *_ANSWERS, *_RESCANS, *_CURRENT)
