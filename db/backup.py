"""Copies of the database that can be trusted: made while others write, checked before they count, put back whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crawler.errors import StoreError
from db.copying import copy_into, one_state, provisional, row_counts
from db.migrations import APPLICATION_ID
from db.opening import BUSY_S, complaining, open_database

_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """One copy of a database."""

    path: Path
    made_at: datetime  # UTC
    n_bytes: int
    rows: int  # of all tables together


def back_up(database: Path, folder: Path, *, now: datetime, keep: int = 0) -> Backup:
    """Copy the database into the folder under a name with the instant; drop all but the `keep` newest (0: none).

    The copy is checked under a provisional name: whatever has the name of a backup is one. Raises StoreError when
    there is no such database, or when the copy is not what it should be; older copies are then left alone.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: no folder for copies can be made there: {error.strerror}.") from None
    path = folder / f"{database.stem}-{now.astimezone(UTC):{_STAMP}}.db"
    with provisional(path) as there:
        with one_state(database) as source:
            counts = row_counts(source)
            copy_into(source, there)
        check(there, counts)
    if keep:
        for old in backups(database, folder)[keep:]:
            old.unlink()
    return Backup(path=path, made_at=now, n_bytes=path.stat().st_size, rows=sum(counts.values()))


def backups(database: Path, folder: Path) -> list[Path]:
    """The copies of a database in a folder, newest first. Other files are none of ours, and never dropped."""
    found = [(made_at(path, database), path) for path in folder.glob(f"{database.stem}-*.db")]
    return [path for at, path in sorted(((at, path) for at, path in found if at), reverse=True)]


def made_at(path: Path, database: Path) -> datetime | None:
    """When a copy of this database was made, by its name; None for any other file."""
    try:
        at = datetime.strptime(path.stem.removeprefix(f"{database.stem}-"), _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    return at if path.name == f"{database.stem}-{at:{_STAMP}}.db" else None


def check(path: Path, expected: dict[str, int] | None = None) -> dict[str, int]:
    """The number of rows of every table of a copy.

    Raises StoreError when it is damaged, not ours, or has not the rows that were expected.
    """
    with one_state(path, immutable=True) as copy:
        if copy.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise StoreError(f"{path}: is not a database of Clusterwatch.")
        said = [str(row[0]) for row in copy.execute("PRAGMA quick_check(3)")]
        if said != ["ok"]:
            raise StoreError(f"{path}: is damaged ({'; '.join(said)}). Take another copy.")
        if copy.execute("PRAGMA foreign_key_check").fetchone():
            raise StoreError(f"{path}: rows in it refer to rows that are not there. Take another copy.")
        counts = row_counts(copy)
    if expected is not None and counts != expected:
        wrong = sorted(t for t in counts.keys() | expected.keys() if counts.get(t) != expected.get(t))
        raise StoreError(f"{path}: has not the rows of the original in: {', '.join(wrong)}. The copy does not count.")
    return counts


def restore(copy: Path, database: Path, *, overwrite: bool, now: datetime) -> tuple[int, Path | None]:
    """Put a copy in the place of the database; gives its number of rows, and where what was there is kept.

    A database that exists is only replaced when `overwrite` says so, and kept beside itself. It is replaced in one
    transaction: programs that have it open see the state before or the one after, and a kill leaves one of them.
    Raises StoreError when the copy is not sound, and when it must not overwrite.
    """
    rows = sum(check(copy).values())
    if database.exists() and copy.samefile(database):
        raise StoreError(f"{copy}: is the database itself. Name a copy of it.")
    if database.exists() and not overwrite:
        raise StoreError(
            f"{database}: exists, so nothing was changed. To replace it add --overwrite; what is there is kept beside it."
        )
    kept = _keep(database, now) if database.exists() else None
    with one_state(copy, immutable=True) as source:
        if database.exists():
            with complaining(database), closing(sqlite3.connect(database, timeout=BUSY_S)) as target:
                source.backup(target, pages=-1)
        else:
            with provisional(database) as there:
                copy_into(source, there)
    open_database(database, create=False).close()  # one of an older version is brought up to date now
    return rows, kept


def _keep(database: Path, now: datetime) -> Path:
    """A copy of a database that is to be replaced; one too damaged to be copied is moved away as it is."""
    try:
        return back_up(database, database.absolute().parent / f"{database.stem}-replaced", now=now).path
    except StoreError:
        damaged = database.with_name(f"{database.name}.damaged-{now.astimezone(UTC):{_STAMP}}")
        for ending in ("", "-wal", "-shm"):
            part = database.with_name(database.name + ending)
            if part.exists():
                part.replace(damaged.with_name(damaged.name + ending))
        return damaged
