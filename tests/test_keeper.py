"""The scheduler under a simulated clock: nights on time, missed, doubled, overlapping; sleep, jumps, edits and kills."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event

import pytest
from made import stored

from crawler.config import Schedule, Storage
from crawler.errors import SchedulerHeld, StoreError
from crawler.model import RunKind, RunState
from crawler.timetable import Job, JobName
from db import processes
from db.backup import backups, check, made_at
from db.desk import Desk
from db.job_runs import MAX_ATTEMPTS, JobRun, JobRunKind, JobRunState
from db.timetable import STALE
from schedules.backing_up import Backups
from schedules.crawling import Crawl
from schedules.keeper import Keeper, Result
from schedules.limits import Why
from schedules.night import after

EVE = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)  # noon before the first night
SCHEDULE = Schedule(crawl_jitter_minutes=0)  # 02:00 in Tokyo: 17:00 UTC


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass
class World:
    """A database, a clock that is set by hand, and a crawl that only takes note."""

    path: Path
    now: datetime = EVE
    schedule: Schedule = SCHEDULE
    made: list[datetime] = field(default_factory=list)  # due instants of the runs that were made
    result: Result = field(default_factory=Result)

    def desk(self) -> Desk:
        return Desk.open(self.path, clock=lambda: self.now)

    def keeper(self, **jobs: object) -> Keeper:
        given = {JobName.CRAWL: self.crawl, **{JobName(name): act for name, act in jobs.items()}}
        return Keeper(self.desk, given, self.schedule, inline=True)  # type: ignore[arg-type]

    def crawl(self, desk: Desk, job_run: JobRun) -> Result:
        self.made.append(job_run.due_at)
        return self.result

    def pass_time(self, keeper: Keeper, until: str, every: timedelta = timedelta(minutes=30)) -> None:
        while self.now < at(until):
            self.now = min(self.now + every, at(until))
            assert keeper.step()

    def ledger(self) -> list[tuple[str, str, str]]:
        with self.desk() as desk:
            return [(f"{r.due_at:%m-%dT%H:%M}", str(r.kind), str(r.state)) for r in reversed(desk.job_runs())]

    def events(self) -> list[str]:
        with self.desk() as desk:
            return [e.event for e in reversed(desk.events(1000))]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(stored(tmp_path / "k.db"))


@contextmanager
def at_work(world: World, **jobs: object) -> Iterator[Keeper]:
    keeper = world.keeper(**jobs)
    keeper.begin()
    assert keeper.step()
    yield keeper
    keeper.end()


def test_every_night_is_made_once_and_on_time(world: World) -> None:
    with at_work(world) as keeper:
        world.pass_time(keeper, "2026-11-27T16:59")
    assert world.made == [at("2026-11-24T17:00"), at("2026-11-25T17:00"), at("2026-11-26T17:00")]
    assert world.ledger() == [(f"11-{day}T17:00", "due", "done") for day in (24, 25, 26)]
    assert [e for e in world.events() if e in {"job_submitted", "job_executed"}] == [
        "job_executed",
        "job_submitted",
    ] * 3


@pytest.mark.parametrize(
    ("zone", "when", "until", "n"),
    [
        ("Europe/Brussels", "30 2 * * *", "2026-10-28T12:00", 4),
        ("Asia/Tokyo", "30 2 * * *", "2026-10-28T12:00", 4),
    ],
)
def test_the_night_that_clocks_go_back_is_one_night(world: World, zone: str, when: str, until: str, n: int) -> None:
    world.now = at("2026-10-24T12:00")
    world.schedule = replace(SCHEDULE, crawl=when, crawl_zone=zone)
    with at_work(world) as keeper:
        world.pass_time(keeper, until)
    assert len(world.made) == n


def test_nothing_that_was_due_before_the_first_start_is_caught_up(world: World) -> None:
    world.now = at("2026-11-24T18:00")
    with at_work(world) as keeper:
        world.pass_time(keeper, "2026-11-25T16:59", every=timedelta(hours=1))
    assert world.made == []


@pytest.mark.parametrize(
    ("awake", "made", "ledger"),
    [
        # Down or asleep until then, since noon of the 24th.
        ("2026-11-24T17:04", ["11-24"], [("11-24T17:00", "due", "done")]),
        ("2026-11-25T03:00", ["11-24"], [("11-24T17:00", "caught_up", "done")]),
        ("2026-11-25T13:00", ["11-24"], [("11-24T17:00", "caught_up", "done")]),
        ("2026-11-25T13:01", [], [("11-24T17:00", "due", "missed")]),
        (
            "2026-11-27T03:00",
            ["11-26"],
            [("11-24T17:00", "due", "missed"), ("11-25T17:00", "due", "missed"), ("11-26T17:00", "caught_up", "done")],
        ),
    ],
)
@pytest.mark.parametrize("asleep", [True, False], ids=["asleep", "down"])
def test_what_was_missed_is_caught_up_once(
    world: World, awake: str, made: list[str], ledger: list[tuple[str, str, str]], asleep: bool
) -> None:
    keeper = world.keeper()
    keeper.begin()
    keeper.step()
    if not asleep:
        keeper.end()
        keeper = world.keeper()
    world.now = at(awake)
    if not asleep:
        keeper.begin()
    for _ in range(3):
        keeper.step()
    keeper.end()
    assert [f"{due:%m-%d}" for due in world.made] == made
    assert world.ledger() == ledger
    assert ("clock_jumped" in world.events()) is asleep


def test_a_clock_that_is_set_back_neither_doubles_nor_silences(world: World) -> None:
    with at_work(world) as keeper:
        world.pass_time(keeper, "2026-11-24T18:00")
        world.now = at("2026-11-24T14:00")  # set back before the run that was made
        world.pass_time(keeper, "2026-11-24T16:50")
        world.pass_time(keeper, "2026-11-24T20:00", every=timedelta(minutes=5))
        assert len(world.made) == 1
        world.now = at("2031-06-01T16:50")  # years ahead for a moment
        world.pass_time(keeper, "2031-06-01T17:10")
        world.now = at("2026-11-25T12:00")
        world.pass_time(keeper, "2026-11-26T18:00")
    assert [f"{due:%Y-%m-%d}" for due in world.made] == ["2026-11-24", "2031-06-01", "2026-11-25", "2026-11-26"]
    assert "already_made" in world.events()


def test_an_edit_counts_at_the_next_step_and_makes_nothing_up(world: World) -> None:
    with at_work(world) as keeper:
        world.pass_time(keeper, "2026-11-24T18:00")
        with world.desk() as desk:
            desk.set_job(Job(name=JobName.CRAWL, when="30 17 * * *", zone="UTC"), by="kato")
        world.pass_time(keeper, "2026-11-25T17:29")
        assert len(world.made) == 1
        world.pass_time(keeper, "2026-11-25T17:31")
        assert world.made[1:] == [at("2026-11-25T17:30")]
        with world.desk() as desk:
            desk.set_job(Job(name=JobName.CRAWL, when="30 17 * * *", zone="UTC", on=False), by="kato")
        world.pass_time(keeper, "2026-11-28T12:00", every=timedelta(hours=1))
        with world.desk() as desk:
            desk.reset_job(JobName.CRAWL, by="kato")
        world.pass_time(keeper, "2026-11-28T17:05")
    assert world.made[2:] == [at("2026-11-28T17:00")]
    with world.desk() as desk:
        assert [(e.by, e.what, e.about) for e in desk.audit()][:3] == [("kato", "set_schedule", "crawl")] * 3


def test_only_jobs_that_are_given_run(world: World) -> None:
    backups: list[datetime] = []

    def backup(desk: Desk, job_run: JobRun) -> Result:
        backups.append(job_run.due_at)
        return Result(reason="kept 7")

    with at_work(world, backup=backup) as keeper:
        world.pass_time(keeper, "2026-11-25T12:00")
    assert backups == [at("2026-11-25T11:00")]  # noon in Brussels
    with world.desk() as desk:
        assert {r.job for r in desk.job_runs()} == {JobName.CRAWL, JobName.BACKUP}


def test_a_job_that_fails_is_on_record_and_runs_the_next_night(world: World) -> None:
    def broken(desk: Desk, job_run: JobRun) -> Result:
        world.made.append(job_run.due_at)
        raise StoreError("the disk is full")

    with at_work(world, crawl=broken) as keeper:
        world.pass_time(keeper, "2026-11-25T18:00")
    assert len(world.made) == 2
    with world.desk() as desk:
        assert {(r.state, r.reason) for r in desk.job_runs()} == {(JobRunState.FAILED, "the disk is full")}
        assert "the disk is full" in next(e.words for e in desk.events() if e.event == "job_error")


def test_a_run_that_cannot_even_be_noted_is_tried_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    full = {"n": 2}
    begin = Desk.begin_job_run

    def on_a_full_disk(desk: Desk, *args: object, **kwargs: object) -> JobRun | None:
        full["n"] -= 1
        if full["n"] >= 0:
            raise StoreError("the disk is full")
        return begin(desk, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Desk, "begin_job_run", on_a_full_disk)
    with at_work(world) as keeper:
        world.pass_time(keeper, "2026-11-24T18:30")
    assert world.made == [at("2026-11-24T17:00")]


def test_a_run_that_lasts_into_the_next_one_lets_it_be_skipped_and_says_so(world: World) -> None:
    began, go = Event(), Event()

    def long(desk: Desk, job_run: JobRun) -> Result:
        world.made.append(job_run.due_at)
        began.set()
        assert go.wait(60)
        return Result()

    keeper = Keeper(world.desk, {JobName.CRAWL: long}, world.schedule)  # in threads
    keeper.begin()
    world.now = at("2026-11-24T17:00")
    keeper.step()
    assert began.wait(60)
    world.now = at("2026-11-25T17:00")
    keeper.step()
    go.set()
    keeper.end()
    assert world.made == [at("2026-11-24T17:00")]
    assert world.ledger() == [("11-24T17:00", "due", "done"), ("11-25T17:00", "due", "skipped")]
    with world.desk() as desk:
        assert desk.job_runs()[0].reason == "the run before it was still under way"
        assert "job_max_instances" in world.events()


# --- void nights, paused and resumed runs ---


def crawl(**values: object) -> Crawl:
    return replace(Crawl(run_id=7, total=3, resumed=1), **values)  # type: ignore[arg-type]


def job_run(kind: JobRunKind) -> JobRun:
    return JobRun(
        job_run_id=1, job=JobName.CRAWL, due_at=EVE, kind=kind, state=JobRunState.RUNNING, attempts=1,
        started_at=EVE, ended_at=None, reason="", run_id=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("ended", "kind", "minutes", "state", "reason", "again"),
    [
        (crawl(), JobRunKind.DUE, 120, JobRunState.DONE, "", None),
        (crawl(void="void"), JobRunKind.DUE, 120, JobRunState.FAILED, "void", timedelta(hours=2)),
        (crawl(void="void"), JobRunKind.CAUGHT_UP, 1, JobRunState.FAILED, "void", timedelta(minutes=1)),
        (crawl(void="void"), JobRunKind.DUE, 0, JobRunState.FAILED, "void", None),
        (crawl(void="void"), JobRunKind.REPEAT, 120, JobRunState.FAILED, "void", None),
        (crawl(why=Why.DISK, stopped="full"), JobRunKind.DUE, 120, JobRunState.STOPPED, "full", None),
        (crawl(why=Why.PAUSED, stopped="paused"), JobRunKind.DUE, 120, JobRunState.STOPPED, "paused", None),
        (crawl(why=Why.ENDING, stopped="end"), JobRunKind.DUE, 120, JobRunState.WAITING, "end", None),
        (crawl(resumed=0, failed={"a": "no"}), JobRunKind.DUE, 120, JobRunState.FAILED, "no", None),
    ],
)
def test_what_the_end_of_a_crawl_means(
    ended: Crawl, kind: JobRunKind, minutes: int, state: JobRunState, reason: str, again: timedelta | None
) -> None:
    result = after(ended, job_run(kind), now=EVE, repeat_minutes=minutes)
    assert result == Result(state=state, reason=reason, run_id=7, repeat_at=EVE + again if again else None)


def test_a_void_night_is_made_once_more_and_only_once(world: World) -> None:
    def void(desk: Desk, run: JobRun) -> Result:
        world.made.append(run.due_at)
        again = None if run.kind is JobRunKind.REPEAT else desk.now() + timedelta(hours=2)
        return Result(state=JobRunState.FAILED, reason="void", repeat_at=again)

    with at_work(world, crawl=void) as keeper:
        world.pass_time(keeper, "2026-11-25T12:00")
    assert world.made == [at("2026-11-24T17:00"), at("2026-11-24T19:00")]
    assert world.ledger() == [("11-24T17:00", "due", "failed"), ("11-24T19:00", "repeat", "failed")]


def test_a_repeat_that_waited_over_the_next_night_gives_way_to_it(world: World) -> None:
    with world.desk() as desk:
        desk.ask_job_run(JobName.CRAWL, at("2026-11-24T15:00"), JobRunKind.REPEAT)
    world.now = EVE
    keeper = world.keeper()
    keeper.begin()
    keeper.step()
    world.now = at("2026-11-24T18:00")
    keeper.step()
    keeper.end()
    assert world.made == [at("2026-11-24T17:00")]
    assert world.ledger() == [("11-24T15:00", "repeat", "skipped"), ("11-24T17:00", "caught_up", "done")]


def test_a_resumed_run_is_taken_up_at_the_next_step(world: World) -> None:
    with world.desk() as desk:
        run = desk.begin_run(RunKind.NIGHTLY, world.now, ["aoba"])
        desk.pause_run(run.run_id, by="kato")
        with pytest.raises(StoreError, match="paused by kato"):
            desk.begin_run(RunKind.NIGHTLY, world.now, ["aoba"])
    with at_work(world) as keeper:
        assert world.made == []
        with world.desk() as desk:
            desk.resume_run(run.run_id, by="kato")
        keeper.step()
    assert world.made == [EVE]
    assert world.ledger() == [("11-24T12:00", "resumed", "done")]


# --- kills ---


@pytest.mark.parametrize("kills", [1, MAX_ATTEMPTS - 1, MAX_ATTEMPTS])
def test_a_run_that_the_scheduler_did_not_survive_is_made_again_but_not_for_ever(world: World, kills: int) -> None:
    class Killed(BaseException):
        """What no handler catches: the process is gone."""

    def deadly(desk: Desk, run: JobRun) -> Result:
        raise Killed

    world.now = at("2026-11-24T17:00")
    with world.desk() as desk:
        desk.since()
    for _ in range(kills):
        world.now += timedelta(minutes=1)
        keeper = world.keeper(crawl=deadly)
        keeper.begin()
        if world.made == []:
            with world.desk() as desk:
                desk.begin_job_run(JobName.CRAWL, at("2026-11-24T17:00"), JobRunKind.DUE)
        with world.desk() as desk:
            desk.leave_scheduler(keeper._token)  # as a dead process would
        world.made.append(EVE)
        with world.desk() as desk:
            for waiting in desk.waiting_job_runs():
                desk.begin_job_run(waiting.job, waiting.due_at, waiting.kind)
    world.made.clear()
    with at_work(world):
        pass
    assert len(world.made) == (1 if kills < MAX_ATTEMPTS else 0)
    assert world.ledger() == [("11-24T17:00", "due", "done" if kills < MAX_ATTEMPTS else "failed")]


def test_a_run_that_ended_with_the_program_waits_for_the_next_start(world: World) -> None:
    world.result = Result(state=JobRunState.WAITING, reason="the program was asked to end", run_id=None)
    for _ in range(MAX_ATTEMPTS + 2):  # as often as one likes: that is no crash
        keeper = world.keeper()
        keeper.begin()
        world.now = max(world.now, at("2026-11-24T17:00")) + timedelta(minutes=1)
        keeper.step()
        keeper.end()
    world.result = Result()
    with at_work(world):
        pass
    assert world.made == [at("2026-11-24T17:00")] * (MAX_ATTEMPTS + 3)
    assert world.ledger() == [("11-24T17:00", "due", "done")]


# --- one scheduler a database ---


def held(world: World, **columns: object) -> None:
    """A scheduler that somebody else left in the database."""
    with world.desk() as desk:
        desk.take_scheduler()
        for column, value in columns.items():
            with desk.transaction():
                desk._do(f"UPDATE scheduler SET {column} = :value", {"value": value})  # type: ignore[dict-item]


DEAD = 2**22 + 1  # above the highest number of a process


@pytest.mark.parametrize(
    ("columns", "late", "refused"),
    [
        ({}, timedelta(0), True),  # ourselves, alive
        ({}, timedelta(hours=10), True),  # the machine slept: it is alive all the same
        ({}, timedelta(hours=-10), True),
        ({"pid": DEAD}, timedelta(0), False),  # killed: at once
        ({"birth": "another boot 1"}, timedelta(0), False),  # another process has its number now
        ({"birth": ""}, timedelta(0), True),  # where a birth is not told, the beat decides
        ({"birth": ""}, STALE, False),
        ({"host": "elsewhere"}, timedelta(0), True),
        ({"host": "elsewhere"}, STALE - timedelta(seconds=1), True),
        ({"host": "elsewhere"}, STALE, False),
        ({"host": "elsewhere"}, -STALE, False),  # a beat from the future is as strange as an old one
    ],
)
def test_a_second_scheduler_is_refused_while_the_first_is_there(
    world: World, columns: dict[str, object], late: timedelta, refused: bool
) -> None:
    held(world, **columns)
    world.now += late
    keeper = world.keeper()
    if not refused:
        keeper.begin()
        keeper.end()
        return
    with pytest.raises(SchedulerHeld) as told:
        keeper.begin()
    host = columns.get("host", socket.gethostname())
    assert f"process {os.getpid()} on {host}" in str(told.value)
    assert "2026-11-24 12:00 UTC" in str(told.value)


def test_a_scheduler_that_was_taken_over_ends_by_itself(world: World) -> None:
    first = world.keeper()
    first.begin()
    assert first.step()
    with world.desk() as desk, desk.transaction():
        desk._do("UPDATE scheduler SET host = 'elsewhere'", {})
    world.now += STALE
    second = world.keeper()
    second.begin()
    assert first.step() is False
    first.end()
    assert second.step()  # the end of the first took nothing from the second
    second.end()


def test_a_process_is_told_from_a_later_one_of_the_same_number() -> None:
    assert processes.birth_of(os.getpid()) == processes.birth_of(os.getpid()) != ""
    assert processes.birth_of(os.getpid()) != processes.birth_of(1)
    assert processes.birth_of(DEAD) == ""


# --- runs that people steer ---


def test_a_run_that_nobody_works_on_is_cancelled_at_once(world: World) -> None:
    with world.desk() as desk:
        run = desk.begin_run(RunKind.NIGHTLY, world.now, ["aoba", "bare"])
        desk.pause_run(run.run_id, by="kato")
        assert desk.cancel_run(run.run_id, by="kato") is True
        ended = desk.run(run.run_id)
        assert ended is not None
        assert (ended.state, ended.note) == (RunState.STOPPED, "cancelled by kato")
        assert desk.skipped(run.run_id) == dict.fromkeys(("aoba", "bare"), "cancelled by kato")
        assert [e.what for e in desk.audit()][:2] == ["cancel_run", "pause_run"]


@pytest.mark.parametrize("steer", ["pause_run", "resume_run", "cancel_run"])
def test_only_a_nightly_run_under_way_can_be_steered(world: World, steer: str) -> None:
    with world.desk() as desk:
        rescan = desk.start_run(RunKind.RESCAN, world.now, ["aoba"])
        ended = desk.runs(10)[1].run_id
        running = desk.begin_run(RunKind.NIGHTLY, world.now, ["aoba"]).run_id
        act = partial(getattr(desk, steer), by="kato")
        cases = {99: "no nightly run", rescan: "no nightly run", ended: "has ended already"}
        if steer == "resume_run":
            cases[running] = "is not paused"
        for run_id, words in cases.items():
            with pytest.raises(Exception, match=words):
                act(run_id)


# --- the backup as a job ---


def test_the_timetable_makes_a_backup_a_day_and_keeps_so_many(world: World) -> None:
    storage = Storage(backups="copies", backups_kept=2)
    world.schedule = Schedule(crawl_on=False)
    keeper = world.keeper(backup=Backups(storage))
    keeper.begin()
    world.pass_time(keeper, "2026-11-28T12:00")
    keeper.end()
    found = backups(world.path, world.path.parent / "copies")
    assert [f"{made_at(p, world.path):%m-%dT%H}" for p in found] == ["11-28T11", "11-27T11"]  # noon in Brussels
    assert all(check(p) for p in found)
    assert [state for _, _, state in world.ledger()] == ["done"] * 4
    with world.desk() as desk:
        assert desk.job_runs()[0].reason.startswith(found[0].name)


def test_a_backup_that_cannot_be_made_is_recorded_with_why(world: World) -> None:
    (world.path.parent / "copies").write_text("a file where the folder should be")
    world.schedule = Schedule(crawl_on=False)
    keeper = world.keeper(backup=Backups(Storage(backups="copies")))
    keeper.begin()
    world.pass_time(keeper, "2026-11-25T12:00")
    keeper.end()
    with world.desk() as desk:
        (made,) = desk.job_runs()
    assert (made.state, "no folder for copies can be made there" in made.reason) == (JobRunState.FAILED, True)
