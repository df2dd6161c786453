"""How SQLite finds the rows of every statement of ours that the tests of this process run: by an index, or by reading all.

A table that grows with nights, answers or messages is never read from end to end, unless the statement is named here
with the reason. `conftest.py` asks after every test.
"""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

from sqlite_utils import Database

from db.listing import folded
from db.migrations import migrations

_ROOT = Path(__file__).parent.parent
_OURS = tuple(str(_ROOT / name) for name in ("db", "pipelines", "schedules", "review", "cli"))

# They hold a handful of rows, or some a day, or what people did by hand one after the other, or are emptied all along.
SMALL = frozenset(
    {
        "settings", "people", "timetable", "scheduler", "recipients", "saved_filters", "tokens", "identities",
        "sign_in_links", "sessions", "runs", "job_runs", "letters", "bulks", "worksheets", "leaving_files", "going",
        "searches", "_sqlite_migrations",
    }
)  # fmt: skip
# Lists, counts, filters and exports are over all of it.
REGISTRY = "clusters"
# How a statement begins, and why it may read a whole table.
WHOLE = {
    "SELECT count(*) AS n FROM": "how many rows tables have, for whoever asks how large the database is",
    "SELECT a.* FROM answers a JOIN clusters": "the words of people that stand, over the whole registry",
    "SELECT cluster_id, topic, now FROM news": "how every topic of every cluster stands: once a night",
    "SELECT state, count(*) AS n FROM candidates": "how many candidates there are: the whole list is shown",
    "SELECT (SELECT count(*) FROM kept_pages)": "how much the archive holds: a person asked",
    "SELECT * FROM contents ORDER BY file": "the archive looked through record by record: a person asked",
    "SELECT * FROM pictures ORDER BY id": "the archive looked through record by record: a person asked",
    "SELECT file, sum(length) AS n_bytes": "the clean-up weighs every file of the archive: once a night",
    "SELECT count(*) AS n, coalesce(sum(length)": "the clean-up weighs every file of the archive: once a night",
    "SELECT DISTINCT v.cluster_id FROM visits": "the clean-up looks for the clusters with old pages: once a night",
    "SELECT DISTINCT cluster_id FROM pictures": "the clean-up looks for the clusters with old pictures: once a night",
    "DELETE FROM fetches": "the clean-up goes by age: once a night",
    "SELECT count(*) AS n FROM fetches": "the clean-up goes by age: once a night",
    "DELETE FROM rescan_steps": "the clean-up goes by age: once a night",
}

# An automatic index is made for the one statement, from all of the table.
_SCAN = re.compile(r"(?:SCAN (?=\w)|SEARCH (?=\w+ USING AUTOMATIC))(\w+)(?: USING (?:COVERING )?INDEX (\w+))?")
_SOURCE = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)(?:\s+(?:AS\s+)?(\w+))?", re.IGNORECASE)
_CHECKED = re.compile(r"(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)
# The newest few of a table, by its key: SQLite reads no more than these.
_NEWEST = re.compile(r"SELECT \* FROM \w+ ORDER BY id DESC LIMIT :limit")


def schema() -> sqlite3.Connection:
    """An empty database with all tables, to ask for plans."""
    connection = sqlite3.connect(":memory:")
    connection.create_function("folded", 1, folded)
    migrations.apply(Database(connection, execute_plugins=False))
    connection.execute("CREATE TEMP TABLE going (id INTEGER PRIMARY KEY)")
    return connection


def scans(connection: sqlite3.Connection, sql: str) -> list[str]:
    """The tables that a statement reads from end to end and should not."""
    sql = " ".join(sql.split())
    if _NEWEST.fullmatch(sql) or sql.startswith(tuple(WHOLE)):
        return []
    names = {alias: table for table, alias in _SOURCE.findall(sql) if alias}
    nothing = dict.fromkeys(re.findall(r":(\w+)", sql))
    found = []
    for *_, detail in connection.execute(f"EXPLAIN QUERY PLAN {sql}", nothing):
        match = _SCAN.match(detail)
        if match is None or _is_partial(connection, match[2]):
            continue
        table = names.get(match[1], match[1])
        if table not in SMALL and table != REGISTRY and _is_table(connection, table):
            found.append(table)
    return found


def _is_table(connection: sqlite3.Connection, name: str) -> bool:
    sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?"
    return connection.execute(sql, [name]).fetchone() is not None


def _is_partial(connection: sqlite3.Connection, index: str | None) -> bool:
    """Whether an index holds only the rows that a statement is about."""
    sql = "SELECT sql LIKE '% WHERE %' FROM sqlite_schema WHERE type = 'index' AND name = ?"
    return bool(index) and bool((connection.execute(sql, [index]).fetchone() or [0])[0])


class Watch:
    """The statements that our modules have run in this process, each once. A tracer of sqlite-utils."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._new: list[str] = []

    def __call__(self, sql: str, parameters: object = None) -> None:
        """Note a statement, unless a test runs one of its own."""
        if sql not in self._seen and _CHECKED.match(sql.strip()) and _asked_by_us():
            self._seen.add(sql)
            self._new.append(sql)

    def new(self) -> Iterator[str]:
        """The statements since this was asked last."""
        while self._new:
            yield self._new.pop()


def _asked_by_us() -> bool:
    """Whether the first caller outside the library and the connection is a module of ours."""
    frame = sys._getframe(2)
    while frame.f_back and (
        "sqlite_utils" in frame.f_code.co_filename or frame.f_code.co_filename.endswith("connection.py")
    ):
        frame = frame.f_back
    return frame.f_code.co_filename.startswith(_OURS)
