"""What saves work on the next visit: the last full reading, what robots.txt files said, what a browser made of pages."""

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
    """CREATE TABLE renderings (
        cluster_id TEXT NOT NULL REFERENCES clusters (cluster_id),
        url TEXT NOT NULL,
        source TEXT NOT NULL CHECK (source IN ('content', 'empty', 'shell')),
        worth INTEGER NOT NULL CHECK (worth IN (0, 1)),
        at TEXT NOT NULL,
        PRIMARY KEY (cluster_id, url)
    ) STRICT, WITHOUT ROWID""",
)
