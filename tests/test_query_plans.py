"""What the check of every statement takes for reading a whole table, and what not."""

from __future__ import annotations

import re
import sqlite3

import pytest
from query_plans import WHOLE, Watch, scans

from db import queries

_STATEMENT = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE)\s")


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("SELECT * FROM visits WHERE cluster_id = :cluster", []),
        ("SELECT * FROM visits WHERE reached = :url", ["visits"]),
        ("SELECT v.id FROM clusters c LEFT JOIN visits v ON v.cluster_id = c.cluster_id", []),
        ("SELECT v.id FROM clusters c LEFT JOIN visits v ON v.reached = c.website", ["visits"]),
        ("SELECT id FROM visits ORDER BY cluster_id, started_at", ["visits"]),  # by an index, and all of it
        ("SELECT id FROM messages WHERE state = 'waiting'", []),  # an index of these alone
        ("SELECT id FROM messages WHERE state = 'sent'", ["messages"]),
        ("SELECT * FROM audit ORDER BY id DESC LIMIT :limit", []),
        ("SELECT * FROM audit WHERE by = :name ORDER BY id DESC LIMIT :limit", ["audit"]),
        ("SELECT * FROM people", []),
        ("DELETE FROM verdicts WHERE cluster_id = :cluster", []),
        ("DELETE FROM verdicts WHERE policy = :policy", ["verdicts"]),
        ("UPDATE tasks SET state = 'done' WHERE reason = :reason", ["tasks"]),
        ("INSERT INTO texts SELECT cluster_id, :digests, :at FROM visits WHERE n_bytes > 0", ["visits"]),
        ("SELECT count(*) AS n FROM visits", []),  # named, with a reason
    ],
)
def test_a_statement_that_reads_all_of_a_growing_table_is_found(
    schema: sqlite3.Connection, sql: str, found: list[str]
) -> None:
    assert scans(schema, sql) == found


def test_no_statement_with_a_name_reads_all_of_a_growing_table(schema: sqlite3.Connection) -> None:
    named = [text for value in vars(queries).values() for text in (value if isinstance(value, tuple) else [value])]
    statements = [text for text in named if isinstance(text, str) and _STATEMENT.match(text)]
    assert len(statements) > 30
    assert {sql: found for sql in statements if (found := scans(schema, sql))} == {}


def test_every_exception_has_a_reason() -> None:
    assert all(WHOLE.values())


def test_statements_of_tests_are_not_looked_at() -> None:
    watch = Watch()
    watch("SELECT * FROM visits")
    assert list(watch.new()) == []
