"""What visits amount to so far, in SQL, and indexes that keep questions cheap over years of nights."""

from __future__ import annotations

STATEMENTS = (
    # It is made from visits and can be made again from them: of a row that is gone nothing is lost.
    """CREATE TABLE pasts (
    cluster_id TEXT NOT NULL PRIMARY KEY REFERENCES clusters (cluster_id),
    visit_id INTEGER NOT NULL REFERENCES visits (id),
    until TEXT NOT NULL CHECK (until <> ''),
    form INTEGER NOT NULL CHECK (form > 0),
    document BLOB NOT NULL
) STRICT""",
    "CREATE INDEX visits_read ON visits (cluster_id, started_at, id) WHERE outcome = 'read' AND NOT void",
    "CREATE INDEX answers_by ON answers (by, id)",
    "CREATE INDEX rescans_of_cluster ON rescans (cluster_id, id)",
    "CREATE INDEX rescans_by_state ON rescans (state, id)",
    "CREATE INDEX pictures_of_file ON pictures (file)",
    "CREATE INDEX news_told ON news (id) WHERE NOT silent",
    "CREATE INDEX news_by_topic ON news (topic, id)",
    "CREATE INDEX messages_of_recipient ON messages (recipient, kind)",
    "CREATE INDEX failed_logins_of ON failed_logins (name, address)",
)
