"""The table of what people say about the international relations of clusters, in SQL.

Words that a column admits are written out here for the reason given in `db.migrations`.
"""

from __future__ import annotations

from db.ddl import kept, one_of

# "" withdraws what was said before.
INTERNATIONAL = (
    "", "recent_eu", "past_eu", "asia_america", "open", "no_information", "not_interested",
)  # fmt: skip

STATEMENTS = (
    f"""CREATE TABLE assessments (
    id INTEGER PRIMARY KEY,
    cluster_id TEXT NOT NULL REFERENCES clusters (cluster_id),
    kind TEXT NOT NULL {one_of("kind", INTERNATIONAL)},
    by TEXT NOT NULL CHECK (by <> ''),
    at TEXT NOT NULL,
    note TEXT NOT NULL,
    grounds TEXT NOT NULL CHECK (json_valid(grounds)),
    CHECK (kind = '' OR note <> '')
) STRICT""",
    "CREATE INDEX assessments_of_cluster ON assessments (cluster_id, id)",
    *kept("assessments"),
)
