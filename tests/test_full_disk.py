"""A disk that is full in the middle of a crawl: the run ends and says what to do, and goes on once there is room."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO

import pytest
from faultnet import NOW, FaultNetwork, clusters, home, without_robots
from made import NIGHT, stored, verdict, visit
from processes import CLUSTERWATCH, written

from crawler.errors import DiskFull
from crawler.model import Plan, RunKind, RunState
from db import opening
from db.desk import Desk
from db.disk import room_in, room_kept
from db.rows import Run
from db.store import RESUMED_WITHIN, Store
from review.texts import texts
from review.timetable_words import TimetableWords
from schedules import crawl_process, crawling
from schedules.crawling import Step, run_crawl

WORDS = "the disk is full: free some space in {folder}, then run clusterwatch crawl again. What was stored is kept"
SITES = 8
STORED = 3  # visits for which there is room


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(stored(tmp_path / "c.db", nights=0)) as store:
        yield store


def broken_off(store: Store, *, wish: str = "") -> Run:
    """A nightly run over three clusters that was broken off after the first."""
    run = store.begin_run(RunKind.NIGHTLY, NIGHT)
    store.add_visit(run.run_id, visit("aoba"), verdict("aoba"))
    store.claim(run.run_id, "bare")
    store._do("UPDATE runs SET wish = :wish WHERE id = :run", {"wish": wish, "run": run.run_id})
    store._db.conn.commit()
    store.break_off(run.run_id, "no room")
    ended = store.run(run.run_id)
    assert ended is not None
    return ended


# --- the ledger ---


def test_a_run_that_was_broken_off_has_ended_and_its_visits_count(store: Store) -> None:
    run = broken_off(store)
    assert (run.state, run.note) == (RunState.FAILED, "no room")
    assert run.ended_at is not None
    assert run.counts == {"done": 1, "queued": 2, "visit_read": 1}
    assert store.unfinished_runs(RunKind.NIGHTLY) == []
    assert list(store.latest_verdicts()) == ["aoba"]


@pytest.mark.parametrize(
    ("wish", "later", "ids", "between", "again"),
    [
        ("", timedelta(0), None, None, True),
        ("", RESUMED_WITHIN, None, None, True),
        ("", RESUMED_WITHIN + timedelta(seconds=1), None, None, False),
        ("", timedelta(0), ["aoba"], None, False),  # over other clusters
        ("", timedelta(0), None, RunState.DONE, False),  # another run has been made since
        ("", timedelta(0), None, RunState.FAILED, False),
        ("pause", timedelta(0), None, None, False),  # whoever asked for an end wants none of it now
        ("cancel", timedelta(0), None, None, False),
    ],
)
def test_a_run_that_was_broken_off_is_taken_up_again(
    store: Store, wish: str, later: timedelta, ids: list[str] | None, between: RunState | None, again: bool
) -> None:
    before = broken_off(store, wish=wish)
    if between is not None:
        store.end_run(store.start_run(RunKind.NIGHTLY, NIGHT, ["aoba"]), between)
    run = store.begin_run(RunKind.NIGHTLY, NIGHT + later, ids)
    assert (run.run_id == before.run_id) is again
    assert (run.state, run.note, run.ended_at, run.counts) == (RunState.RUNNING, "", None, {})
    if again:
        assert store.waiting(run.run_id) == ["bare", "cedar"]
    else:
        assert store.run(before.run_id) == before


def test_only_what_we_work_on_is_broken_off(store: Store) -> None:
    run = store.begin_run(RunKind.NIGHTLY, NIGHT)
    store._do("UPDATE runs SET pid = pid + 1 WHERE id = :run", {"run": run.run_id})
    store._db.conn.commit()
    store.break_off(run.run_id, "no room")
    assert store.runs()[0].state is RunState.RUNNING
    store.end_run(run.run_id, RunState.DONE)
    store.break_off(run.run_id, "no room")
    assert store.runs()[0].state is RunState.DONE


# --- what a full disk says ---


@pytest.mark.parametrize(
    ("code", "is_full"),
    [
        (sqlite3.SQLITE_FULL, True),
        (sqlite3.SQLITE_IOERR_SHMSIZE, True),
        (sqlite3.SQLITE_IOERR_WRITE, False),
        (sqlite3.SQLITE_BUSY, False),
    ],
)
def test_which_complaints_mean_a_full_disk(code: int, is_full: bool, tmp_path: Path) -> None:
    error = sqlite3.OperationalError("x")
    error.sqlite_errorcode = code
    told = opening.complaint(tmp_path / "a.db", error)
    assert isinstance(told, DiskFull) is is_full
    if isinstance(told, DiskFull):
        assert told.folder == str(tmp_path)
        assert f"Free some space in {tmp_path};" in str(told)


@pytest.mark.parametrize(
    ("number", "is_full"),
    [(errno.ENOSPC, True), (errno.EDQUOT, True), (errno.EACCES, False), (errno.EIO, False)],
)
def test_which_errors_of_files_mean_a_full_disk(number: int, is_full: bool) -> None:
    with pytest.raises(DiskFull if is_full else OSError) as raised, room_in(Path("/some/folder")):
        raise OSError(number, "x")
    assert isinstance(raised.value, DiskFull) is is_full
    if is_full:
        assert "/some/folder: no file can be written: the disk is full" in str(raised.value)


def test_the_pages_say_it_in_japanese() -> None:
    said = TimetableWords(texts("ja")).reason(WORDS.format(folder="/srv/some folder"))
    assert said == (
        "ディスクの空きがありません。/srv/some folder に空きを作ってから、clusterwatch crawl をもう一度実行してください。"
        "保存済みの内容は残っています"
    )


def test_what_was_kept_for_the_last_words_is_freed_when_it_is_asked_for_or_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[IO[bytes]] = []

    def seen(**options: Path) -> IO[bytes]:
        made.append(tempfile.NamedTemporaryFile(dir=options["dir"]))  # noqa: SIM115  # whoever asked for it closes it
        return made[-1]

    monkeypatch.setattr("db.disk.tempfile.TemporaryFile", seen)
    with room_kept(tmp_path / "a.db") as free_it:
        assert Path(made[0].name).stat().st_size == 256 * 1024
        free_it()
        assert made[0].closed
    with room_kept(tmp_path / "a.db"):
        assert [file.closed for file in made] == [True, False]
    assert [file.closed for file in made] == [True, True]
    assert list(tmp_path.iterdir()) == []
    with room_kept(tmp_path / "nowhere" / "a.db") as free_it:  # where nothing can be kept nothing is in the way
        free_it()


def test_the_room_is_given_back_before_the_end_is_noted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    run, happened = store.begin_run(RunKind.NIGHTLY, NIGHT), list[str]()

    @contextmanager
    def kept(beside: Path) -> Iterator[Callable[[], None]]:
        yield lambda: happened.append(f"given back beside {beside.name}")

    monkeypatch.setattr(crawling, "room_kept", kept)
    monkeypatch.setattr(store, "break_off", lambda run_id, note: happened.append(f"{run_id}: {note}"))
    with pytest.raises(DiskFull) as raised, crawling._put_down(store, run):
        raise DiskFull("no room", folder="/srv")
    assert happened == ["given back beside c.db", f"{run.run_id}: {WORDS.format(folder='/srv')}"]
    assert raised.value.run_id == run.run_id


# --- whole crawls ---


@pytest.fixture
def network() -> Iterator[FaultNetwork]:
    with FaultNetwork() as network:
        yield network


def websites(network: FaultNetwork, store: Store) -> None:
    answer = without_robots(lambda wire, _: wire.answer(home()))
    store.upsert_clusters(clusters({f"c{n}": network.site(f"c{n}.example", answer) for n in range(SITES)}))


def visits_of(store: Store) -> dict[str, int]:
    return {f"c{n}": len(store.visits(f"c{n}")) for n in range(SITES)}


def room(store: Store, pages: int) -> None:
    """Leave room for so many pages of the database; SQLite then says that the disk is full."""
    size = store._db.execute("PRAGMA page_count").fetchone()[0]
    store._db.execute(f"PRAGMA max_page_count = {size + pages}")


def test_a_crawl_that_finds_the_disk_full_ends_says_why_and_goes_on_later(
    network: FaultNetwork, tmp_path: Path
) -> None:
    config = network.config(storage={"archive": ""}, politeness={"concurrent_sites": 1})
    with Desk.open(tmp_path / "crawl.db", create=True) as store:
        websites(network, store)

        def watch(step: Step) -> None:
            if step.done == STORED:
                room(store, 0)

        with pytest.raises(DiskFull) as raised:
            run_crawl(store, kind=RunKind.NIGHTLY, now=NOW, config=config, watch=watch)
        run = store.runs(1)[0]
        assert str(raised.value) == WORDS.format(folder=tmp_path)
        assert (run.state, run.note) == (RunState.FAILED, WORDS.format(folder=tmp_path))
        assert raised.value.run_id == run.run_id
        assert store.open_nights() == []
        before = visits_of(store)
        assert STORED <= sum(before.values()) < SITES
        room(store, 100_000)
        again = run_crawl(store, kind=RunKind.NIGHTLY, now=NOW, config=config)
        assert (again.run_id, again.resumed) == (run.run_id, sum(before.values()))
        assert visits_of(store) == {f"c{n}": 1 for n in range(SITES)}
        assert [(r.state, r.note) for r in store.runs()] == [(RunState.DONE, "")]
        assert store.faults() == []


def test_a_crawl_that_cannot_write_its_order_names_that_folder(
    network: FaultNetwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(plan: Plan) -> bytes:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(crawl_process, "_where_paths_are_short", lambda: str(tmp_path))
    with Desk.open(tmp_path / "crawl.db", create=True) as store:
        websites(network, store)
        monkeypatch.setattr(crawl_process, "encode_plan", full)
        with pytest.raises(DiskFull):
            run_crawl(store, kind=RunKind.NIGHTLY, now=NOW, config=network.config())
        assert [(r.state, r.note) for r in store.runs()] == [(RunState.FAILED, WORDS.format(folder=tmp_path))]


def test_a_second_look_that_finds_the_disk_full_is_closed(
    network: FaultNetwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **kwargs: object) -> bool:
        raise DiskFull("no room", folder=str(tmp_path))

    with Desk.open(tmp_path / "crawl.db", create=True) as store:
        websites(network, store)
        with monkeypatch.context() as patched:
            patched.setattr(Store, "add_visit", full)
            with pytest.raises(DiskFull, match="then run the second look again"):
                run_crawl(store, kind=RunKind.RESCAN, now=NOW, config=network.config(), cluster_ids=["c0"])
        first = store.runs()[0]
        assert (first.state, first.note.partition(":")[0]) == (RunState.FAILED, "the disk is full")
        later = NOW + timedelta(minutes=5)
        again = run_crawl(store, kind=RunKind.RESCAN, now=later, config=network.config(), cluster_ids=["c0"])
        assert again.run_id != first.run_id, "a second look is begun anew, under its own instant"


# --- a real one ---

_FULL = """
mount -t tmpfs -o size=64m tmpfs "$1" && cd "$1" && cp "$2/crawl.db" . || exit 99
free=$(df -k . | tail -1 | awk '{print $4}')
dd if=/dev/zero of=filler bs=1k count=$((free - 640)) 2>/dev/null
"$3" crawl --db crawl.db --config "$2/config.toml" 2>"$2/first"; echo $? >"$2/first-code"
cp crawl.db "$2/between.db"; cp crawl.db-wal "$2/between.db-wal" 2>/dev/null
rm filler
"$3" crawl --db crawl.db --config "$2/config.toml" 2>"$2/second"; echo $? >"$2/second-code"
cp crawl.db "$2/crawl.db"; rm -f "$2/crawl.db-wal" "$2/crawl.db-shm"
cp crawl.db-wal "$2/" 2>/dev/null
exit 0
"""


def own_mounts() -> list[str]:
    """What runs a command where it may mount, in sight of nobody else; empty where the system allows none."""
    unshare = shutil.which("unshare")
    command = [unshare or "", "-rm"]
    if unshare is None or subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        return []
    return command


_LAST_BYTE = """
import contextlib, sys
from datetime import UTC, datetime
from pathlib import Path

from crawler.errors import DiskFull
from crawler.model import Cluster, RunKind
from db.store import Store
from schedules.crawling import _put_down

folder = Path(sys.argv[1])
with Store.open(folder / "a.db", create=True) as store:
    store.upsert_clusters([Cluster(cluster_id=f"c{n}", name_en="x", website="") for n in range(200)])
    run = store.begin_run(RunKind.NIGHTLY, datetime(2026, 11, 25, tzinfo=UTC))
    with contextlib.suppress(DiskFull), _put_down(store, run):
        with (folder / "filler").open("wb", buffering=0) as filler, contextlib.suppress(OSError):
            while filler.write(b"x" * 4096) == 4096:
                pass
        store.upsert_clusters([Cluster(cluster_id=f"c{n}", name_en="y", website="") for n in range(200)])
    print(*(f"{r.state}: {r.note}" for r in store.runs()))
"""


def test_the_end_is_noted_though_others_have_filled_the_disk_to_its_last_byte(tmp_path: Path) -> None:
    command = own_mounts()
    if not command:
        pytest.skip("no file system of our own can be had here")
    mounted = 'mount -t tmpfs -o size=4m tmpfs "$1" || exit 99; exec "$2" -c "$3" "$1"'
    script = [*command, "sh", "-c", mounted, "sh", str(tmp_path), sys.executable, _LAST_BYTE]
    done = subprocess.run(script, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode == 99:
        pytest.skip("no file system of our own can be mounted here")
    assert done.stdout == f"failed: {WORDS.format(folder=tmp_path)}\n", done.stderr


def test_a_file_system_that_is_full_in_the_middle_of_a_crawl(network: FaultNetwork, tmp_path: Path) -> None:
    command = own_mounts()
    if not command:
        pytest.skip("no file system of our own can be had here")
    there, here = tmp_path / "small", tmp_path / "wide"
    there.mkdir()
    here.mkdir()
    written(network, here, limits={"min_free_bytes": 0}, storage={"archive": ""})
    answer = without_robots(lambda wire, _: wire.answer(home()))
    names = [f"c{n}" for n in range(40)]
    with Store.open(here / "crawl.db", create=True) as store:
        store.upsert_clusters(clusters({name: network.site(f"{name}.example", answer) for name in names}))
    script = [*command, "sh", "-c", _FULL, "sh", str(there), str(here), CLUSTERWATCH]
    done = subprocess.run(
        script, capture_output=True, check=False, timeout=120, env={**os.environ, "TMPDIR": str(here)}
    )
    if done.returncode == 99:
        pytest.skip("no file system of our own can be mounted here")
    said = {name: (here / name).read_text("utf-8") for name in ("first", "first-code", "second", "second-code")}
    assert said["first-code"] == "1\n", said
    assert WORDS.format(folder=there) in said["first"]
    assert "Traceback" not in said["first"]
    with Store.open(here / "between.db") as store:
        run = store.runs()[0]
        kept = {name for name in names if store.visits(name)}
    assert (run.state, run.note) == (RunState.FAILED, WORDS.format(folder=there))
    assert 0 < len(kept) < len(names)
    assert said["second-code"] == "0\n", said
    with Store.open(here / "crawl.db") as store:
        assert [(r.run_id, r.state) for r in store.runs()] == [(run.run_id, RunState.DONE)]
        assert {name: len(store.visits(name)) for name in names} == dict.fromkeys(names, 1)
        assert store.faults() == []
