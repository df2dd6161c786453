"""How SQLite would find the rows of every statement that the tests of this process run: by an index, or by reading all.

A table that grows with nights, answers or clusters is never read from end to end, unless the statement is listed here
with the reason.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

from sqlite_utils import Database

from db.migrations import migrations

# They hold a handful of rows however long it runs and however many clusters there are.
SMALL = frozenset(
    {
        "settings", "people", "timetable", "scheduler", "recipients", "saved_filters", "tokens", "identities",
        "sign_in_links", "sessions", "going", "_sqlite_migrations",
    }
)  # fmt: skip
# The beginning of a statement, and why it may read a whole table.
WHOLE: dict[str, str] = {}

_SCAN = re.compile(r"SCAN (\w+)")
_SOURCE = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)(?:\s+(?:AS\s+)?(\w+))?", re.IGNORECASE)
_CHECKED = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)


def schema() -> sqlite3.Connection:
    """An empty database with all tables, to ask for plans."""
    db = Database(memory=True, execute_plugins=False)
    migrations.apply(db)
    connection = db.conn
    assert isinstance(connection, sqlite3.Connection)
    connection.execute("CREATE TEMP TABLE going (id INTEGER PRIMARY KEY)")
    return connection


def scans(connection: sqlite3.Connection, sql: str) -> list[str]:
    """The tables that a statement reads from end to end and should not."""
    names = dict(re.findall(r"\b", "")) or _tables(sql)
    found = []
    for *_, detail in connection.execute(f"EXPLAIN QUERY PLAN {sql}", _nothing(sql)):
        match = _SCAN.match(detail)
        table = names.get(match[1], match[1]) if match else ""
        if table and table not in SMALL and _is_table(connection, table):
            found.append(table)
    return found


def _nothing(sql: str) -> dict[str, None]:
    return dict.fromkeys(re.findall(r":(\w+)", sql))


def _tables(sql: str) -> dict[str, str]:
    """The table behind each name in a statement."""
    return {alias: table for table, alias in _SOURCE.findall(sql) if alias}


def _is_table(connection: sqlite3.Connection, name: str) -> bool:
    sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    return connection.execute(sql, [name]).fetchone() is not None


class Watch:
    """The statements that were run in this process, each once."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._new: list[str] = []

    def __call__(self, sql: str, parameters: object = None) -> None:
        """Note a statement; what a database of sqlite-utils calls for each."""
        if sql not in self._seen:
            self._seen.add(sql)
            if _CHECKED.match(sql):
                self._new.append(sql)

    def new(self) -> Iterator[str]:
        """The statements since this was asked last."""
        while self._new:
            yield self._new.pop()
