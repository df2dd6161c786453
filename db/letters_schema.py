"""The table of letters to clusters and of what came back, in SQL.

Words that a column admits are written out here for the reason given in `db.migrations`.
"""

from __future__ import annotations

from db.ddl import kept, one_of

ENTRY_KIND = ("wrote", "answered", "unanswered", "withdrawn")

STATEMENTS = (
    f"""CREATE TABLE letters (
    id INTEGER PRIMARY KEY,
    cluster_id TEXT NOT NULL REFERENCES clusters (cluster_id),
    kind TEXT NOT NULL {one_of("kind", ENTRY_KIND)},
    by TEXT NOT NULL CHECK (by <> ''),
    at TEXT NOT NULL,
    day TEXT NOT NULL,
    address TEXT NOT NULL,
    due_on TEXT,
    words TEXT NOT NULL,
    letter_id INTEGER REFERENCES letters (id),
    CHECK ((kind = 'wrote') = (letter_id IS NULL)),
    CHECK ((kind = 'wrote') = (due_on IS NOT NULL)),
    CHECK ((kind = 'wrote') = (address <> '')),
    CHECK (due_on >= day),
    CHECK (kind <> 'answered' OR words <> '')
) STRICT""",
    "CREATE INDEX letters_of_cluster ON letters (cluster_id, id)",
    "CREATE INDEX letters_answered ON letters (letter_id) WHERE letter_id IS NOT NULL",
    *kept("letters"),
)
