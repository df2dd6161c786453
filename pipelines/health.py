"""Whether the nights are as they should be: facts in, findings out. Pure.

The words of a finding say what to do; its code is a promise to those who watch by program (docs/operations.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from crawler.model import RunState
from crawler.timetable import Job, due_after
from db.rows import Run
from pipelines.timetables import Presence, presence

# After its deadline a run finishes the visits under way: three minutes with the usual limits, two hours at the most
# that the settings admit. Half an hour is beyond anything that was seen.
_TO_FINISH = timedelta(minutes=30)
# A copy of a large database takes minutes, and a scheduler that was down catches up at its start.
_TO_BACK_UP = timedelta(hours=2)
_SCARCE = 2  # times the floor of free disk: a warning while there is time


class Severity(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARNING = "warning"  # somebody should know; nothing is lost yet
    BAD = "bad"  # somebody must act


class Code(StrEnum):
    """What was found."""

    NIGHT_DONE = "night_done"
    NOT_RUN = "not_run"
    NOT_YET = "not_yet"
    CRAWL_OFF = "crawl_off"
    VOID = "void"
    FAILED = "failed"
    STOPPED = "stopped"
    UNDER_WAY = "under_way"
    UNDER_WAY_TOO_LONG = "under_way_too_long"
    SCHEDULER_ALIVE = "scheduler_alive"
    SCHEDULER_SILENT = "scheduler_silent"
    SCHEDULER_ENDED = "scheduler_ended"
    BACKUP_MADE = "backup_made"
    BACKUP_LATE = "backup_late"
    DISK_FREE = "disk_free"
    DISK_LOW = "disk_low"
    DATABASE_READ = "database_read"
    DATABASE_MISSING = "database_missing"
    DATABASE_DAMAGED = "database_damaged"
    DATABASE_UNUSABLE = "database_unusable"
    PROGRAM_OLDER = "program_older"
    UPGRADE_WAITS = "upgrade_waits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was found."""

    code: str  # a `Code`, or one of the doctor's own
    severity: Severity
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one installation at one instant."""

    now: datetime
    span: timedelta | None  # within which a night must have ended; None: however long ago
    nights: Sequence[Run] = ()  # nightly runs over the whole registry, newest first
    unmade: str = ""  # why the last night within the span that was due was not made
    crawl_on: bool = True  # whether the timetable makes nights
    since: datetime | None = None  # when somebody began to look after the timetable; None: nobody ever did
    beat_at: datetime | None = None  # the scheduler's last sign of life; None: it left, or there never was one
    backup: Job | None = None  # the line of the timetable; None: no backups are made
    backup_since: datetime | None = None  # from when on the line counts
    backup_at: datetime | None = None  # the newest copy
    free_bytes: int | None = None  # None: not known
    min_free_bytes: int = 0
    faults: Sequence[str] = ()  # of the file, where it was looked through


def findings(facts: Facts) -> list[Finding]:
    """What there is to say, in an order that a person reads."""
    return [*_damage(facts), *_night(facts), *_scheduler(facts), *_backup(facts), *_disk(facts)]


def is_healthy(found: Sequence[Finding]) -> bool:
    """Whether nobody must act."""
    return all(f.severity is not Severity.BAD for f in found)


def _damage(facts: Facts) -> Iterator[Finding]:
    if facts.faults:
        yield _bad(Code.DATABASE_DAMAGED, f"the database is damaged ({facts.faults[0]}): restore a backup")


# --- the night ---


def _night(facts: Facts) -> Iterator[Finding]:
    """What the last night came to. One that went wrong is only a warning while one within the span counts."""
    running = next((n for n in facts.nights[:1] if n.state is RunState.RUNNING), None)
    if running is not None and _too_long(running, facts):
        yield _bad(
            Code.UNDER_WAY_TOO_LONG,
            f"the night that began {_at(running.started_at)} is still under way and should have ended: if it is paused, "
            f"resume or cancel it (clusterwatch schedule cancel {running.run_id}); else restart the scheduler, which "
            "continues it",
        )
    ended = [n for n in facts.nights if _ended_within(n, facts)]
    done = next((n for n in ended if n.state is RunState.DONE), None)
    if ended and ended[0].state is not RunState.DONE:
        yield _went_wrong(ended[0], Severity.WARNING if done else Severity.BAD)
    elif done is not None:
        yield Finding(code=Code.NIGHT_DONE, severity=Severity.OK, words=f"the last night ended {_ended_at(done)}, done")
    elif running is None:
        yield _no_night(facts)
    elif not _too_long(running, facts):
        words = f"the night that began {_at(running.started_at)} is under way, and none ended before it within the span"
        yield Finding(code=Code.UNDER_WAY, severity=Severity.WARNING, words=words)


def _ended_within(night: Run, facts: Facts) -> bool:
    return night.ended_at is not None and (facts.span is None or facts.now - night.ended_at <= facts.span)


def _too_long(night: Run, facts: Facts) -> bool:
    if night.ends_by is not None:
        return facts.now > night.ends_by + _TO_FINISH
    return facts.span is not None and facts.now - night.started_at > facts.span


_WRONG = {
    RunState.VOID: (
        Code.VOID,
        (
            "was void and changes nothing: {note}. Look at the network of this machine; the timetable repeats it once, and "
            "clusterwatch crawl does at once"
        ),
    ),
    RunState.FAILED: (Code.FAILED, "failed: {note}. Look into the log, then: clusterwatch crawl"),
    RunState.STOPPED: (
        Code.STOPPED,
        (
            "was stopped before its end: {note}. What it has is kept, and what was left out comes first the next night; if "
            "this goes on, give it more time (schedule.crawl_until), disk or memory"
        ),
    ),
}


def _went_wrong(night: Run, severity: Severity) -> Finding:
    code, words = _WRONG[night.state]
    note = night.note.rstrip(".") or "no reason is on record"
    return Finding(
        code=code, severity=severity, words=f"the last night, ended {_ended_at(night)}, {words.format(note=note)}"
    )


def _no_night(facts: Facts) -> Finding:
    """No night ended within the span, and none is under way."""
    is_young = facts.since is not None and (facts.span is None or facts.now - facts.since <= facts.span)
    if not facts.nights and (is_young or facts.span is None):
        words = "there was no night yet: the timetable makes the first one, clusterwatch crawl does at once"
        return Finding(code=Code.NOT_YET, severity=Severity.WARNING, words=words)
    if facts.since is not None and not facts.crawl_on:
        words = "the crawl did not run, and is switched off in the timetable: clusterwatch schedule set crawl --on"
        return Finding(code=Code.CRAWL_OFF, severity=Severity.WARNING, words=words)
    last = f"; the last one ended {_ended_at(facts.nights[0])}" if facts.nights else ""
    unmade = f" ({facts.unmade})" if facts.unmade else ""
    return _bad(
        Code.NOT_RUN,
        f"the crawl did not run within the span{last}{unmade}. See that clusterwatch schedule run is at work, and what "
        "clusterwatch schedule history says",
    )


# --- scheduler, backup, disk ---


def _scheduler(facts: Facts) -> Iterator[Finding]:
    """Only where somebody once looked after the timetable. One that left did so on purpose, or nobody started it again."""
    if facts.beat_at is not None:
        words = f"the scheduler's last sign of life: {_at(facts.beat_at)}"
        if presence(facts.beat_at, None, facts.now) is Presence.AT_WORK:
            yield Finding(code=Code.SCHEDULER_ALIVE, severity=Severity.OK, words=words)
        else:
            yield _bad(Code.SCHEDULER_SILENT, f"{words}. It died or hangs: restart clusterwatch schedule run")
    elif facts.since is not None:
        words = "no scheduler is at work: start clusterwatch schedule run, unless another clock calls it with --once"
        yield Finding(code=Code.SCHEDULER_ENDED, severity=Severity.WARNING, words=words)


def _backup(facts: Facts) -> Iterator[Finding]:
    """A copy that is missing is a warning; two in a row are bad."""
    if facts.backup is None or facts.backup_since is None:
        return
    made = f"the last backup is of {_at(facts.backup_at)}" if facts.backup_at else "there is no backup"
    missing = _missing(facts.backup, max(facts.backup_since, facts.backup_at or facts.backup_since), facts.now)
    if missing:
        words = f"{made}, older than its timetable asks: see clusterwatch schedule history, and copy it with clusterwatch backup"
        severity = Severity.WARNING if missing == 1 else Severity.BAD
        yield Finding(code=Code.BACKUP_LATE, severity=severity, words=words)
    elif facts.backup_at is not None:
        yield Finding(code=Code.BACKUP_MADE, severity=Severity.OK, words=made)


def _missing(job: Job, after: datetime, now: datetime) -> int:
    """How many runs were due after an instant and had time to be made; 2 for more."""
    latest = now - timedelta(seconds=job.jitter_s) - _TO_BACK_UP
    found = 0
    due = due_after(job, after)
    while due is not None and due <= latest and found < 2:
        found += 1
        due = due_after(job, due)
    return found


def _disk(facts: Facts) -> Iterator[Finding]:
    if facts.free_bytes is None:
        return
    words = f"free disk beside the database: {facts.free_bytes / 1e9:.1f} GB"
    if facts.free_bytes < facts.min_free_bytes:
        yield _bad(
            Code.DISK_LOW, f"{words}, below limits.min_free_bytes: no visit begins. Free some, or take a larger disk"
        )
    elif facts.free_bytes < _SCARCE * facts.min_free_bytes:
        low = f"{words}: below {facts.min_free_bytes / 1e9:.1f} GB (limits.min_free_bytes) no visit begins"
        yield Finding(code=Code.DISK_LOW, severity=Severity.WARNING, words=low)
    else:
        yield Finding(code=Code.DISK_FREE, severity=Severity.OK, words=words)


def _bad(code: Code, words: str) -> Finding:
    return Finding(code=code, severity=Severity.BAD, words=words)


def _at(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _ended_at(night: Run) -> str:
    return _at(night.ended_at) if night.ended_at else "never"
