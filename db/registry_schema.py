"""The tables behind the editing of the registry, in SQL: what was changed, and candidates for it.

Words that a column admits are written out here for the reason given in `db.migrations`.
"""

from __future__ import annotations

from db.ddl import kept, one_of

CHANGE = ("added", "corrected", "retired", "revived", "merged", "imported", "answered")
CANDIDATE_STATE = ("open", "accepted", "rejected")


_HISTORY = (
    """ALTER TABLE clusters ADD COLUMN merged_into TEXT REFERENCES clusters (cluster_id)
    CHECK (merged_into IS NULL OR (retired_at IS NOT NULL AND merged_into <> cluster_id))""",
    # Documents are rows of the registry as `db.history` writes them; `before` is NULL for a row that was new.
    f"""CREATE TABLE registry_changes (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    by TEXT NOT NULL CHECK (by <> ''),
    cluster_id TEXT NOT NULL REFERENCES clusters (cluster_id),
    what TEXT NOT NULL {one_of("what", CHANGE)},
    note TEXT NOT NULL,
    other TEXT NOT NULL,
    before TEXT CHECK (before IS NULL OR json_valid(before)),
    after TEXT NOT NULL CHECK (json_valid(after)),
    CHECK ((what = 'merged') = (other <> '')),
    CHECK (what <> 'added' OR before IS NULL)
) STRICT""",
    "CREATE INDEX registry_changes_of_cluster ON registry_changes (cluster_id, id)",
    *kept("registry_changes"),
)

# `site_key` and `name_key` are what two mentions of one organisation share; see `db.candidates`. A site is listed once;
# so is a name.
_CANDIDATES = (
    f"""CREATE TABLE candidates (
    id INTEGER PRIMARY KEY,
    site_key TEXT NOT NULL,
    name_key TEXT NOT NULL CHECK (site_key <> '' OR name_key <> ''),
    name TEXT NOT NULL,
    name_ja TEXT NOT NULL,
    website TEXT NOT NULL,
    proposed_id TEXT NOT NULL,
    why TEXT NOT NULL,
    source TEXT NOT NULL,
    score REAL,
    found_at TEXT NOT NULL,
    last_found_at TEXT NOT NULL,
    times_found INTEGER NOT NULL DEFAULT 1 CHECK (times_found > 0),
    state TEXT NOT NULL DEFAULT 'open' {one_of("state", CANDIDATE_STATE)},
    decided_by TEXT NOT NULL DEFAULT '',
    decided_at TEXT,
    reason TEXT NOT NULL DEFAULT '',
    cluster_id TEXT REFERENCES clusters (cluster_id),
    CHECK ((state = 'open') = (decided_at IS NULL)),
    CHECK ((state = 'open') = (decided_by = '')),
    CHECK ((state = 'accepted') = (cluster_id IS NOT NULL))
) STRICT""",
    "CREATE UNIQUE INDEX candidates_by_site ON candidates (site_key) WHERE site_key <> ''",
    "CREATE UNIQUE INDEX candidates_by_name ON candidates (name_key) WHERE name_key <> ''",
    "CREATE INDEX candidates_by_state ON candidates (state, score)",
)

STATEMENTS = (*_HISTORY, *_CANDIDATES)
