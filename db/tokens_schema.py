"""The table of the tokens with which programs use the interface in the name of a person."""

from __future__ import annotations

STATEMENTS = (
    # Of a token only its digest is kept: whoever reads the file cannot use it. A revoked one stays, so that a program
    # that still sends it is known for what it is, and not taken for somebody who guesses.
    """CREATE TABLE tokens (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE CHECK (length(digest) = 64),
    person_id INTEGER NOT NULL REFERENCES people (id),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    made_at TEXT NOT NULL,
    expires_at TEXT NOT NULL CHECK (expires_at > made_at),
    last_used_on TEXT,
    revoked_at TEXT
) STRICT""",
    "CREATE INDEX tokens_of_person ON tokens (person_id)",
)
