"""One state of a database file read, counted and copied, whatever others write meanwhile."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from crawler.errors import StoreError

_PARTIAL = ".partial"
_WAIT_S = 10.0


@contextmanager
def one_state(path: Path, *, immutable: bool = False) -> Iterator[sqlite3.Connection]:
    """A connection that sees one state of the file and writes nothing.

    `immutable` promises that nobody else writes; no file is then left beside it. Raises StoreError when there is none.
    """
    if path.is_dir():
        raise StoreError(f"{path}: is a folder, not a file.")
    if not path.is_file():
        raise StoreError(f"{path}: there is no such file.")
    uri = f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if immutable else ''}"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=_WAIT_S, isolation_level=None)) as found:
            found.execute("BEGIN")
            found.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # only now is the state chosen
            yield found
    except sqlite3.Error as error:
        raise StoreError(f"{path}: cannot be read whole: {error}.") from error


def row_counts(connection: sqlite3.Connection) -> dict[str, int]:
    """The number of rows of every table."""
    sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name"
    tables = [str(row[0]) for row in connection.execute(sql)]
    return {t: int(connection.execute(f'SELECT count(*) FROM "{t}"').fetchone()[0]) for t in tables}  # noqa: S608  # names of the schema


@contextmanager
def provisional(path: Path) -> Iterator[Path]:
    """A name to write a file under, which takes the place of `path` at the end of the block, on the disk for good.

    When the block raises, nothing has happened to `path`, and nothing is left.
    """
    there = path.with_name(path.name + _PARTIAL)
    there.unlink(missing_ok=True)
    try:
        yield there
        flush(there)
        there.replace(path)
        flush(path.absolute().parent)
    finally:
        there.unlink(missing_ok=True)


def copy_into(source: sqlite3.Connection, path: Path) -> None:
    """Write the state that a connection sees into a file. Raises StoreError when it cannot be written.

    All pages go in one step: in several, SQLite would begin anew whenever somebody writes. The copy is one file
    without a log beside it; opening it as ours makes one again.
    """
    try:
        with closing(sqlite3.connect(path, timeout=_WAIT_S)) as target:
            source.backup(target, pages=-1)
            target.execute("PRAGMA journal_mode = DELETE")
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{path}: the copy could not be written: {error}.") from error


def copy_before(path: Path, step: str) -> Path | None:
    """A copy of a database whose schema is about to change, beside it and named by the step; None when it is there."""
    copy = path.with_name(f"{path.stem}.before-{step}.db")
    if copy.exists():
        return None
    with one_state(path) as source, provisional(copy) as there:
        copy_into(source, there)
    return copy


def flush(path: Path) -> None:
    """Wait until the disk has a file or folder: a copy that is counted on must outlive a loss of power."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
