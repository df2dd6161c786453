"""The tables of the clean-up, in SQL: what was removed by age, and files that are to be deleted."""

from __future__ import annotations

from db.archive_schema import FILE

STATEMENTS = (
    # The numbers of saved pages of one visit that were removed together. They are never given again.
    """CREATE TABLE removed_pages (
    first_id INTEGER PRIMARY KEY,
    last_id INTEGER NOT NULL CHECK (last_id >= first_id),
    visit_id INTEGER NOT NULL REFERENCES visits (id),
    removed_at TEXT NOT NULL
) STRICT""",
    "CREATE INDEX removed_pages_of_visit ON removed_pages (visit_id)",
    """CREATE TABLE removed_pictures (
    id INTEGER PRIMARY KEY,
    cluster_id TEXT NOT NULL REFERENCES clusters (cluster_id),
    at TEXT NOT NULL,
    removed_at TEXT NOT NULL
) STRICT""",
    # Files of the archive that no page and no picture needs: whoever finds a row deletes the file, then the row.
    f"""CREATE TABLE leaving_files (
    {FILE.replace("TEXT NOT NULL", "TEXT NOT NULL PRIMARY KEY")},
    since TEXT NOT NULL
) STRICT, WITHOUT ROWID""",
)
