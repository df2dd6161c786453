"""A database as a file: made, brought up to date, and every trouble with it in one clear line."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
from made import FULL_VISIT, NIGHT, run_of, stored, verdict, visit

from crawler.errors import StoreError
from crawler.model import RunKind
from db import migrations, opening
from db.store import Store

# --- migrations ---


def test_a_new_file_gets_the_whole_schema(tmp_path: Path) -> None:
    with Store.open(tmp_path / "new.db", create=True) as new:
        assert set(new.counts().values()) == {0}


def test_an_existing_file_keeps_its_contents_and_is_not_migrated_twice(tmp_path: Path) -> None:
    path = stored(tmp_path / "old.db")
    for _ in range(2):
        with Store.open(path) as again:
            assert len(again.clusters()) == 3
            assert len(again.visits("aoba")) == 1
    with sqlite3.connect(path) as raw:
        applied = [name for (name,) in raw.execute("SELECT name FROM _sqlite_migrations ORDER BY name")]
    assert applied == [m.name for m in migrations.migrations._migrations]
    raw.close()


def test_a_file_made_before_the_last_step_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "early.db"
    raw = sqlite3.connect(path)
    raw.execute(f"PRAGMA application_id = {migrations.APPLICATION_ID}")
    raw.close()
    with Store.open(path) as opened:
        assert opened.clusters() == []


# --- trouble with the file ---


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock that is not free at once is waited for no longer than this."""
    monkeypatch.setattr(opening, "BUSY_S", 0.05)


@pytest.mark.usefixtures("impatient")
def test_a_database_that_another_program_writes_is_locked(tmp_path: Path) -> None:
    path = stored(tmp_path / "busy.db")
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    with Store.open(path) as store:
        assert len(store.clusters()) == 3  # reading goes on
        for change in (lambda: store.retire(["aoba"]), lambda: store.start_run(RunKind.NIGHTLY, NIGHT, ["aoba"])):
            with pytest.raises(StoreError, match=r"busy\.db: is locked by another program"):
                change()
        writer.execute("ROLLBACK")
        assert store.retire(["aoba"]) == 1
    writer.close()


@pytest.mark.usefixtures("impatient")
def test_a_new_database_that_another_program_holds_is_locked(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="is locked by another program"):
        Store.open(path, create=True)
    other.close()


def test_two_stores_see_each_others_changes_and_neither_loses_any(tmp_path: Path) -> None:
    path = stored(tmp_path / "two.db")
    with Store.open(path) as one, Store.open(path) as other:
        run_id = run_of(one)
        assert one.add_visit(run_id, visit(days=5), verdict(days=5))
        assert not other.add_visit(run_id, visit(days=5), verdict(days=5))
        assert other.add_visit(run_id, visit("cedar"), verdict("cedar"))
        assert sorted(one.latest_verdicts()) == ["aoba", "cedar"]


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("cluster_id,name_en,website\n" * 100)
    with pytest.raises(StoreError, match=r"notes\.txt: is not a database"):
        Store.open(path)
    assert path.read_text() == "cluster_id,name_en,website\n" * 100


def damage(path: Path, offset: int, length: int) -> None:
    """Overwrite a part of a file."""
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(b"\xa5" * length)


def questioned(path: Path) -> str:
    """What the store complains of when it is asked everything; any other error goes through."""
    try:
        with Store.open(path) as store:
            for question in (store.faults, store.clusters, store.latest_verdicts, store.counts, store.runs):
                question()
            store.visits("aoba")
    except StoreError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("page", range(12))
def test_a_damaged_database_is_a_store_error_wherever_the_damage_is(tmp_path: Path, page: int) -> None:
    path = stored(tmp_path / "damaged.db")
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = raw.execute("PRAGMA page_size").fetchone()[0]
    raw.close()
    damage(path, page * size, size)
    complaint = questioned(path)
    assert complaint == "" or "damaged" in complaint
    assert "\n" not in complaint


def test_a_database_with_a_damaged_table_says_so(tmp_path: Path) -> None:
    path = stored(tmp_path / "damaged.db")
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (root,) = raw.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'clusters'").fetchone()
    size = raw.execute("PRAGMA page_size").fetchone()[0]
    raw.close()
    damage(path, (root - 1) * size, size)
    with Store.open(path) as store:
        for question in (store.clusters, store.faults):
            with pytest.raises(StoreError, match=r"is damaged\. Restore a backup"):
                question()


def test_a_text_that_is_no_text_any_more_is_damage(tmp_path: Path) -> None:
    path = stored(tmp_path / "damaged.db")
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("UPDATE clusters SET city = CAST(x'ff80' AS TEXT)")
    raw.close()
    with Store.open(path) as store, pytest.raises(StoreError, match="is damaged"):
        store.clusters()


def test_a_missing_database_is_not_made_unless_asked_for(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no such database"):
        Store.open(tmp_path / "typo.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("create", [True, False])
def test_a_folder_a_missing_folder_and_a_foreign_database_are_refused(tmp_path: Path, create: bool) -> None:
    with pytest.raises(StoreError, match="is a folder"):
        Store.open(tmp_path, create=create)
    with pytest.raises(StoreError, match="does not exist"):
        Store.open(tmp_path / "none" / "a.db", create=create)
    foreign = tmp_path / "foreign.db"
    raw = sqlite3.connect(foreign)
    raw.execute("CREATE TABLE songs (title TEXT)")
    raw.close()
    with pytest.raises(StoreError, match="not one of Clusterwatch"):
        Store.open(foreign, create=create)


def test_an_empty_file_is_filled_only_when_asked_for(tmp_path: Path) -> None:
    empty = tmp_path / "empty.db"
    empty.touch()
    with pytest.raises(StoreError, match="is empty"):
        Store.open(empty)
    Store.open(empty, create=True).close()
    Store.open(empty).close()


def test_a_database_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    path = stored(tmp_path / "newer.db")
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('clusterwatch', 'm0999_moods', '2030')"
    )
    raw.close()
    with pytest.raises(StoreError, match=r"newer Clusterwatch \(m0999_moods\)"):
        Store.open(path)


def test_a_file_that_may_not_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = stored(tmp_path / "readonly.db")
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may do everything
    with pytest.raises(StoreError, match="may not be read and written"):
        Store.open(path)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (sqlite3.SQLITE_READONLY, "may only be read"),
        (sqlite3.SQLITE_READONLY_DIRECTORY, "may only be read"),
        (sqlite3.SQLITE_FULL, "the disk is full"),
        (sqlite3.SQLITE_IOERR_WRITE, "the disk reports an error"),
        (sqlite3.SQLITE_CANTOPEN, "cannot be opened"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "is locked"),
        (sqlite3.SQLITE_CORRUPT_INDEX, "is damaged"),
    ],
)
def test_what_sqlite_complains_about_is_put_into_words(code: int, words: str) -> None:
    error = sqlite3.OperationalError("x")
    error.sqlite_errorcode = code
    told = opening.complaint(Path("a.db"), error)
    assert told is not None
    assert words in str(told)


def add_visits(store: Store, count: int) -> None:
    for _ in range(count):
        store.add_visit(store.start_run(RunKind.NIGHTLY, NIGHT, ["aoba"]), FULL_VISIT, verdict())


def test_a_full_disk_loses_the_step_and_nothing_else(tmp_path: Path) -> None:
    path = stored(tmp_path / "full.db")
    with Store.open(path) as store:
        pages = store._db.execute("PRAGMA page_count").fetchone()[0]
        store._db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError, match="the disk is full"):
            add_visits(store, 500)
        counts = store.counts()
        assert counts["visits"] == counts["verdicts"]
        assert store.faults() == []
