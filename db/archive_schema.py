"""The tables of the archive, in SQL: which bytes lie where, which page of a visit had them, and pictures.

Words that a column admits are written out here for the reason given in `db.migrations`.
"""

# all SQL is put together from words of ours
from __future__ import annotations

from db.ddl import one_of

KIND = ("response", "rendered")
ROLE = ("home", "news", "english", "english_news", "feed", "sitemap", "archive", "post", "frame", "other")
PICTURE_TYPE = ("image/webp", "image/png")

# A path below the archive. `db.archive_files` looks once more before it opens one.
FILE = "file TEXT NOT NULL CHECK (file <> '' AND file NOT LIKE '/%' AND '/' || file || '/' NOT LIKE '%/../%')"
_DIGEST = "digest TEXT NOT NULL CHECK (length(digest) = 64)"


STATEMENTS = (
    f"""CREATE TABLE contents (
    id INTEGER PRIMARY KEY,
    {FILE},
    offset INTEGER NOT NULL CHECK (offset >= 0),
    length INTEGER NOT NULL CHECK (length > 0),
    {_DIGEST},
    n_bytes INTEGER NOT NULL CHECK (n_bytes >= 0),
    url TEXT NOT NULL,
    at TEXT NOT NULL,
    UNIQUE (file, offset)
) STRICT""",
    f"""CREATE TABLE kept_pages (
    id INTEGER PRIMARY KEY,
    visit_id INTEGER NOT NULL REFERENCES visits (id),
    position INTEGER NOT NULL,
    kind TEXT NOT NULL {one_of("kind", KIND)},
    role TEXT NOT NULL {one_of("role", ROLE)},
    url TEXT NOT NULL,
    final_url TEXT NOT NULL,
    at TEXT NOT NULL,
    status INTEGER,
    content_type TEXT NOT NULL,
    content_id INTEGER NOT NULL REFERENCES contents (id),
    UNIQUE (visit_id, position)
) STRICT""",
    "CREATE INDEX kept_pages_of_content ON kept_pages (content_id)",
    f"""CREATE TABLE pictures (
    id INTEGER PRIMARY KEY,
    cluster_id TEXT NOT NULL REFERENCES clusters (cluster_id),
    run_id INTEGER NOT NULL REFERENCES runs (id),
    at TEXT NOT NULL,
    url TEXT NOT NULL,
    width INTEGER NOT NULL CHECK (width > 0),
    height INTEGER NOT NULL CHECK (height > 0),
    content_type TEXT NOT NULL {one_of("content_type", PICTURE_TYPE)},
    n_bytes INTEGER NOT NULL CHECK (n_bytes > 0),
    {_DIGEST},
    {FILE}
) STRICT""",
    "CREATE INDEX pictures_of_cluster ON pictures (cluster_id, at)",
    "CREATE INDEX pictures_of_run ON pictures (run_id)",
)
