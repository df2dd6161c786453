"""The database file made smaller and put in order. Pages of it that hold nothing are given back to the disk."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from db.connection import Connection
from db.opening import BUSY_S, complaining

_PATIENCE_S = 2.0  # for others who write: who waits for us in turn gives up after BUSY_S


@dataclass(frozen=True, slots=True)
class Size:
    """How large a database is."""

    n_bytes: int
    free: int  # of these, bytes in pages that hold nothing


class Vacuuming(Connection):
    """The file as a whole."""

    def size(self) -> Size:
        """How large the file is, without its write-ahead log."""
        page, count, free = (
            int(self._db.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("page_size", "page_count", "freelist_count")
        )
        return Size(page * count, page * free)

    def vacuum(self) -> bool:
        """Write the file anew without its free pages; False when somebody else was writing. Raises StoreError.

        A kill leaves the file as it was.
        """
        with complaining(self._path):
            try:
                self._wait_for(_PATIENCE_S)
                self._db.execute("VACUUM")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                return False
            finally:
                self._wait_for(BUSY_S)
        return True

    def put_in_order(self) -> None:
        """Bring what SQLite knows about the tables up to date, and its log into the file as far as readers let it."""
        with complaining(self._path):
            self._db.execute("PRAGMA optimize")
            self._wait_for(0.0)  # a reader of an old state may stay for long: then the log stays too
            try:
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                self._wait_for(BUSY_S)

    def _wait_for(self, seconds: float) -> None:
        self._db.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
