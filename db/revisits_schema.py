"""What saves work on the next visit: the last full reading of each cluster, and what robots.txt files said."""

from __future__ import annotations

STATEMENTS = (
    # Replaced by the whole of what a visit needs to confirm a reading.
    "DROP TABLE validators",
    """CREATE TABLE last_readings (
        cluster_id TEXT PRIMARY KEY REFERENCES clusters (cluster_id),
        document BLOB NOT NULL
    ) STRICT""",
    """CREATE TABLE robots_files (
        cluster_id TEXT NOT NULL REFERENCES clusters (cluster_id),
        origin TEXT NOT NULL CHECK (origin <> ''),
        text TEXT NOT NULL CHECK (length(text) <= 65536),
        at TEXT NOT NULL,
        PRIMARY KEY (cluster_id, origin)
    ) STRICT""",
)
