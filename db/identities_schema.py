"""The tables for managing people, in SQL: e-mail addresses, accounts elsewhere, how a session began, kept filters."""

from __future__ import annotations

SIGN_IN_WAY = ("password", "link", "service")

STATEMENTS = (
    # By a verified address of this spelling a person is known at the first sign-in through another service.
    "ALTER TABLE people ADD COLUMN email TEXT NOT NULL DEFAULT '' CHECK (email = lower(email))",
    "CREATE UNIQUE INDEX people_by_email ON people (email) WHERE email <> ''",
    f"""ALTER TABLE sessions ADD COLUMN way TEXT NOT NULL DEFAULT 'password'
    CHECK (way IN ({", ".join(repr(word) for word in SIGN_IN_WAY)}))""",
    "ALTER TABLE sessions ADD COLUMN agent TEXT NOT NULL DEFAULT '' CHECK (length(agent) <= 300)",
    # An issuer names a subject once and never again; names and addresses there can pass to another person.
    """CREATE TABLE identities (
    issuer TEXT NOT NULL CHECK (issuer <> ''),
    subject TEXT NOT NULL CHECK (subject <> ''),
    person_id INTEGER NOT NULL REFERENCES people (id),
    added_at TEXT NOT NULL,
    PRIMARY KEY (issuer, subject),
    UNIQUE (person_id, issuer)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE saved_filters (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES people (id),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    query TEXT NOT NULL CHECK (query LIKE '?%' AND length(query) <= 2000),
    added_at TEXT NOT NULL,
    UNIQUE (person_id, name)
) STRICT""",
)
