"""The tables behind messages to staff, in SQL: what changed, who was told up to where, and the messages themselves.

Words that a column admits are written out here for the reason given in `db.migrations`.
"""

from __future__ import annotations

from db.ddl import kept, one_of

TOPIC = ("ceased", "moved", "announced", "blocked", "away", "crawl")
MESSAGE_KIND = ("digest", "weekly", "alarm")
MESSAGE_STATE = ("waiting", "sent", "given_up")

STATEMENTS = (
    # The newest row of a topic says how it stands; `before` is that of the row before it.
    f"""CREATE TABLE news (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    cluster_id TEXT REFERENCES clusters (cluster_id),
    topic TEXT NOT NULL {one_of("topic", TOPIC)},
    before TEXT NOT NULL,
    now TEXT NOT NULL,
    silent INTEGER NOT NULL CHECK (silent IN (0, 1)),
    words TEXT NOT NULL,
    verdict_id INTEGER REFERENCES verdicts (id),
    CHECK (before <> now),
    CHECK ((topic = 'crawl') = (cluster_id IS NULL))
) STRICT""",
    "CREATE INDEX news_of_topic ON news (cluster_id, topic, id)",
    *kept("news"),
    # Who is told, up to which news they were, and in which week they last had the summary (ISO 8601: 2026-W48).
    """CREATE TABLE recipients (
    recipient TEXT NOT NULL PRIMARY KEY CHECK (recipient <> ''),
    since TEXT NOT NULL,
    told_upto INTEGER NOT NULL,
    week TEXT NOT NULL
) STRICT, WITHOUT ROWID""",
    f"""CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    recipient TEXT NOT NULL REFERENCES recipients (recipient),
    kind TEXT NOT NULL {one_of("kind", MESSAGE_KIND)},
    made_at TEXT NOT NULL,
    document TEXT NOT NULL CHECK (json_valid(document)),
    key TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL DEFAULT 'waiting' {one_of("state", MESSAGE_STATE)},
    attempts INTEGER NOT NULL DEFAULT 0,
    tried_at TEXT,
    error TEXT NOT NULL DEFAULT '',
    CHECK (state <> 'sent' OR (tried_at IS NOT NULL AND error = ''))
) STRICT""",
    "CREATE INDEX messages_waiting ON messages (id) WHERE state = 'waiting'",
)
