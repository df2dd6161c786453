"""The clean-up beside crawls and other clean-ups, and what a kill at any instant leaves."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from aged import FILLER, LATER, LEFT, POST, cleaned, copied, faults, files, flagged, ten_nights
from made import AOBA, HOME, NEWS, NIGHT, stored, verdict
from nights import a_night, quiet, saved
from shelved import hang

from crawler.config import Limits, Storage
from crawler.model import RunKind, RunState
from crawler.timetable import JobName
from db.cleaning import Cleaning
from db.desk import Desk
from db.job_runs import JobRunKind, JobRunState
from schedules import cleaning_up
from schedules.cleaning_up import CleanUps

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ten_nights(tmp_path_factory.mktemp("cleaning") / "c.db")


@pytest.fixture
def database(made_once: Path, tmp_path: Path) -> Path:
    return copied(made_once, tmp_path)


# --- crawls ---


def test_nothing_is_removed_while_a_crawl_is_under_way(database: Path) -> None:
    before = saved(database)
    with Desk.open(database) as desk:
        run = desk.begin_run(RunKind.RESCAN, LATER, ["aoba"])
        job_run = desk.begin_job_run(JobName.CLEAN_UP, LATER, JobRunKind.DUE)
        assert job_run is not None
        result = CleanUps(Storage(), Limits())(desk, job_run)
        assert (result.state, result.reason.startswith(f"run {run.run_id} is under way")) == (JobRunState.SKIPPED, True)
    assert saved(database) == before


@pytest.mark.parametrize("step", ["remove_chosen", "leaves", "take_over", "vacuum"])
def test_a_crawl_that_begins_meanwhile_ends_the_clean_up(
    database: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    usual = getattr(Cleaning, step)

    def begun(self: Cleaning, *words: object) -> object:
        if self.crawl_under_way() is None:
            self.begin_run(RunKind.NIGHTLY, LATER, ["aoba"])
        return usual(self, *words)

    if step == "vacuum":
        monkeypatch.setattr(cleaning_up.retention, "why_no_vacuum", lambda **_: "")
    monkeypatch.setattr(Cleaning, step, begun)
    report = cleaned(database)
    if step == "vacuum":
        assert report.vacuum.startswith("made smaller"), "a run that began after the last look does no harm to it"
    else:
        assert report.words == f"{report.stopped}: what is left goes the next time"
        assert "is under way" in report.stopped
    assert faults(database) == []
    monkeypatch.setattr(Cleaning, step, usual)
    with Desk.open(database) as desk:
        run = desk.own_run(RunKind.NIGHTLY)
        assert run is not None
        desk.end_run(run.run_id, RunState.DONE)
    cleaned(database)
    assert sorted(saved(database)) == sorted(LEFT)
    assert not any(".new" in file for file in files(database))
    assert faults(database) == []


def test_a_run_that_a_dead_process_left_is_no_hindrance(database: Path) -> None:
    begin = """
import sys; from db.desk import Desk; from crawler.model import RunKind; from datetime import datetime, UTC
with Desk.open(sys.argv[1]) as desk: desk.begin_run(RunKind.NIGHTLY, datetime(2025, 6, 12, tzinfo=UTC), ["aoba"])
"""
    subprocess.run([sys.executable, "-c", begin, str(database)], cwd=ROOT, check=True, timeout=60)
    assert cleaned(database).skipped == ""
    assert sorted(saved(database)) == sorted(LEFT)


def test_of_two_clean_ups_at_once_one_is_made(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[str] = []
    usual = Cleaning.records_going

    def meanwhile(self: Cleaning) -> object:
        found.append(cleaned(database).skipped)
        return usual(self)

    monkeypatch.setattr(Cleaning, "records_going", meanwhile)
    assert cleaned(database).skipped == ""
    assert found == ["another clean-up is under way"]


def test_a_page_that_is_read_while_its_file_is_written_anew_is_found(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Desk.open(database) as desk:
        (page,) = [p for p in desk.all_kept("aoba") if p.url == NEWS and p.at == NIGHT + timedelta(days=3)]
        usual = desk._kept_place
        asked: list[object] = []

        def first_the_place(kept_id: int) -> object:
            found = usual(kept_id)
            if not asked:
                asked.append(found)
                cleaned(database)
            return found

        monkeypatch.setattr(desk, "_kept_place", first_the_place)
        whole = desk.kept_page(page.kept_id)
    assert whole is not None
    assert whole.body == b"news, always the same"


# --- kills ---

# For each line on its input, "DATABASE<tab>N", a clean-up that kills itself before its N-th step of those that change
# the database or the disk; says how it ended.
KILLED = """
import os, signal, sqlite3, sys
from pathlib import Path
from cli.main import main
from db import archive_rewriting, opening

left = 0

def step():
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

def before(owner, name):
    usual = getattr(owner, name)
    def counted(*words, **more):
        step()
        return usual(*words, **more)
    setattr(owner, name, counted)

for owner, name in ((Path, "replace"), (Path, "unlink"), (Path, "rmdir"), (os, "fsync"), (archive_rewriting, "_copy")):
    before(owner, name)
connect = sqlite3.connect
def connected(*words, **more):
    connection = connect(*words, **more)
    connection.set_trace_callback(lambda sql: step() if sql.split(" ")[0] in {"COMMIT", "VACUUM"} else None)
    return connection
opening.sqlite3.connect = connected

for line in sys.stdin:
    path, _, number = line.strip().partition("\\t")
    pid = os.fork()
    if pid == 0:
        left = int(number)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os._exit(main(["clean-up", "--db", path, "--now", sys.argv[1]]))
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


def killed_at_each_step(source: Path, folder: Path) -> Iterator[Path]:
    """A copy of the database and its archive for each step at which a clean-up was killed."""
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, LATER.isoformat()],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as starter:  # fmt: skip
        assert starter.stdin is not None
        assert starter.stdout is not None
        for number in range(1, 400):
            there = folder / str(number)
            shutil.copytree(source.parent, there)
            starter.stdin.write(f"{there / source.name}\t{number}\n")
            starter.stdin.flush()
            code = int(starter.stdout.readline())
            if code == 0:
                break
            assert code == -signal.SIGKILL
            yield there / source.name
            shutil.rmtree(there)
        starter.stdin.close()


def test_a_kill_at_any_step_leaves_a_sound_archive_that_the_next_clean_up_finishes(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (tmp_path / "few").mkdir()
    path = stored(tmp_path / "few" / "c.db", AOBA, nights=0)
    for night in range(4):  # the third is written anew, the second goes
        pages = {POST: FILLER + b"%d" % night, NEWS: b"news"}
        a_night(path, flagged(night, NEWS) if night == 0 else quiet(verdict("aoba", night)), pages)
    a_night(path, verdict("aoba", 199), {HOME: b"home"})
    hang(path, b"1")
    with Desk.open(path) as desk:
        desk._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    steps = 0
    for killed in killed_at_each_step(path, tmp_path_factory.mktemp("killed")):
        steps += 1
        assert faults(killed) == [], f"killed at step {steps}"
        left = {
            "0": sorted([FILLER.decode() + "0", "news"]),
            "1": ["news"],
            "2": ["news"],
            "3": ["news"],
            "199": ["home"],
        }
        assert all(set(bodies) <= set(saved(killed)[day]) for day, bodies in left.items()), f"killed at step {steps}"
        report = cleaned(killed)
        assert (report.faults, report.skipped, report.stopped) == ([], "", "")
        assert faults(killed) == []
        assert saved(killed) == left
        assert not [file for file in files(killed) if file.endswith(".new")]
        assert len(files(killed)) == 6, "five runs and a picture"
        with Cleaning.open(killed) as cleaning:
            assert cleaning.leaving() == []
    assert steps > 20, "three files are written anew, and the rows removed"
