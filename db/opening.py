"""Opens the database file, and puts what SQLite complains about into words that a person can act on."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlite_utils import Database

from crawler.errors import DiskFull, StoreDamaged, StoreError, StoreNewer, StoreUnusable
from db.copying import copy_before
from db.listing import folded
from db.migrations import APPLICATION_ID, migrations

# The default is 5 s; a review that is saved while a large import commits should wait, not fail.
BUSY_S = 10.0

_WORDS = {
    sqlite3.SQLITE_BUSY: "is locked by another program that has been writing for {busy:.0f} s. Wait for it to end, "
    "or close the program that has the file open",
    sqlite3.SQLITE_LOCKED: "is locked by another part of this program",
    sqlite3.SQLITE_NOTADB: "is not a database, or its beginning is damaged. Name another file with --db, "
    "or restore a backup",
    sqlite3.SQLITE_CORRUPT: "is damaged. Restore a backup of it",
    sqlite3.SQLITE_FULL: "cannot grow: the disk is full. Free some space in {folder}; nothing of the last step was stored",
    sqlite3.SQLITE_READONLY: "may only be read, not written. Change the permissions of the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened. Check the permissions of the file and its folder",
    sqlite3.SQLITE_PERM: "cannot be opened. Check the permissions of the file and its folder",
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk reports an error",
    sqlite3.SQLITE_AUTH: "cannot be used: access was refused",
}
_LASTING = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})  # waiting mends nothing
# SQLite says so where it cannot make room for the index of the log of writes, as on opening a file on a full disk.
_NO_ROOM_FOR_INDEX = sqlite3.SQLITE_IOERR_SHMSIZE
_NOT_UTF8 = "Could not decode to UTF-8"  # Python's own complaint, without a code; only damage brings such texts


def complaint(path: Path, error: sqlite3.Error) -> StoreError | None:
    """What a person should know about an error of SQLite; None for one that is our own bug."""
    whole = getattr(error, "sqlite_errorcode", 0)
    # The low byte is the code without its extended part.
    code = sqlite3.SQLITE_FULL if whole == _NO_ROOM_FOR_INDEX else whole & 0xFF
    if _NOT_UTF8 in str(error):
        code = sqlite3.SQLITE_CORRUPT
    if code not in _WORDS:
        return None
    folder = str(path.absolute().parent)
    words = f"{path}: {_WORDS[code].format(busy=BUSY_S, folder=folder)}."
    if code == sqlite3.SQLITE_FULL:
        return DiskFull(words, folder=folder)
    return StoreDamaged(words) if code in _LASTING else StoreUnusable(words)


@contextmanager
def complaining(path: Path) -> Iterator[None]:
    """Turns errors of SQLite that a person can do something about into StoreError."""
    try:
        yield
    except sqlite3.Error as error:
        words = complaint(path, error)
        if words is None:
            raise
        raise words from error


def open_database(path: Path, *, create: bool) -> Database:
    """The open database with its schema up to date. Raises StoreError saying why it cannot be used."""
    _check_path(path, create=create)
    with complaining(path):
        # `mode=rw` keeps SQLite from making a new file where somebody mistyped a name.
        uri = f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY_S)
        connection.row_factory = None
        connection.create_function("folded", 1, folded, deterministic=True)
        try:
            return _prepared(Database(connection, execute_plugins=False), path, create=create)
        except BaseException:
            connection.close()
            raise


def waiting_steps(path: Path) -> list[str]:
    """The steps of the schema that opening this database would take. Nothing is changed; raises StoreError like it."""
    _check_path(path, create=False)
    with complaining(path), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        db = Database(connection, execute_plugins=False)
        _check_ours(db, path, create=False)
        _check_not_newer(db, path)
        return [step.name for step in migrations.pending(db)]


def _check_path(path: Path, *, create: bool) -> None:
    """Raises StoreError for what SQLite would only call "unable to open database file"."""
    if path.is_dir():
        raise StoreError(f"{path}: is a folder, not a database. Name a file with --db.")
    folder = path.absolute().parent
    if not folder.is_dir():
        raise StoreError(f"{path}: the folder {folder} does not exist. Make it, or name another file with --db.")
    if path.exists():
        if not os.access(path, os.R_OK | os.W_OK):
            raise StoreError(f"{path}: may not be read and written by this user. Change the permissions of the file.")
    elif not create:
        raise StoreError(f"{path}: there is no such database. Make it with: clusterwatch import FILE")


def _prepared(db: Database, path: Path, *, create: bool) -> Database:
    """The database after it was found to be ours, with the settings of every connection."""
    _check_ours(db, path, create=create)
    _check_not_newer(db, path)
    db.enable_wal()  # readers go on while the crawl writes; kept in the file, so it costs nothing the next time
    # The default FULL syncs on every commit. In WAL mode NORMAL can lose the last commits when the machine loses
    # power, never the file; a crash or kill of the program loses nothing.
    db.execute("PRAGMA synchronous = NORMAL")
    if migrations.pending(db):
        with immediate(db):  # two programs that start at once must not both change the schema
            _upgrade(db, path)
    db.execute("PRAGMA foreign_keys = ON")  # off by default, and inside a transaction it is ignored
    return db


def _upgrade(db: Database, path: Path) -> None:
    """Bring the schema up to date. A database that has been in use is copied first: the way back."""
    pending = migrations.pending(db)
    if pending and migrations.applied(db):
        copy_before(path, pending[0].name)
    migrations.apply(db)


def _check_ours(db: Database, path: Path, *, create: bool) -> None:
    """Raises StoreError for a file of SQLite that something else made, or an empty one that nobody asked to fill."""
    if db.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID:
        return
    if db.table_names():
        raise StoreError(f"{path}: is a database, but not one of Clusterwatch. Name another file with --db.")
    if not create:
        raise StoreError(f"{path}: is empty. Fill it with: clusterwatch import FILE")


def _check_not_newer(db: Database, path: Path) -> None:
    """Raises StoreError when a newer program has changed the schema in ways this one does not know."""
    known = {m.name for m in migrations._migrations}  # the library lists only what is pending or applied
    unknown = [m.name for m in migrations.applied(db) if m.name not in known]
    if unknown:
        raise StoreNewer(f"{path}: was written by a newer Clusterwatch ({unknown[-1]}). Update this program.")


@contextmanager
def immediate(db: Database) -> Iterator[None]:
    """One transaction that holds the write lock from its first statement; inside another one, a part of that.

    `atomic()` begins a deferred one: when it has read and then wants to write after somebody else has written,
    SQLite refuses at once, whatever the busy timeout.
    """
    if db.conn.in_transaction:
        # As `atomic()` does it, with one name: SQLite means the innermost of that name, and need not be asked anew.
        db.execute("SAVEPOINT a_part")
        try:
            yield
        except BaseException:
            if db.conn.in_transaction:  # else the error took all of it back already
                db.execute("ROLLBACK TO a_part")
                db.execute("RELEASE a_part")
            raise
        db.execute("RELEASE a_part")
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        db.rollback()  # also when COMMIT itself failed, as on a full disk
        raise
