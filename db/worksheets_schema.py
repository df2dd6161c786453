"""The table of workbooks that people have filled in and imported, in SQL."""

from __future__ import annotations

from db.ddl import kept

# What one of them changed are the answers and the changes of the registry between two ids: all is written in one
# transaction, which holds the write lock, so that nothing else comes between. A row that `undoes` another took it back.
STATEMENTS = (
    """CREATE TABLE worksheets (
    id INTEGER PRIMARY KEY,
    by TEXT NOT NULL CHECK (by <> ''),
    at TEXT NOT NULL,
    source TEXT NOT NULL,
    first_answer INTEGER REFERENCES answers (id),
    last_answer INTEGER REFERENCES answers (id),
    first_change INTEGER REFERENCES registry_changes (id),
    last_change INTEGER REFERENCES registry_changes (id),
    undoes INTEGER UNIQUE REFERENCES worksheets (id),
    CHECK ((first_answer IS NULL) = (last_answer IS NULL) AND first_answer <= last_answer),
    CHECK ((first_change IS NULL) = (last_change IS NULL) AND first_change <= last_change)
) STRICT""",
    *kept("worksheets"),
)
