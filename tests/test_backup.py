"""Copies of the database: made while others write, checked, kept N, put back whole, and never over what must not be."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from made import AOBA, verdict
from pages import ceased, made

from cli.main import main
from crawler.answers import Answer, Decision, QuestionKind
from crawler.errors import StoreError
from db import copying, opening
from db.backup import back_up, backups, check, made_at, restore
from db.desk import Desk
from db.migrations import migrations

NOW = datetime(2026, 11, 25, 19, 30, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A registry with visits, verdicts, people, an answer and its audit."""
    path = made(tmp_path / "desk.db", verdict("aoba", 0), ceased("aoba"), ceased("cedar", points=9.0))
    with Desk.open(path) as desk:
        word = desk.current("aoba")
        assert word is not None
        told = Answer(cluster_id="aoba", question=QuestionKind.CEASED, decision=Decision.ALIVE, by="kato", at=NOW,
                      verdict_at=word.decided_at, note="電話で確認しました")  # fmt: skip
        desk.answer(told, seen=0)
    return path


def dump(path: Path) -> list[str]:
    """Every row and every part of the schema, as SQL."""
    with closing(sqlite3.connect(path)) as found:
        return list(found.iterdump())


def test_a_backup_put_back_equals_the_original_row_for_row(database: Path, tmp_path: Path) -> None:
    made_copy = back_up(database, tmp_path / "copies", now=NOW)
    rows, kept = restore(made_copy.path, tmp_path / "again.db", overwrite=False, now=NOW)
    assert kept is None
    assert rows == made_copy.rows == sum(check(made_copy.path).values())
    assert dump(tmp_path / "again.db") == dump(database)
    with Desk.open(tmp_path / "again.db") as desk:
        assert [a.note for a in desk.answers(["aoba"])["aoba"]] == ["電話で確認しました"]
        assert any(entry.what == "answer:alive" for entry in desk.audit())


def test_a_backup_is_one_file_with_its_day_in_its_name(database: Path, tmp_path: Path) -> None:
    made_copy = back_up(database, tmp_path / "copies", now=NOW)
    assert [p.name for p in (tmp_path / "copies").iterdir()] == ["desk-20261125T193000Z.db"]
    assert made_at(made_copy.path, database) == NOW


def test_the_newest_are_kept_and_other_files_are_none_of_ours(database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    others = (
        "desk-notes.db",
        "desk-20260101T000000Z.db.bak",
        "other-20260101T000000Z.db",
        "desk-2-20260101T000000Z.db",
    )
    for name in others:
        (folder / name).write_text("mine")
    for hour in range(5):
        back_up(database, folder, now=NOW + timedelta(hours=hour), keep=3)
    assert [made_at(p, database) for p in backups(database, folder)] == [NOW + timedelta(hours=h) for h in (4, 3, 2)]
    assert {p.name for p in folder.iterdir()} - {p.name for p in backups(database, folder)} == set(others)


def test_a_backup_made_while_others_write_is_one_state(database: Path, tmp_path: Path) -> None:
    """Each written row of one table has its partner in another, in one transaction: a copy with one of them is torn."""
    with closing(sqlite3.connect(database)) as found:
        found.execute("CREATE TABLE one (n INTEGER)")
        found.execute("CREATE TABLE two (n INTEGER)")
    ending = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(database, timeout=30)) as writer:
            n = 0
            while not ending.is_set():
                n += 1
                with writer:
                    writer.execute("INSERT INTO one VALUES (?)", (n,))
                    writer.execute("INSERT INTO two VALUES (?)", (n,))

    thread = threading.Thread(target=write)
    thread.start()
    counts: dict[str, int] = {}
    try:
        for number in range(20):
            copy = back_up(database, tmp_path / "copies", now=NOW + timedelta(seconds=number))
            counts = check(copy.path)
            assert counts["one"] == counts["two"]
    finally:
        ending.set()
        thread.join()
    assert counts["one"] > 0


def test_a_database_that_exists_is_not_replaced_unasked(database: Path, tmp_path: Path) -> None:
    copy = back_up(database, tmp_path / "copies", now=NOW).path
    before = dump(database)
    with pytest.raises(StoreError, match="exists, so nothing was changed"):
        restore(copy, database, overwrite=False, now=NOW)
    assert dump(database) == before


def test_what_is_replaced_is_kept_and_open_programs_see_the_new_state(database: Path, tmp_path: Path) -> None:
    copy = back_up(database, tmp_path / "copies", now=NOW).path
    wanted = dump(database)
    with Desk.open(database) as open_desk:
        open_desk.retire(["aoba"])
        lost = dump(database)
        _, kept = restore(copy, database, overwrite=True, now=NOW)
        assert [c.cluster_id for c in open_desk.clusters(["aoba"])] == ["aoba"]
        open_desk.retire(["cedar"])  # and it goes on writing
    assert kept is not None
    assert dump(kept) == lost != wanted
    restore(copy, database, overwrite=True, now=NOW)
    assert dump(database) == wanted


def test_a_damaged_database_is_moved_aside_and_replaced(database: Path, tmp_path: Path) -> None:
    copy = back_up(database, tmp_path / "copies", now=NOW).path
    wanted = dump(database)
    database.write_bytes(b"not a database at all" * 100)
    _, kept = restore(copy, database, overwrite=True, now=NOW)
    assert kept is not None
    assert kept.read_bytes().startswith(b"not a database")
    assert dump(database) == wanted


def _torn(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def _overwritten(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:12288] = os.urandom(8192)
    path.write_bytes(content)


def _another(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE t (n INTEGER)")


@pytest.mark.parametrize(
    "harm",
    [_torn, _overwritten, _another, lambda p: p.write_bytes(b""), lambda p: p.write_text("x" * 9000), Path.unlink],
)
def test_a_copy_that_is_not_sound_changes_nothing(
    database: Path, tmp_path: Path, harm: Callable[[Path], object]
) -> None:
    copy = back_up(database, tmp_path / "copies", now=NOW).path
    before = dump(database)
    harm(copy)
    with pytest.raises(StoreError, match=r"desk-20261125T193000Z\.db: "):
        restore(copy, database, overwrite=True, now=NOW)
    assert dump(database) == before
    assert not (tmp_path / "desk-replaced").exists()


def test_the_database_is_no_copy_of_itself(database: Path) -> None:
    with pytest.raises(StoreError, match="is the database itself"):
        restore(database, database, overwrite=True, now=NOW)


def test_a_copy_that_lacks_rows_does_not_count_and_older_ones_stay(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = back_up(database, tmp_path / "copies", now=NOW).path

    def lossy(source: sqlite3.Connection, path: Path) -> None:
        copying.copy_into(source, path)
        with closing(sqlite3.connect(path)) as copy, copy:
            copy.execute("DROP TRIGGER audit_are_not_deleted")
            copy.execute("DELETE FROM audit")

    monkeypatch.setattr("db.backup.copy_into", lossy)
    with pytest.raises(StoreError, match="has not the rows of the original in: audit"):
        back_up(database, tmp_path / "copies", now=NOW + timedelta(days=1), keep=1)
    assert list((tmp_path / "copies").iterdir()) == [old]


_KILLED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from db.backup import back_up, restore
what, copy, database = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
print("begins", flush=True)
while True:
    if what == "restore":
        restore(copy, database, overwrite=True, now=datetime.now(UTC))
    else:
        back_up(database, copy.parent, now=datetime.now(UTC))
"""


@pytest.mark.parametrize("what", ["restore", "backup"])
def test_a_kill_in_the_middle_leaves_a_sound_database_and_sound_copies(
    database: Path, tmp_path: Path, what: str
) -> None:
    copy = back_up(database, tmp_path / "copies", now=NOW).path
    wanted = dump(database)
    for number in range(8):
        process = subprocess.Popen(
            [sys.executable, "-c", _KILLED, what, str(copy), str(database)], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.readline()
        threading.Event().wait(0.003 * number)  # at several points of the work; which ones does not matter
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert dump(database) == wanted
        for found in backups(database, tmp_path / "copies"):
            check(found)


def test_a_new_step_of_the_schema_copies_the_database_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "old.db"
    steps = list(migrations._migrations)
    monkeypatch.setattr(migrations, "_migrations", steps[:1])
    with closing(opening.open_database(path, create=True).conn) as found, found:
        found.execute("INSERT INTO settings VALUES ('who', 'we')")
    before = dump(path)
    monkeypatch.setattr(migrations, "_migrations", steps)
    with Desk.open(path) as desk:
        desk.upsert_clusters([AOBA])
    kept = tmp_path / f"old.before-{steps[1].name}.db"
    assert dump(kept) == before
    with Desk.open(path):
        pass
    assert sorted(p.name for p in tmp_path.glob("*.db")) == sorted([kept.name, "old.db"])


def test_a_new_database_has_nothing_to_be_copied(tmp_path: Path) -> None:
    with Desk.open(tmp_path / "new.db", create=True):
        pass
    assert list(tmp_path.glob("*.before-*")) == []


# --- the commands ---


def test_backup_and_restore_on_the_command_line(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backup", "--db", str(database), "--now", "2026-11-25T19:30Z"]) == 0
    copy = tmp_path / "desk-backups" / "desk-20261125T193000Z.db"
    assert f"{copy}: " in capsys.readouterr().out
    assert main(["restore", str(copy), "--db", str(database)]) == 1
    assert "--overwrite" in capsys.readouterr().err
    assert main(["restore", str(copy), "--db", str(database), "--overwrite"]) == 0
    assert "What was there is kept: " in capsys.readouterr().out
    assert main(["restore", str(tmp_path / "none.db"), "--db", str(database), "--overwrite"]) == 1
    assert "there is no such file" in capsys.readouterr().err


def test_no_backup_of_a_database_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backup", "--db", str(tmp_path / "none.db")]) == 1
    assert "none.db: there is no such file" in capsys.readouterr().err
    assert list(tmp_path.rglob("*.db*")) == []


def test_a_folder_that_cannot_be_made_is_named(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("x")
    assert main(["backup", str(tmp_path / "file" / "copies"), "--db", str(database)]) == 1
    assert "no folder for copies can be made there" in capsys.readouterr().err
