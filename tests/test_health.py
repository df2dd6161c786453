"""Whether the nights are as they should be: every rule with both sides of its threshold, then over real databases."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from made import AOBA, BARE, CEDAR, stored
from sqlite_utils import Database

from crawler.config import Config, Limits, Schedule, Storage, configured_job
from crawler.model import RunKind, RunState
from crawler.timetable import JobName
from db.backup import back_up
from db.desk import Desk
from db.job_runs import JobRunState
from db.migrations import APPLICATION_ID, migrations
from db.rows import Run
from pipelines.health import Code, Facts, Finding, Severity, findings, is_healthy
from pipelines.watching import look, trouble

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
SPAN = timedelta(hours=26)
OK, WARNING, BAD = Severity.OK, Severity.WARNING, Severity.BAD
SECOND = timedelta(seconds=1)
EVERY = ["aoba", "bare", "cedar"]


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def night(state: RunState = RunState.DONE, ended: float | None = 5.0, **other: object) -> Run:
    """A night that ended so many hours ago, after an hour."""
    began = NOW - hours(ended + 1 if ended is not None else 2)
    made = Run(
        run_id=7, kind=RunKind.NIGHTLY, state=state, now=began, started_at=began, taken_at=began,
        ended_at=None if ended is None else NOW - hours(ended), note="" if state is RunState.DONE else "so it was",
    )  # fmt: skip
    return replace(made, **other)  # type: ignore[arg-type]  # fields by name


def under_way(**other: object) -> Run:
    return night(RunState.RUNNING, None, **other)


OLD = night(ended=26 + 1 / 3600)  # a second beyond the span


def told(facts: Facts) -> list[tuple[str, Severity]]:
    return [(f.code, f.severity) for f in findings(facts)]


@pytest.mark.parametrize(
    ("nights", "also", "code", "severity"),
    [
        ([night()], {}, Code.NIGHT_DONE, OK),
        ([night(ended=26)], {}, Code.NIGHT_DONE, OK),
        ([OLD], {}, Code.NOT_RUN, BAD),
        ([OLD], {"span": None}, Code.NIGHT_DONE, OK),
        ([], {}, Code.NOT_RUN, BAD),
        ([], {"span": None}, Code.NOT_YET, WARNING),
        # A timetable younger than the span has had no night yet; one that had a night, or is older, should have one.
        ([], {"since": NOW - SPAN}, Code.NOT_YET, WARNING),
        ([], {"since": NOW - SPAN - SECOND}, Code.NOT_RUN, BAD),
        ([OLD], {"since": NOW - SPAN}, Code.NOT_RUN, BAD),
        # Switched off by people: they know. Where nobody looks after a timetable, what it says about the crawl is nothing.
        ([OLD], {"since": NOW - hours(99), "crawl_on": False}, Code.CRAWL_OFF, WARNING),
        ([OLD], {"since": None, "crawl_on": False}, Code.NOT_RUN, BAD),
        ([night()], {"since": NOW - hours(99), "crawl_on": False}, Code.NIGHT_DONE, OK),
        # What went wrong is bad, unless a night before it counts still.
        ([night(RunState.VOID)], {}, Code.VOID, BAD),
        ([night(RunState.FAILED)], {}, Code.FAILED, BAD),
        ([night(RunState.STOPPED)], {}, Code.STOPPED, BAD),
        ([night(RunState.VOID), OLD], {}, Code.VOID, BAD),
        ([night(RunState.VOID), night(ended=26)], {}, Code.VOID, WARNING),
        ([night(RunState.FAILED), night(ended=24)], {}, Code.FAILED, WARNING),
        ([night(RunState.STOPPED), night(ended=24)], {}, Code.STOPPED, WARNING),
        ([night(RunState.VOID), OLD], {"span": None}, Code.VOID, WARNING),
        ([night(ended=2), night(RunState.VOID)], {}, Code.NIGHT_DONE, OK),
        ([night(RunState.VOID, ended=26 + 1 / 3600)], {}, Code.NOT_RUN, BAD),
        # Under way: judged by the night before it, as long as it may take.
        ([under_way()], {}, Code.UNDER_WAY, WARNING),
        ([under_way(), OLD], {}, Code.UNDER_WAY, WARNING),
        ([under_way(), night(ended=24)], {}, Code.NIGHT_DONE, OK),
        ([under_way(), night(RunState.VOID)], {}, Code.VOID, BAD),
        ([under_way(started_at=NOW - SPAN)], {}, Code.UNDER_WAY, WARNING),
        ([under_way(started_at=NOW - SPAN - SECOND)], {}, Code.UNDER_WAY_TOO_LONG, BAD),
        ([under_way(started_at=NOW - hours(999))], {"span": None}, Code.UNDER_WAY, WARNING),
        ([under_way(ends_by=NOW - hours(0.5))], {}, Code.UNDER_WAY, WARNING),
        ([under_way(ends_by=NOW - hours(0.5) - SECOND)], {}, Code.UNDER_WAY_TOO_LONG, BAD),
        ([under_way(ends_by=NOW - hours(0.5) - SECOND)], {"span": None}, Code.UNDER_WAY_TOO_LONG, BAD),
        ([under_way(ends_by=NOW + SECOND, started_at=NOW - hours(99))], {}, Code.UNDER_WAY, WARNING),
    ],
)
def test_what_the_last_night_came_to(
    nights: list[Run], also: dict[str, object], code: Code, severity: Severity
) -> None:
    facts = replace(Facts(now=NOW, span=SPAN, nights=nights), **also)  # type: ignore[arg-type]  # fields by name
    of_the_scheduler = {Code.SCHEDULER_ALIVE, Code.SCHEDULER_ENDED}
    found = [(c, s) for c, s in told(facts) if c not in of_the_scheduler]
    assert found == [(code, severity)]


def test_a_night_that_hangs_is_bad_though_the_one_before_counts() -> None:
    facts = Facts(now=NOW, span=SPAN, nights=[under_way(ends_by=NOW - hours(1)), night(ended=24)])
    assert told(facts) == [(Code.UNDER_WAY_TOO_LONG, BAD), (Code.NIGHT_DONE, OK)]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (Facts(now=NOW, span=SPAN, nights=[night(RunState.VOID)]), "was void and changes nothing: so it was."),
        (Facts(now=NOW, span=SPAN, nights=[night(RunState.FAILED, note="")]), "failed: no reason is on record."),
        (Facts(now=NOW, span=SPAN, nights=[night(RunState.STOPPED)]), "stopped before its end: so it was."),
        (Facts(now=NOW, span=SPAN, unmade="skipped: the registry is empty"), "(skipped: the registry is empty)"),
        (Facts(now=NOW, span=SPAN, nights=[OLD]), "the last one ended 2026-11-24 06:59 UTC"),
        (Facts(now=NOW, span=SPAN, nights=[under_way(ends_by=NOW - hours(1))]), "clusterwatch schedule cancel 7"),
    ],
)
def test_the_words_say_why(facts: Facts, words: str) -> None:
    assert words in findings(facts)[0].words


ALIVE = Facts(now=NOW, span=SPAN, nights=[night()], since=NOW - hours(99))


@pytest.mark.parametrize(
    ("beat_at", "since", "code", "severity"),
    [
        (NOW, NOW - hours(99), Code.SCHEDULER_ALIVE, OK),
        (NOW - timedelta(minutes=5), NOW - hours(99), Code.SCHEDULER_ALIVE, OK),
        (NOW - timedelta(minutes=5) - SECOND, NOW - hours(99), Code.SCHEDULER_SILENT, BAD),
        (NOW + timedelta(minutes=5) + SECOND, NOW - hours(99), Code.SCHEDULER_SILENT, BAD),  # the clock was set
        (None, NOW - hours(99), Code.SCHEDULER_ENDED, WARNING),
        (None, None, None, None),
    ],
)
def test_whether_the_scheduler_lives(
    beat_at: datetime | None, since: datetime | None, code: Code | None, severity: Severity | None
) -> None:
    found = told(replace(ALIVE, beat_at=beat_at, since=since))
    assert found[1:] == ([(code, severity)] if code else [])


BACKUP = configured_job(Schedule(backup="0 12 * * *", backup_zone="UTC"), JobName.BACKUP)
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
JITTERY = replace(BACKUP, jitter_s=3600.0)


@pytest.mark.parametrize(
    ("now", "backup_at", "job", "code", "severity"),
    [
        (NOON, NOON - hours(24) + SECOND, BACKUP, Code.BACKUP_MADE, OK),
        (NOON + hours(2) - SECOND, NOON - hours(24) + SECOND, BACKUP, Code.BACKUP_MADE, OK),
        (NOON + hours(2), NOON - hours(24) + SECOND, BACKUP, Code.BACKUP_LATE, WARNING),
        (NOON + hours(2), NOON + SECOND, BACKUP, Code.BACKUP_MADE, OK),
        (NOON + hours(2), NOON - hours(24) + SECOND, JITTERY, Code.BACKUP_MADE, OK),
        (NOON + hours(3), NOON - hours(24) + SECOND, JITTERY, Code.BACKUP_LATE, WARNING),
        (NOON + hours(26) - SECOND, NOON - hours(24) + SECOND, BACKUP, Code.BACKUP_LATE, WARNING),
        (NOON + hours(26), NOON - hours(24) + SECOND, BACKUP, Code.BACKUP_LATE, BAD),
        (NOON + hours(9999), NOON - hours(24) + SECOND, BACKUP, Code.BACKUP_LATE, BAD),
        # Nobody looked after the timetable before NOON - 48 h: three noons were due since.
        (NOON + hours(2), None, BACKUP, Code.BACKUP_LATE, BAD),
        (NOON - hours(47), None, BACKUP, None, None),
        (NOON + hours(2), NOON - hours(999), BACKUP, Code.BACKUP_LATE, BAD),
        (NOON + hours(2), NOON - hours(24) + SECOND, None, None, None),
    ],
)
def test_whether_the_last_backup_is_as_young_as_its_timetable_asks(
    now: datetime, backup_at: datetime | None, job: object, code: Code | None, severity: Severity | None
) -> None:
    facts = Facts(now=now, span=None, backup=job, backup_since=NOON - hours(48), backup_at=backup_at)  # type: ignore[arg-type]
    found = [(c, s) for c, s in told(facts) if c.startswith("backup")]
    assert found == ([(code, severity)] if code else [])


@pytest.mark.parametrize(
    ("free", "code", "severity"),
    [
        (2000, Code.DISK_FREE, OK),
        (1999, Code.DISK_LOW, WARNING),
        (1000, Code.DISK_LOW, WARNING),
        (999, Code.DISK_LOW, BAD),
        (None, None, None),
    ],
)
def test_whether_the_disk_has_room(free: int | None, code: Code | None, severity: Severity | None) -> None:
    found = told(Facts(now=NOW, span=SPAN, nights=[night()], free_bytes=free, min_free_bytes=1000))
    assert found[1:] == ([(code, severity)] if code else [])


def test_damage_comes_first() -> None:
    facts = Facts(now=NOW, span=SPAN, nights=[night()], faults=["Tree 5 page 7: btreeInitPage() returns error code 11"])
    assert told(facts) == [(Code.DATABASE_DAMAGED, BAD), (Code.NIGHT_DONE, OK)]
    assert "page 7" in findings(facts)[0].words


@pytest.mark.parametrize(
    ("severities", "healthy"), [((), True), ((OK, WARNING), True), ((OK, BAD), False), ((BAD,), False)]
)
def test_only_what_is_bad_is_unhealthy(severities: tuple[Severity, ...], healthy: bool) -> None:
    assert is_healthy([Finding(code="x", severity=s, words="") for s in severities]) is healthy


# --- over real databases ---

CONFIG = Config(limits=Limits(min_free_bytes=0), storage=Storage(archive="", backups="copies"))


def seen(path: Path, config: Config = CONFIG, **other: object) -> dict[str, Severity]:
    asked: dict[str, object] = {"now": NOW, "span": SPAN, **other}
    return {f.code: f.severity for f in look(path, config, **asked)}  # type: ignore[arg-type]


@pytest.fixture
def registered(tmp_path: Path) -> Path:
    """Three clusters, long in the registry, and no night."""
    path = tmp_path / "w.db"
    with Desk.open(path, create=True, clock=lambda: NOW - hours(999)) as desk:
        desk.upsert_clusters((AOBA, BARE, CEDAR))
    return path


def ended(path: Path, ids: list[str], kind: RunKind = RunKind.NIGHTLY, state: RunState = RunState.DONE) -> None:
    with Desk.open(path, clock=lambda: NOW - hours(5)) as desk:
        desk.end_run(desk.start_run(kind, NOW - hours(5), ids), state, "" if state is RunState.DONE else "our network")


def test_a_night_over_the_registry_counts_and_nothing_else_does(registered: Path) -> None:
    assert seen(registered)[Code.NOT_RUN] is BAD
    ended(registered, ["aoba", "cedar"])
    assert seen(registered)[Code.NOT_RUN] is BAD, "some clusters that somebody named"
    ended(registered, EVERY, RunKind.RESCAN)
    assert seen(registered)[Code.NOT_RUN] is BAD, "no night"
    ended(registered, EVERY)
    assert seen(registered)[Code.NIGHT_DONE] is OK
    ended(registered, ["aoba"], state=RunState.FAILED)
    assert seen(registered)[Code.NIGHT_DONE] is OK, "what somebody tried by hand is no night"
    with Desk.open(registered, clock=lambda: NOW - hours(1)) as desk:
        desk.upsert_clusters((replace(BARE, cluster_id="new"),))
    assert seen(registered)[Code.NIGHT_DONE] is OK, "the night could not know what was added after it"


def test_a_night_that_was_only_skipped_is_not_run_and_says_why(registered: Path) -> None:
    with Desk.open(registered, clock=lambda: NOW - hours(5)) as desk:
        desk.leave_job_run(JobName.CRAWL, NOW - hours(6), JobRunState.SKIPPED, "the registry is empty")
        desk.leave_job_run(JobName.BACKUP, NOW - hours(5), JobRunState.MISSED, "nobody was there")
    (finding,) = (f for f in look(registered, CONFIG, now=NOW, span=SPAN) if f.code == Code.NOT_RUN)
    assert "(skipped: the registry is empty)" in finding.words
    (finding,) = (f for f in look(registered, CONFIG, now=NOW, span=hours(4)) if f.code == Code.NOT_RUN)
    assert "skipped" not in finding.words


@pytest.mark.parametrize("state", [RunState.VOID, RunState.FAILED])
def test_while_the_next_night_is_under_way_the_trouble_is_the_same_until_that_one_hangs(
    registered: Path, state: RunState
) -> None:
    def known() -> str:
        with Desk.open(registered) as desk:
            found = trouble(desk, look(registered, CONFIG, now=NOW, span=SPAN))
        assert found is not None
        return found.state

    ended(registered, EVERY, state=state)
    assert known() == f"{state}:1"
    with Desk.open(registered, clock=lambda: NOW - hours(1)) as desk:
        under_way_now = desk.start_run(RunKind.NIGHTLY, NOW - hours(1), EVERY)
        assert known() == f"{state}:1", "else everybody would be told again"
        desk.end_by(under_way_now, NOW - hours(0.5) - SECOND)
    assert known() == "under_way_too_long:2"


def test_scheduler_and_backup_are_asked_for_once_somebody_looks_after_the_timetable(registered: Path) -> None:
    ended(registered, EVERY)
    assert set(seen(registered)) == {Code.DATABASE_READ, Code.NIGHT_DONE, Code.DISK_FREE}
    with Desk.open(registered, clock=lambda: NOW - hours(72)) as desk:
        token = desk.take_scheduler()
        desk.since()
    found = seen(registered)
    assert (found[Code.SCHEDULER_SILENT], found[Code.BACKUP_LATE]) == (BAD, BAD)
    with Desk.open(registered, clock=lambda: NOW) as desk:
        desk.beat(token)
    back_up(registered, registered.parent / "copies", now=NOW - hours(2))
    found = seen(registered)
    assert (found[Code.SCHEDULER_ALIVE], found[Code.BACKUP_MADE]) == (OK, OK)
    none = replace(CONFIG, storage=replace(CONFIG.storage, backups=""))
    assert Code.BACKUP_LATE not in seen(registered, none, now=NOW + hours(99))
    with Desk.open(registered) as desk:
        desk.set_job(replace(BACKUP, on=False), by="kato")
    assert Code.BACKUP_LATE not in seen(registered, now=NOW + hours(99))


def test_a_full_disk_is_seen(registered: Path) -> None:
    assert seen(registered, replace(CONFIG, limits=Limits(min_free_bytes=2**50)))[Code.DISK_LOW] is BAD


def test_damage_is_found_where_the_file_is_looked_through(tmp_path: Path) -> None:
    path = stored(tmp_path / "d.db", nights=40)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (place,) = raw.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'fetches'").fetchone()
        (size,) = raw.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((place - 1) * size)
        file.write(b"\xff" * size)
    assert Code.DATABASE_DAMAGED not in seen(path)
    assert seen(path, thorough=True)[Code.DATABASE_DAMAGED] is BAD


def test_what_cannot_be_opened_is_a_finding_and_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    assert seen(path) == {Code.DATABASE_MISSING: BAD}
    assert not path.exists()
    path.write_text("no database\n" * 500)
    assert seen(path) == {Code.DATABASE_DAMAGED: BAD}
    path.unlink()
    path.mkdir()
    assert seen(path) == {Code.DATABASE_UNUSABLE: BAD}


def test_a_schema_that_waits_for_an_upgrade_is_told_and_not_upgraded(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as raw:
        migrations.apply(Database(raw, execute_plugins=False), stop_before="m0003_the_archive")
        assert raw.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    before = path.read_bytes()
    assert seen(path) == {Code.UPGRADE_WAITS: BAD}
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["old.db"]


def test_a_database_of_a_newer_program_is_told(registered: Path) -> None:
    with closing(sqlite3.connect(registered)) as raw, raw:
        sql = "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('clusterwatch', 'm9999', '')"
        raw.execute(sql)
    assert seen(registered) == {Code.PROGRAM_OLDER: BAD}
