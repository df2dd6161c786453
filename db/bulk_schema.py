"""The table of decisions over many questions at once, in SQL."""

from __future__ import annotations

_STOP = "BEGIN SELECT RAISE(ABORT, 'a bulk is never changed; take it back, or add another'); END"
_THERE = "WHEN EXISTS (SELECT 1 FROM bulks WHERE id = NEW.id)"

# The answers of one bulk are those from `first_answer` to `last_answer`: they are written in one transaction, which
# holds the write lock, so that no other answer comes between. `overtaken` are the newer answers of others, by id, that
# kept a question out of it. The decisions are those of `pipelines.bulk`, written out for the reason given in
# `db.migrations`.
STATEMENTS = (
    """CREATE TABLE bulks (
    id INTEGER PRIMARY KEY,
    by TEXT NOT NULL CHECK (by <> ''),
    at TEXT NOT NULL,
    decision TEXT NOT NULL
        CHECK (decision IN ('ceased', 'alive', 'static', 'snoozed', 'skipped', 'noted', 'assigned')),
    wanted TEXT NOT NULL,
    first_answer INTEGER NOT NULL REFERENCES answers (id),
    last_answer INTEGER NOT NULL REFERENCES answers (id),
    overtaken TEXT NOT NULL CHECK (json_valid(overtaken)),
    CHECK (first_answer <= last_answer)
) STRICT""",
    "CREATE INDEX bulks_of_person ON bulks (by, id)",
    f"CREATE TRIGGER bulks_are_not_edited BEFORE UPDATE ON bulks {_STOP}",
    f"CREATE TRIGGER bulks_are_not_deleted BEFORE DELETE ON bulks {_STOP}",
    f"CREATE TRIGGER bulks_are_not_replaced BEFORE INSERT ON bulks {_THERE} {_STOP}",
)
