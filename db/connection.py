"""One open database file, and how its rows are asked for and written. What a store keeps is built on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlite_utils import Database

from crawler.config import Storage
from db import queries
from db.opening import complaining, immediate, open_database
from db.rows import Cell


def wall_clock() -> datetime:
    """The time now. For the ledger only: what is judged works with the instant of the run."""
    return datetime.now(UTC)


class Connection:
    """The file, open. It belongs to the thread that opened it."""

    def __init__(self, db: Database, path: Path, clock: Callable[[], datetime], archive: str) -> None:
        self._db = db
        self._path = path
        self._clock = clock
        self._archive = archive

    @classmethod
    def open(
        cls,
        path: Path | str,
        *,
        create: bool = False,
        clock: Callable[[], datetime] = wall_clock,
        archive: str = Storage().archive,
    ) -> Self:
        """The store in this file, made when there is none and `create` says so. Raises StoreError saying why not.

        `archive` is the setting of that name: where the pages lie that were kept.
        """
        return cls(open_database(Path(path), create=create), Path(path), clock, archive)

    @classmethod
    def over(cls, other: Connection) -> Self:
        """Another view of a file that is open already. Closing one closes both."""
        return cls(other._db, other._path, other._clock, other._archive)

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    @property
    def turns_file(self) -> Path:
        """The file in which crawls over this database agree who visits a website; whatever the database is called by."""
        path = self._path.resolve()
        return path.with_name(f"{path.name}-turns")

    def now(self) -> datetime:
        """The time by the clock of the store."""
        return self._clock()

    def close(self) -> None:
        """Close the file. What was not committed is gone."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Several methods as one: all of it is stored, or, when the block raises, nothing."""
        with complaining(self._path), immediate(self._db):
            yield

    def _all(self, sql: str, **values: Cell) -> list[dict[str, Cell]]:
        return list(self._each(sql, **values))

    def _each(self, sql: str, **values: Cell) -> Iterator[dict[str, Cell]]:
        """The rows one after the other, for as long as the file is open."""
        with complaining(self._path):
            # `Database.query` would put a savepoint around each question, to take back what is none.
            found = self._db.execute(sql, values)
            names = [column[0] for column in found.description]
            for row in found:
                yield dict(zip(names, row, strict=True))

    def _one(self, sql: str, **values: Cell) -> dict[str, Cell] | None:
        return next(iter(self._all(sql, **values)), None)

    def _do(self, sql: str, values: Mapping[str, Cell]) -> int:
        """Run a writing statement; gives how many rows it touched."""
        return self._db.execute(sql, dict(values)).rowcount

    def _do_each(self, sql: str, rows: Sequence[Mapping[str, Cell]]) -> None:
        """Run a writing statement once for each of these."""
        self._db.conn.executemany(sql, rows)

    def _insert(self, table: str, row: Mapping[str, Cell]) -> int:
        """Add one row; gives its id."""
        return self._db.execute(queries.insert(table, row), dict(row)).lastrowid or 0
