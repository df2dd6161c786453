"""The queue of second looks: one a cluster, a lease for whoever does it, and an end at any moment."""

from __future__ import annotations

import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from made import stored as stored_database
from made import verdict
from sqlite_utils import Database

from crawler.errors import StoreError
from crawler.model import Flag
from db import migrations
from db.desk import Desk
from db.rescans import (
    CRASHED,
    HEARD_EVERY,
    MAX_TOLD,
    RESCAN_LEASE,
    RESCANS_AN_HOUR,
    Rescan,
    RescanLost,
    RescanNotYours,
    RescanRefused,
    RescanState,
)
from pipelines.rescanning import carry_out

NOW = datetime(2024, 11, 26, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    with Desk.open(stored_database(tmp_path / "desk.db", nights=2), clock=clock) as opened:
        yield opened


def taken(desk: Desk, cluster_id: str = "aoba", by: str = "kato") -> Rescan:
    """A rescan that this process has taken."""
    found = desk.take_rescan(desk.ask_rescan(cluster_id, by=by))
    assert found is not None
    return found


def state(desk: Desk, rescan_id: int) -> RescanState:
    found = desk.rescan(rescan_id)
    assert found is not None
    return found.state


def codes(desk: Desk, rescan_id: int) -> list[str]:
    return [step.code for step in desk.steps(rescan_id)]


def held_by(desk: Desk, rescan_id: int, *, pid: int, host: str) -> None:
    """Make another process the taker."""
    desk._do("UPDATE rescans SET pid = :pid, host = :host WHERE id = :id", {"pid": pid, "host": host, "id": rescan_id})


def dead_pid() -> int:
    """The number of a process that has ended."""
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    return child


# --- asking and taking ---


def test_one_rescan_a_cluster_waits_or_runs(desk: Desk) -> None:
    first = desk.ask_rescan("aoba", by="kato")
    assert desk.ask_rescan("aoba", by="meyer") == first
    found = desk.take_rescan()
    assert found is not None
    assert (found.rescan_id, found.state, found.before) == (first, RescanState.RUNNING, verdict("aoba", 1))
    assert desk.take_rescan() is None
    assert desk.ask_rescan("aoba", by="meyer") == first
    with pytest.raises(sqlite3.IntegrityError):
        desk._insert("rescans", {"cluster_id": "aoba", "by": "x", "asked_at": "2024"})
    desk.add_step(first, "page", url="https://aoba.example/" + "x" * 1000, status=200)
    assert desk.end_rescan(found, RescanState.DONE)
    (step,) = desk.steps(first)
    assert (step.code, step.told["status"], len(str(step.told["url"]))) == ("page", 200, MAX_TOLD)
    assert desk.steps(first, after=1) == []
    assert desk.ask_rescan("aoba", by="meyer") != first


def test_a_person_asks_for_so_many_rescans_an_hour(desk: Desk, clock: Clock) -> None:
    for _ in range(RESCANS_AN_HOUR):
        desk.end_rescan(taken(desk), RescanState.DONE)
    with pytest.raises(RescanRefused):
        desk.ask_rescan("cedar", by="kato")
    desk.ask_rescan("cedar", by="meyer")
    clock.now += timedelta(hours=1)
    desk.ask_rescan("bare", by="kato")


def test_nobody_asks_for_a_cluster_that_is_not_there(desk: Desk) -> None:
    with pytest.raises(StoreError, match="there is no cluster 'nobody'"):
        desk.ask_rescan("nobody", by="kato")


def test_they_are_taken_in_the_order_of_asking_unless_one_is_named(desk: Desk) -> None:
    ids = [desk.ask_rescan(cluster_id, by="kato") for cluster_id in ("cedar", "aoba", "bare")]
    assert [desk.rescans_before(i) for i in ids] == [0, 1, 2]
    named = desk.take_rescan(ids[1])
    assert named is not None
    assert named.rescan_id == ids[1]
    assert desk.take_rescan(ids[1]) is None
    assert [desk.rescans_before(i) for i in (ids[0], ids[2])] == [1, 2]
    following = [desk.take_rescan(), desk.take_rescan(), desk.take_rescan()]
    assert [r.rescan_id if r else None for r in following] == [ids[0], ids[2], None]


# --- the lease ---


@pytest.mark.parametrize(
    ("host", "alive", "silent", "gone"),
    [
        ("here", True, RESCAN_LEASE, False),
        ("here", True, RESCAN_LEASE + SECOND, True),  # the number belongs to another process by now
        ("here", False, timedelta(0), True),
        ("elsewhere", False, RESCAN_LEASE, False),  # nobody can ask whether it lives
        ("elsewhere", False, RESCAN_LEASE + SECOND, True),
    ],
)
def test_the_rescan_of_a_taker_that_is_gone_is_taken_by_the_next(
    desk: Desk, clock: Clock, host: str, alive: bool, silent: timedelta, gone: bool
) -> None:
    first = taken(desk)
    name = socket.gethostname() if host == "here" else "elsewhere.example"
    held_by(desk, first.rescan_id, pid=os.getpid() if alive else dead_pid(), host=name)
    clock.now += silent
    again = desk.take_rescan()
    assert (again is not None) is gone
    assert codes(desk, first.rescan_id) == (["again"] if gone else [])
    assert (again.attempts if again else 2) == 2


def test_a_rescan_that_brings_down_two_processes_is_given_up_with_the_reason(desk: Desk) -> None:
    first = taken(desk)
    for _ in range(2):
        held_by(desk, first.rescan_id, pid=dead_pid(), host=socket.gethostname())
        desk.take_rescan()
    found = desk.rescan(first.rescan_id)
    assert found is not None
    assert (found.state, found.note, found.after) == (RescanState.FAILED, CRASHED, verdict("aoba", 1))
    assert codes(desk, first.rescan_id) == ["again", "failed"]
    assert desk.take_rescan() is None


def test_who_lost_its_rescan_learns_so_and_can_no_longer_end_it(desk: Desk, clock: Clock) -> None:
    first = taken(desk)
    clock.now += RESCAN_LEASE + SECOND
    second = desk.take_rescan()  # by the same process: only the attempt tells the two apart
    assert second is not None
    with pytest.raises(RescanLost):
        desk.hear_rescan(first)
    assert not desk.end_rescan(first, RescanState.DONE)
    assert not desk.give_back_rescan(first)
    assert state(desk, first.rescan_id) is RescanState.RUNNING
    desk.hear_rescan(second)
    assert desk.end_rescan(second, RescanState.DONE)


def test_a_sign_of_life_keeps_the_rescan(desk: Desk, clock: Clock) -> None:
    first = taken(desk)
    for _ in range(20):
        clock.now += HEARD_EVERY
        desk.hear_rescan(first)
        assert desk.take_rescan() is None


def test_a_sign_of_life_writes_only_now_and_then(desk: Desk, clock: Clock, tmp_path: Path) -> None:
    first = taken(desk)
    changes = "SELECT total_changes() AS n"
    before = desk._one(changes)
    clock.now += HEARD_EVERY - SECOND
    desk.hear_rescan(first)
    assert desk._one(changes) == before
    clock.now += SECOND
    desk.hear_rescan(first)
    assert desk._one(changes) != before


def test_what_is_given_back_keeps_its_place_and_is_no_crash(desk: Desk) -> None:
    first = taken(desk)
    desk.ask_rescan("cedar", by="kato")
    for _ in range(5):
        assert desk.give_back_rescan(first)
        again = desk.take_rescan()
        assert again is not None
        assert again.rescan_id == first.rescan_id
        first = again
    assert codes(desk, first.rescan_id) == ["given_back"] * 5


# --- cancelling ---


def test_one_that_waits_is_cancelled_at_once(desk: Desk) -> None:
    rescan_id = desk.ask_rescan("aoba", by="kato")
    ended = desk.cancel_rescan(rescan_id, by="kato")
    assert ended is not None
    assert (ended.state, ended.cancelled_by, ended.after) == (RescanState.CANCELLED, "kato", None)
    assert desk.take_rescan() is None
    assert codes(desk, rescan_id) == ["cancelled"]
    assert next((e.by, e.what) for e in desk.audit()) == ("kato", "cancel_rescan")
    assert desk.ask_rescan("aoba", by="kato") != rescan_id


def test_one_that_runs_ends_at_the_next_sign_of_life(desk: Desk) -> None:
    first = taken(desk)
    ended = desk.cancel_rescan(first.rescan_id, by="kato")
    assert ended is not None
    assert (ended.state, ended.cancelled_by) == (RescanState.RUNNING, "kato")
    with pytest.raises(RescanLost):
        desk.hear_rescan(first)
    assert desk.end_rescan(first, RescanState.CANCELLED)
    assert state(desk, first.rescan_id) is RescanState.CANCELLED


def test_cancelling_twice_is_cancelling_once(desk: Desk) -> None:
    first = taken(desk)
    for name in ("kato", "boss"):
        desk.cancel_rescan(first.rescan_id, by=name, any_of=True)
    assert [e.what for e in desk.audit()].count("cancel_rescan") == 1
    found = desk.rescan(first.rescan_id)
    assert found is not None
    assert found.cancelled_by == "kato"


def test_nobody_cancels_what_another_asked_for_unless_told_so(desk: Desk) -> None:
    rescan_id = desk.ask_rescan("aoba", by="kato")
    with pytest.raises(RescanNotYours):
        desk.cancel_rescan(rescan_id, by="meyer")
    assert state(desk, rescan_id) is RescanState.QUEUED
    desk.cancel_rescan(rescan_id, by="meyer", any_of=True)
    assert state(desk, rescan_id) is RescanState.CANCELLED
    assert desk.cancel_rescan(999, by="kato") is None


@pytest.mark.parametrize("over", [RescanState.DONE, RescanState.FAILED])
def test_one_that_is_over_stays_as_it_is(desk: Desk, over: RescanState) -> None:
    first = taken(desk)
    desk.end_rescan(first, over, "why")
    before = desk.rescan(first.rescan_id)
    assert desk.cancel_rescan(first.rescan_id, by="kato") == before
    assert [e.what for e in desk.audit()].count("cancel_rescan") == 0


def test_a_wish_that_comes_after_the_last_sign_of_life_is_kept_beside_what_was_done(desk: Desk) -> None:
    first = taken(desk)
    desk.cancel_rescan(first.rescan_id, by="kato")
    assert desk.end_rescan(first, RescanState.DONE)
    found = desk.rescan(first.rescan_id)
    assert found is not None
    assert (found.state, found.cancelled_by) == (RescanState.DONE, "kato")


def test_what_somebody_wanted_to_end_is_not_begun_again_after_a_crash(desk: Desk) -> None:
    first = taken(desk)
    desk.cancel_rescan(first.rescan_id, by="kato")
    held_by(desk, first.rescan_id, pid=dead_pid(), host=socket.gethostname())
    assert desk.take_rescan() is None
    assert state(desk, first.rescan_id) is RescanState.CANCELLED


def test_a_taker_cannot_call_cancelled_what_nobody_cancelled(desk: Desk) -> None:
    first = taken(desk)
    assert not desk.end_rescan(first, RescanState.CANCELLED)
    assert state(desk, first.rescan_id) is RescanState.RUNNING


# --- carrying one out ---


def test_what_goes_wrong_is_recorded_and_what_goes_well_has_its_verdict(desk: Desk) -> None:
    def breaks(desk: Desk, rescan: Rescan) -> None:
        raise ValueError("our own bug")

    def works(desk: Desk, rescan: Rescan) -> None:
        desk.replace_verdicts([verdict("aoba", 8, Flag.STATIC)])

    assert carry_out(desk, taken(desk), breaks) is RescanState.FAILED
    failed = desk.last_rescan("aoba")
    assert failed is not None
    assert failed.note == "our own bug"
    assert carry_out(desk, taken(desk), works) is RescanState.DONE
    done = desk.last_rescan("aoba")
    assert done is not None
    assert (done.before, done.after) == (verdict("aoba", 1), verdict("aoba", 8, Flag.STATIC))


def test_what_is_cancelled_or_lost_while_it_is_carried_out_says_so(desk: Desk, clock: Clock) -> None:
    def cancelled(desk: Desk, rescan: Rescan) -> None:
        desk.cancel_rescan(rescan.rescan_id, by="kato")
        desk.hear_rescan(rescan)

    def lost(desk: Desk, rescan: Rescan) -> None:
        clock.now += RESCAN_LEASE + SECOND
        desk.take_rescan()
        desk.hear_rescan(rescan)

    assert carry_out(desk, taken(desk), cancelled) is RescanState.CANCELLED
    assert carry_out(desk, taken(desk), lost) is None


# --- the migration ---


def test_rescans_of_before_come_through_the_migration_whole(tmp_path: Path) -> None:
    path = stored_database(tmp_path / "new.db")
    names = [m.name for m in migrations.migrations._migrations]
    old = tmp_path / "old.db"
    with closing(sqlite3.connect(old)) as raw:
        before = Database(raw, execute_plugins=False)
        migrations.migrations.apply(before, stop_before="m0008_rescans_can_be_cancelled")
        columns = ", ".join(c.name for c in before["clusters"].columns[1:])
        raw.execute("ATTACH ? AS new", (str(path),))
        for name in ("a", "b", "c", "d"):
            found = f"SELECT ?, {columns} FROM new.clusters WHERE cluster_id = 'aoba'"
            raw.execute(f"INSERT INTO clusters (cluster_id, {columns}) {found}", (name,))
        raw.commit()
        said = "INSERT INTO rescans (id, cluster_id, state, by, asked_at, started_at, ended_at, note, before) VALUES"
        at = "2024-11-26T08:00:00.000000+00:00"
        raw.execute(f"{said} (1, 'a', 'queued', 'kato', '{at}', NULL, NULL, '', NULL)")
        raw.execute(f"{said} (2, 'b', 'running', 'kato', '{at}', '{at}', NULL, '', x'00')")
        raw.execute(f"{said} (3, 'c', 'done', 'kato', '{at}', '{at}', '{at}', '', NULL)")
        raw.execute(f"{said} (9, 'd', 'failed', 'meyer', '{at}', '{at}', '{at}', 'no luck', NULL)")
        raw.execute(f"INSERT INTO rescan_steps VALUES (3, 1, '{at}', 'fetch', 'https://a.example/: 200')")
        raw.commit()
    assert names.index("m0008_rescans_can_be_cancelled") > 1
    with Desk.open(old) as desk:
        rows = desk._all("SELECT id, cluster_id, state, by, asked_at, note, attempts, crashes FROM rescans ORDER BY id")
        assert [tuple(r.values()) for r in rows] == [
            (1, "a", "queued", "kato", at, "", 0, 0),
            (2, "b", "running", "kato", at, "", 1, 0),
            (3, "c", "done", "kato", at, "", 1, 0),
            (9, "d", "failed", "meyer", at, "no luck", 1, 0),
        ]
        assert desk._all("SELECT before FROM rescans WHERE id = 2") == [{"before": b"\0"}]
        (step,) = desk.steps(3)
        assert (step.code, step.told) == ("fetch", {"words": "https://a.example/: 200"})
        assert desk.faults() == []
        assert desk._all("PRAGMA foreign_key_check") == []
        indexes = {str(r["name"]) for r in desk._all("SELECT name FROM sqlite_schema WHERE type = 'index'")}
        assert {"rescans_one_a_cluster", "rescans_of_person"} <= indexes
        for cluster_id in ("a", "b"):
            with pytest.raises(sqlite3.IntegrityError):
                desk._insert("rescans", {"cluster_id": cluster_id, "by": "x", "asked_at": at})
        with pytest.raises(sqlite3.IntegrityError):
            desk._insert("rescan_steps", {"rescan_id": 77, "position": 1, "at": at, "code": "x"})
        desk._do("UPDATE rescans SET before = NULL WHERE id = 2", {})
        first, second = desk.take_rescan(), desk.take_rescan()
        assert first is not None
        assert second is not None
        assert [first.rescan_id, second.rescan_id] == [1, 2]
        assert codes(desk, 2) == ["again"]  # its taker belonged to the program of before


def test_the_schema_refuses_what_makes_no_sense(desk: Desk) -> None:
    rescan_id = desk.ask_rescan("aoba", by="kato")
    for change in (
        "state = 'running'",
        "state = 'done'",
        "state = 'cancelled', ended_at = '2024'",
        "state = 'lost'",
        "pid = 7",
        "crashes = 1",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            desk._do(f"UPDATE rescans SET {change} WHERE id = :id", {"id": rescan_id})
    assert replace(taken(desk), before=None).attempts == 1
