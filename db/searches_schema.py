"""The tables of a search for unknown organisations that has not ended, in SQL."""

from __future__ import annotations

# One search at most has not ended; with its end its rows go, for what it found is in the list of candidates then.
# `source` is the digest of what was asked for; a walk whose `document` is NULL was given up, for its `reason`.
STATEMENTS = (
    """CREATE TABLE searches (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    now TEXT NOT NULL,
    heard_at TEXT NOT NULL,
    pid INTEGER NOT NULL,
    birth TEXT NOT NULL,
    host TEXT NOT NULL
) STRICT""",
    """CREATE TABLE search_walks (
    search_id INTEGER NOT NULL REFERENCES searches (id) ON DELETE CASCADE,
    phase TEXT NOT NULL,
    site_id TEXT NOT NULL,
    source TEXT NOT NULL,
    document BLOB,
    reason TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (search_id, phase, site_id),
    CHECK ((document IS NULL) = (reason <> ''))
) STRICT""",
)
