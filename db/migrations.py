"""The schema, as steps that are added and never edited once a version with them is out.

Instants are ISO 8601 texts in UTC of one fixed width, so that their order as texts is their order in time.
Documents are the values of `crawler.model` as `db.rows` writes them; the columns beside a document are copies
that queries need. The words a column admits are written out here, not taken from the enums: a word that is added
there later needs a step of its own, or databases made today would refuse it. A test says when that is due.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from db import (
    archive_schema,
    assessments_schema,
    bulk_schema,
    cleaning_schema,
    desk_schema,
    identities_schema,
    letters_schema,
    news_schema,
    pasts_schema,
    registry_schema,
    rescans_schema,
    revisits_schema,
    searches_schema,
    timetable_schema,
    tokens_schema,
    worksheets_schema,
)
from db.ddl import one_of

APPLICATION_ID = 0x43_4C_57_44  # "CLWD", in the file's header: says that a SQLite file is ours

ACTIVITY = ("active", "static", "likely_ceased", "undetermined")
ENGLISH = ("active_english", "static_english", "none", "undetermined")
FLAG = ("active", "static", "japanese_only", "likely_ceased", "undetermined")
PRECISION = ("day", "month", "year")
RUN_KIND = ("nightly", "rescan")
RUN_STATE = ("running", "done", "void", "failed")
TASK_STATE = ("queued", "running", "done", "failed", "skipped")
VISIT_OUTCOME = ("read", "lost", "failed", "inconclusive", "no_website")
ROLE = ("home", "news", "english", "english_news", "feed", "sitemap", "archive", "post", "frame", "other")
OUTCOME = (
    "ok", "not_modified",
    "dns_nxdomain", "dns_servfail", "dns_nodata", "dns_timeout", "dns_refused",
    "tcp_refused", "tcp_timeout", "tcp_reset",
    "first_byte_timeout", "slow_body", "truncated", "too_large",
    "tls_failed", "tls_legacy_only", "not_http",
    "http_401", "http_403", "http_404", "http_410", "http_429", "http_451", "http_4xx", "http_5xx", "http_52x",
    "bot_challenge", "redirect_loop", "robots_disallow", "address_refused", "proxy_failed", "not_a_page",
    "budget", "error",
)  # fmt: skip

migrations = Migrations("clusterwatch")


_REGISTRY = """
CREATE TABLE clusters (
    cluster_id TEXT NOT NULL PRIMARY KEY CHECK (cluster_id <> ''),
    name_en TEXT NOT NULL,
    website TEXT NOT NULL,
    name_ja TEXT NOT NULL,
    website_en TEXT NOT NULL,
    other_hosts TEXT NOT NULL CHECK (json_valid(other_hosts)),
    home_language TEXT NOT NULL,
    country TEXT NOT NULL,
    prefecture TEXT NOT NULL,
    city TEXT NOT NULL,
    lat REAL CHECK (lat BETWEEN -90 AND 90),
    lon REAL CHECK (lon BETWEEN -180 AND 180),
    sector TEXT NOT NULL,
    programme TEXT NOT NULL,
    period_start TEXT NOT NULL,
    period_end TEXT NOT NULL,
    operator TEXT NOT NULL,
    notes TEXT NOT NULL,
    extra TEXT NOT NULL CHECK (json_valid(extra)),
    added_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    retired_at TEXT
) STRICT;

CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""

_LEDGER = f"""
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL {one_of("kind", RUN_KIND)},
    state TEXT NOT NULL DEFAULT 'running' {one_of("state", RUN_STATE)},
    now TEXT NOT NULL,
    started_at TEXT NOT NULL,
    taken_at TEXT NOT NULL,
    ended_at TEXT,
    policy TEXT NOT NULL,
    counts TEXT NOT NULL DEFAULT '{{}}' CHECK (json_valid(counts)),
    note TEXT NOT NULL DEFAULT '',
    pid INTEGER NOT NULL,
    host TEXT NOT NULL,
    CHECK ((state = 'running') = (ended_at IS NULL))
) STRICT;
CREATE INDEX runs_unfinished ON runs (kind, id) WHERE state = 'running';

CREATE TABLE tasks (
    run_id INTEGER NOT NULL REFERENCES runs (id),
    cluster_id TEXT NOT NULL REFERENCES clusters (cluster_id),
    position INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'queued' {one_of("state", TASK_STATE)},
    attempts INTEGER NOT NULL DEFAULT 0,
    lease_until TEXT,
    reason TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (run_id, cluster_id),
    CHECK ((state = 'running') = (lease_until IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX tasks_by_state ON tasks (run_id, state, position);
CREATE INDEX tasks_of_cluster ON tasks (cluster_id);
"""

_VISITS = f"""
CREATE TABLE visits (
    id INTEGER PRIMARY KEY,
    cluster_id TEXT NOT NULL,
    run_id INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    elapsed_s REAL NOT NULL,
    outcome TEXT NOT NULL {one_of("outcome", VISIT_OUTCOME)},
    failure TEXT {one_of("failure", OUTCOME)},
    reached TEXT NOT NULL,
    moved_to TEXT NOT NULL,
    n_fetches INTEGER NOT NULL,
    n_bytes INTEGER NOT NULL,
    rendered_home INTEGER NOT NULL CHECK (rendered_home IN (0, 1)),
    void INTEGER NOT NULL DEFAULT 0 CHECK (void IN (0, 1)),
    document BLOB NOT NULL,
    UNIQUE (run_id, cluster_id),
    FOREIGN KEY (run_id, cluster_id) REFERENCES tasks (run_id, cluster_id)
) STRICT;
CREATE INDEX visits_in_time ON visits (cluster_id, started_at, id);

CREATE TABLE fetches (
    visit_id INTEGER NOT NULL REFERENCES visits (id),
    position INTEGER NOT NULL,
    url TEXT NOT NULL,
    role TEXT NOT NULL {one_of("role", ROLE)},
    at TEXT NOT NULL,
    outcome TEXT NOT NULL {one_of("outcome", OUTCOME)},
    status INTEGER,
    final_url TEXT NOT NULL,
    elapsed_s REAL NOT NULL,
    n_bytes INTEGER NOT NULL,
    content_type TEXT NOT NULL,
    rendered INTEGER NOT NULL CHECK (rendered IN (0, 1)),
    tls TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (visit_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE validators (
    cluster_id TEXT NOT NULL REFERENCES clusters (cluster_id),
    url TEXT NOT NULL,
    etag TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    text_digest TEXT NOT NULL,
    PRIMARY KEY (cluster_id, url)
) STRICT, WITHOUT ROWID;
"""

_VERDICTS = f"""
CREATE TABLE verdicts (
    id INTEGER PRIMARY KEY,
    cluster_id TEXT NOT NULL REFERENCES clusters (cluster_id),
    visit_id INTEGER REFERENCES visits (id),
    run_id INTEGER REFERENCES runs (id),
    decided_at TEXT NOT NULL,
    policy TEXT NOT NULL,
    activity TEXT NOT NULL {one_of("activity", ACTIVITY)},
    english TEXT NOT NULL {one_of("english", ENGLISH)},
    flag TEXT NOT NULL {one_of("flag", FLAG)},
    latest_on TEXT,
    precision TEXT {one_of("precision", PRECISION)},
    confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    points REAL NOT NULL,
    document BLOB NOT NULL
) STRICT;
CREATE INDEX verdicts_in_time ON verdicts (cluster_id, decided_at, id);
CREATE INDEX verdicts_of_run ON verdicts (run_id);
CREATE INDEX verdicts_without_visit ON verdicts (cluster_id) WHERE visit_id IS NULL;
"""

_REVIEWS = f"""
CREATE TABLE reviews (
    id INTEGER PRIMARY KEY,
    cluster_id TEXT NOT NULL REFERENCES clusters (cluster_id),
    flag TEXT NOT NULL {one_of("flag", FLAG)},
    by TEXT NOT NULL CHECK (by <> ''),
    at TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX reviews_in_time ON reviews (cluster_id, at, id);
CREATE TRIGGER reviews_are_not_edited BEFORE UPDATE ON reviews
BEGIN SELECT RAISE(ABORT, 'a review is never edited; add another'); END;
CREATE TRIGGER reviews_are_not_deleted BEFORE DELETE ON reviews
BEGIN SELECT RAISE(ABORT, 'a review is never deleted; add another'); END;
CREATE TRIGGER reviews_are_not_replaced BEFORE INSERT ON reviews WHEN EXISTS (SELECT 1 FROM reviews WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'a review is never replaced; add another'); END;
"""  # noqa: S608  # words of ours only


@migrations()
def m0001_registry_to_reviews(db: Database) -> None:
    """Everything from a registry row to a review."""
    for script in (_REGISTRY, _LEDGER, _VISITS, _VERDICTS, _REVIEWS):
        # The library's own splitting of a script takes a tenth of the time that a command takes to start.
        for statement in script.strip().removesuffix(";").split(";\n"):
            db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


@migrations()
def m0002_the_desk(db: Database) -> None:
    """What the staff's pages keep."""
    for statement in desk_schema.STATEMENTS:
        db.execute(statement)


@migrations()
def m0003_the_archive(db: Database) -> None:
    """Where the pages and pictures lie that were kept."""
    for statement in archive_schema.STATEMENTS:
        db.execute(statement)


@migrations()
def m0004_letters(db: Database) -> None:
    """The log of letters to clusters."""
    for statement in letters_schema.STATEMENTS:
        db.execute(statement)


@migrations()
def m0005_tokens(db: Database) -> None:
    """The tokens of people, for programs that use the interface."""
    for statement in tokens_schema.STATEMENTS:
        db.execute(statement)


@migrations()
def m0006_registry_history(db: Database) -> None:
    """What was changed in the registry, and candidates for it."""
    for statement in registry_schema.STATEMENTS:
        db.execute(statement)


@migrations()
def m0007_identities(db: Database) -> None:
    """What is kept to manage people, and to let them in through another service."""
    for statement in identities_schema.STATEMENTS:
        db.execute(statement)


@migrations()
def m0008_rescans_can_be_cancelled(db: Database) -> None:
    """Second looks are taken with a lease, can be cancelled, and tell their steps as values."""
    for statement in rescans_schema.STATEMENTS:
        db.execute(statement)


@migrations()
def m0009_bulk(db: Database) -> None:
    """Decisions over many questions at once."""
    for statement in bulk_schema.STATEMENTS:
        db.execute(statement)


@migrations()
def m0010_the_timetable(db: Database) -> None:
    """What the timetable keeps, and what may be asked of a run under way."""
    timetable_schema.apply(db)


@migrations()
def m0011_news(db: Database) -> None:
    """What is told to staff: what changed, and the messages about it."""
    for statement in news_schema.STATEMENTS:
        db.execute(statement)


@migrations()
def m0012_the_clean_up(db: Database) -> None:
    """What was removed by age, and files that are to be deleted."""
    for statement in cleaning_schema.STATEMENTS:
        db.execute(statement)


@migrations()
def m0013_pasts(db: Database) -> None:
    """What the visits to a cluster amount to so far, and indexes for questions over years of nights."""
    for statement in pasts_schema.STATEMENTS:
        db.execute(statement)


@migrations()
def m0014_revisits(db: Database) -> None:
    """What saves work on the next visit."""
    for statement in revisits_schema.STATEMENTS:
        db.execute(statement)


@migrations()
def m0015_assessments(db: Database) -> None:
    """What people say about the international relations of clusters."""
    for statement in assessments_schema.STATEMENTS:
        db.execute(statement)


@migrations()
def m0018_worksheets(db: Database) -> None:
    """Workbooks that people have filled in and imported."""
    for statement in worksheets_schema.STATEMENTS:
        db.execute(statement)


@migrations()
def m0019_searches(db: Database) -> None:
    """A search for unknown organisations that has not ended, so that it can go on."""
    for statement in searches_schema.STATEMENTS:
        db.execute(statement)
