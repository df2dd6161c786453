"""The clean-up: what goes and what stays, of the database and of the files, and what a kill at any instant leaves."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from aged import LATER, LEFT, cleaned, copied, faults, files, ten_nights
from made import AOBA, HOME, NEWS, NIGHT, stored, verdict
from nights import a_night, quiet, saved
from shelved import hang

from cli.main import main
from crawler.answers import Answer, Decision, QuestionKind
from crawler.config import Config, Limits, Storage, config_from
from crawler.errors import ConfigError
from crawler.model import RunKind, RunState
from crawler.timetable import JobName
from db.cleaning import Cleaning
from db.desk import Desk
from db.job_runs import JobRunKind, JobRunState
from schedules.cleaning_up import CleanUps, clean_up


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ten_nights(tmp_path_factory.mktemp("cleaning") / "c.db")


@pytest.fixture
def database(made_once: Path, tmp_path: Path) -> Path:
    return copied(made_once, tmp_path)


def test_what_is_old_goes_and_what_a_flag_rests_on_stays(database: Path) -> None:
    before = sum(p.stat().st_size for p in database.with_name("c-archive").rglob("*.gz"))
    report = cleaned(database)
    assert saved(database) == {day: sorted(bodies) for day, bodies in LEFT.items()}
    assert faults(database) == []
    after = sum(p.stat().st_size for p in database.with_name("c-archive").rglob("*.gz"))
    assert (report.going("pages"), report.freed) == (17, before - after)
    assert report.stopped == report.skipped == ""
    assert report.faults == []
    assert after < before / 2


def test_files_without_a_page_go_and_others_are_written_anew(database: Path) -> None:
    cleaned(database)
    runs = {file.partition("/")[0]: file.partition("/")[2] for file in files(database)}
    # The first has all its pages still, and so has the fifth; of the second, sixth and seventh nothing is kept.
    assert sorted(runs) == [f"run-0000{n:02}" for n in (1, 3, 4, 5, 8, 9, 10)]
    again = {run for run, name in runs.items() if "-again1" in name}
    assert again == {"run-000003", "run-000004", "run-000008", "run-000009"}


def test_a_second_clean_up_finds_nothing_to_do(database: Path) -> None:
    cleaned(database)
    before = files(database)
    report = cleaned(database)
    assert (report.going("pages"), report.freed, files(database)) == (0, 0, before)


def test_a_file_is_written_anew_more_than_once(database: Path) -> None:
    cleaned(database)
    with Desk.open(database) as desk, desk.transaction():  # the flag is judged away: less rests on it
        desk._do("DELETE FROM verdicts WHERE activity = 'likely_ceased'", {})
    cleaned(database)
    assert faults(database) == []
    assert sorted(saved(database)) == ["0", "199", "7", "8"]
    cleaned(database, storage=Storage(keep_pages_days=1), now=LATER + timedelta(days=900))
    assert faults(database) == []


def test_a_dry_run_says_the_same_and_removes_nothing(database: Path) -> None:
    def state() -> tuple[object, ...]:
        with Desk.open(database) as desk:
            return desk.counts(), files(database)

    before = state()
    told = cleaned(database, dry_run=True)
    assert state() == before
    done = cleaned(database)
    assert told.lines == done.lines
    assert sum(line.n_bytes or 0 for line in told.lines if line.what == "files of the archive") == done.freed


def test_what_a_person_answered_stays(database: Path) -> None:
    at = NIGHT + timedelta(days=6)
    answer = Answer(
        cluster_id="aoba", question=QuestionKind.CEASED, decision=Decision.ALIVE, by="kato",
        at=at + timedelta(hours=9), verdict_at=at,
    )  # fmt: skip
    with Desk.open(database) as desk:
        desk.answer(answer, seen=0)
    cleaned(database)
    assert "home 6" in saved(database)["6"]


def test_a_void_night_keeps_nothing_for_ever(tmp_path: Path) -> None:
    path = stored(tmp_path / "c.db", AOBA, nights=0)
    a_night(path, quiet(verdict("aoba", 0)), {HOME: b"void"}, state=RunState.VOID)
    for night in (1, 199):
        a_night(path, quiet(verdict("aoba", night)), {HOME: b"home %d" % night})
    cleaned(path)
    assert sorted(saved(path)) == ["1", "199"]


def test_the_newest_copy_of_a_page_that_has_not_changed_since_stays(tmp_path: Path) -> None:
    path = stored(tmp_path / "c.db", AOBA, nights=0)
    for night in range(4):
        a_night(path, quiet(verdict("aoba", night)), {HOME: b"home %d" % night, NEWS: b"news %d" % night})
    a_night(path, quiet(verdict("aoba", 199)), {HOME: b"home 199"}, unchanged=(NEWS,))
    cleaned(path)
    assert saved(path) == {"0": ["home 0", "news 0"], "3": ["news 3"], "199": ["home 199"]}


def test_with_0_days_everything_is_kept(database: Path) -> None:
    storage = Storage(keep_pages_days=0, keep_pictures_days=0, keep_events_days=0)
    before = saved(database)
    report = cleaned(database, LATER + timedelta(days=9000), storage)
    assert saved(database) == before
    assert {(line.what, line.why) for line in report.lines if line.stays and line.count} == {("pages", "kept for ever")}


@pytest.mark.parametrize("key", ["keep_pages_days", "keep_pictures_days", "keep_events_days"])
@pytest.mark.parametrize(("value", "fits"), [(0, True), (36500, True), (-1, False), (36501, False), (1.5, False)])
def test_the_days_are_checked(key: str, value: float, fits: bool) -> None:
    if fits:
        assert getattr(config_from({"storage": {key: value}}).storage, key) == value
    else:
        with pytest.raises(ConfigError, match=f"storage.{key}"):
            config_from({"storage": {key: value}})


# --- pictures and records ---


def test_pictures_go_with_their_files_and_shared_files_stay(database: Path) -> None:
    first, second, third, last = hang(database, b"1"), hang(database, b"2"), hang(database, b"1"), hang(database, b"4")
    with Desk.open(database) as desk, desk.transaction():
        for days, number in enumerate((first, second, third, last)):
            at = (NIGHT + timedelta(days=days)).isoformat(timespec="microseconds")
            desk._do("UPDATE pictures SET at = :at WHERE id = :id", {"at": at, "id": number})
    pictures = [file for file in files(database) if file.startswith("pictures/")]
    report = cleaned(database, NIGHT + timedelta(days=800))
    assert report.going("pictures") == 2
    with Desk.open(database) as desk:
        assert sorted(p.picture_id for p in desk.pictures("aoba")) == [first, last]
        assert desk.removed_picture(second) is not None
        assert desk.removed_picture(first) is None
    assert len([file for file in files(database) if file.startswith("pictures/")]) == len(pictures) - 1
    assert faults(database) == []


def test_old_records_of_what_happened_go_and_the_newest_run_of_a_job_stays(database: Path) -> None:
    clock = NIGHT
    with Desk.open(database, clock=lambda: clock) as desk:
        for days in (0, 1, 500):
            clock = NIGHT + timedelta(days=days)
            desk.add_event("executed", "crawl", clock, "x")
            for job in (JobName.CRAWL, JobName.BACKUP) if days < 500 else (JobName.CRAWL,):
                run = desk.begin_job_run(job, clock, JobRunKind.DUE)
                assert run is not None
                desk.end_job_run(run.job_run_id, JobRunState.DONE)
        clock = NIGHT + timedelta(days=501)
        fetches = desk.counts()["fetches"]
        report = clean_up(desk, Storage(), Limits(), now=clock)
        assert [e.at for e in desk.events()] == [NIGHT + timedelta(days=500)]
        assert [(str(r.job), (r.due_at - NIGHT).days) for r in desk.job_runs()] == [("crawl", 500), ("backup", 1)]
        assert report.going("runs of the timetable") == 3
        assert (fetches, desk.counts()["fetches"]) == (29, 2), "those of the last visit are young"
        assert len(desk.visits("aoba")[0].fetches) == 3, "the visit has them still"


@pytest.mark.parametrize(("days", "left"), [(400, 1), (401, 0)])
def test_an_event_goes_when_it_is_older_than_its_days(database: Path, days: int, left: int) -> None:
    with Desk.open(database, clock=lambda: NIGHT) as desk:
        desk.add_event("executed")
    cleaned(database, NIGHT + timedelta(days=days))
    with Desk.open(database) as desk:
        assert len(desk.events()) == left


def test_what_was_removed_is_in_the_audit(database: Path) -> None:
    cleaned(database, NIGHT + timedelta(days=700))
    with closing(sqlite3.connect(database)) as file:
        found = file.execute("SELECT by, what, details FROM audit WHERE what LIKE 'clean_up:%' ORDER BY id").fetchall()
    assert [(by, what) for by, what, _ in found] == [
        ("clusterwatch", "clean_up:pages"),
        ("clusterwatch", "clean_up:records"),
    ]
    pages, records = (json.loads(details) for *_, details in found)
    assert (pages["pages"], pages["older_than"]) == (17, "2026-04-28")
    assert records["older_than"] == "2025-09-20"


# --- damage, and the database file ---


def test_a_damaged_file_is_left_alone_and_told(database: Path) -> None:
    (damaged,) = database.with_name("c-archive").glob("run-000004/*.gz")
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2 :] = bytes(len(content) - len(content) // 2)
    damaged.write_bytes(content)
    report = cleaned(database)
    assert damaged.read_bytes() == content
    (fault,) = report.faults
    assert str(damaged) in fault
    with Desk.open(database) as desk:
        job_run = desk.begin_job_run(JobName.CLEAN_UP, LATER, JobRunKind.DUE)
        assert job_run is not None
        result = CleanUps(Storage(), Limits())(desk, job_run)
    assert (result.state, str(damaged) in result.reason) == (JobRunState.STOPPED, True)


def test_a_file_without_pages_is_not_needed_although_it_is_damaged(database: Path) -> None:
    (damaged,) = database.with_name("c-archive").glob("run-000007/*.gz")
    damaged.write_bytes(b"damaged")
    cleaned(database)
    assert not damaged.exists()
    assert faults(database) == []


def fill(database: Path, n: int = 12) -> None:
    """Megabytes that are then free in the database."""
    with closing(sqlite3.connect(database)) as file, file:
        file.execute("CREATE TABLE ballast (x)")
        file.executemany("INSERT INTO ballast VALUES (zeroblob(1000000))", [()] * n)
        file.execute("DROP TABLE ballast")


def test_the_database_gives_back_free_pages(database: Path) -> None:
    fill(database)
    before = database.stat().st_size
    report = cleaned(database)
    assert report.vacuum.startswith("made smaller by 1")
    assert database.stat().st_size < before / 5
    log = database.with_name("c.db-wal")
    assert not log.exists() or log.stat().st_size == 0
    assert faults(database) == []


def test_the_database_stays_as_it_is_without_room_or_while_others_write(database: Path) -> None:
    fill(database)
    before = database.stat().st_size
    with Desk.open(database) as desk:
        report = clean_up(desk, Storage(), replace(Limits(), min_free_bytes=2**50), now=LATER)
    assert "free disk" in report.vacuum
    with closing(sqlite3.connect(database)) as other, Cleaning.open(database) as cleaning:
        other.execute("BEGIN IMMEDIATE")
        assert not cleaning.vacuum()
        other.execute("ROLLBACK")
        assert cleaning.vacuum()
    assert database.stat().st_size < before


# --- the command ---


def test_the_command_lists_what_would_go_and_then_removes_it(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["clean-up", "--db", str(database), "--now", LATER.isoformat(), "--format", "json"]
    assert main([*words, "--dry-run"]) == 0
    rows = json.loads(capsys.readouterr().out)["clean_up"]
    assert [r for r in rows if r["what"] == "pages"] == [
        {"what": "pages", "fate": "stays", "why": "not old yet", "count": 2, "n_bytes": None},
        {"what": "pages", "fate": "stays", "why": "a verdict that it has ceased rests on it", "count": 5, "n_bytes": None},
        {"what": "pages", "fate": "stays", "why": "the verdict of now rests on it", "count": 2, "n_bytes": None},
        {"what": "pages", "fate": "stays", "why": "the first of its cluster", "count": 3, "n_bytes": None},
        {"what": "pages", "fate": "goes", "why": "older than 2024-12-14", "count": 17, "n_bytes": rows[4]["n_bytes"]},
    ]  # fmt: skip
    assert rows[4]["n_bytes"] > 6 * 4000
    assert "home 1" in saved(database)["1"]
    assert main(words[:5]) == 0
    out = capsys.readouterr().out
    assert "Removed 17 saved pages, 0 pictures, 0 old records; " in out
    assert "1" not in saved(database)
    assert main(["archive", "check", "--db", str(database)]) == 0


def test_the_command_fails_while_a_crawl_is_under_way(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Desk.open(database) as desk:
        desk.begin_run(RunKind.NIGHTLY, LATER, ["aoba"])
    assert main(["clean-up", "--db", str(database)]) == 1
    assert "nothing was removed: run 11 is under way" in capsys.readouterr().err


def test_a_database_without_an_archive_is_put_in_order_too(tmp_path: Path) -> None:
    path = stored(tmp_path / "c.db", AOBA)
    with Desk.open(path, archive="") as desk:
        report = clean_up(desk, replace(Config().storage, archive=""), Limits(), now=LATER)
    assert report.words.startswith("removed 0 saved pages")
