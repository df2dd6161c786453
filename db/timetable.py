"""The timetable as it is kept: its lines as people changed them, who looks after it, and runs that people steer."""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.errors import ClusterwatchError, SchedulerHeld, UsageError
from crawler.model import RunKind, RunState
from crawler.timetable import Job, JobName
from db import queries, rows
from db.job_runs import JobRunKind, JobRuns
from db.processes import birth_of, is_alive
from db.rows import Cell, Row, Run
from db.run_control import CANCEL, PAUSE

# After so long without a sign of life a scheduler on another machine is taken for gone: fifteen missed beats.
STALE = timedelta(minutes=5)
_SINCE = "schedule.since"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What a person changed about a line of the timetable."""

    job: Job | None  # None: as the configuration has it
    changed_at: datetime
    changed_by: str

    @property
    def version(self) -> str:
        """What tells this change from an earlier one and a later one."""
        return rows.instant_text(self.changed_at)


class LineChanged(ClusterwatchError):
    """Somebody else has changed the line since it was looked at. Raised by `Timetable`; the pages show who, and store nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtWork:
    """The scheduler that looks after a database, or did when it was killed."""

    pid: int
    host: str
    started_at: datetime
    beat_at: datetime  # its last sign of life


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened to the scheduler."""

    at: datetime
    event: str
    job: str
    due_at: datetime | None
    words: str


class Timetable(JobRuns):
    """The store with the timetable."""

    # --- its lines ---

    def edits(self) -> dict[JobName, Edit]:
        """The lines that people changed."""
        found = self._all("SELECT * FROM timetable")
        return {JobName(rows.text(row, "job")): _edit(row) for row in found}

    def set_job(self, job: Job, *, by: str, seen: str | None = None) -> None:
        """Keep a line of the timetable, checked by the caller, in place of what was there.

        `seen` is the version of the change that was there when it was looked at, "" for none, None: whatever is there.
        Raises LineChanged when another one is.
        """
        values: dict[str, Cell] = {"when": job.when, "zone": job.zone, "jitter_s": job.jitter_s, "is_on": int(job.on)}
        self._put_line(job.name, values, by, seen)

    def reset_job(self, name: JobName, *, by: str, seen: str | None = None) -> None:
        """Let the configuration decide about a line again. `seen` as in `set_job`; raises LineChanged."""
        self._put_line(name, {"when": None, "zone": None, "jitter_s": None, "is_on": None}, by, seen)

    def _put_line(self, name: JobName, values: dict[str, Cell], by: str, seen: str | None) -> None:
        at = rows.instant_text(self._clock())
        with self.transaction():
            before = self._one("SELECT * FROM timetable WHERE job = :job", job=str(name))
            if seen is not None and seen != (rows.text(before, "changed_at") if before else ""):
                raise LineChanged(f"{name}: somebody else has changed this line")
            line = {"job": str(name), **values, "changed_at": at, "changed_by": by}
            self._do(
                "INSERT OR REPLACE INTO timetable VALUES (:job, :when, :zone, :jitter_s, :is_on, :changed_at, :changed_by)",
                line,
            )
            was = {key: before[key] if before else None for key in values}
            self._audit(by, "set_schedule", str(name), before=was, now=values)

    def since(self) -> datetime:
        """When this timetable began to be looked after: what was due before was never missed."""
        with self.transaction():
            text = self.setting(_SINCE)
            if text is None:
                text = rows.instant_text(self._clock())
                self.set_setting(_SINCE, text)
        return rows.instant(text)

    # --- who looks after it ---

    def take_scheduler(self) -> str:
        """Become the one scheduler of this database; gives the token to prove it. Raises SchedulerHeld naming another."""
        now = self._clock()
        with self.transaction():
            row = self._one("SELECT * FROM scheduler")
            if row is not None and _is_held(row, now):
                raise SchedulerHeld(
                    f"{self._path}: the scheduler of process {rows.whole(row, 'pid')} on {rows.text(row, 'host')} looks "
                    f"after it, since {_minute(row, 'started_at')}, with its last sign of life at "
                    f"{_minute(row, 'beat_at')}. Two would do everything twice: end that one first."
                )
            token = secrets.token_hex(8)
            values: dict[str, Cell] = {"id": 1, "token": token, "pid": os.getpid(), "birth": birth_of(os.getpid())}
            at = rows.instant_text(now)
            self._do("DELETE FROM scheduler", {})
            self._insert("scheduler", {**values, "host": socket.gethostname(), "started_at": at, "beat_at": at})
        return token

    def beat(self, token: str) -> bool:
        """Show a sign of life; False when another scheduler has taken over."""
        values: dict[str, Cell] = {"token": token, "at": rows.instant_text(self._clock())}
        with self.transaction():
            return bool(self._do("UPDATE scheduler SET beat_at = :at WHERE token = :token", values))

    def leave_scheduler(self, token: str) -> None:
        """Let another scheduler take over."""
        with self.transaction():
            self._do("DELETE FROM scheduler WHERE token = :token", {"token": token})

    def scheduler_beat_at(self) -> datetime | None:
        """The last sign of life of a scheduler, None when none looks after this database."""
        at_work = self.at_work()
        return at_work.beat_at if at_work else None

    def at_work(self) -> AtWork | None:
        """The scheduler that looks after this database; None when none does, or the last one left in good order."""
        row = self._one("SELECT * FROM scheduler")
        if row is None:
            return None
        return AtWork(
            pid=rows.whole(row, "pid"),
            host=rows.text(row, "host"),
            started_at=rows.instant(rows.text(row, "started_at")),
            beat_at=rows.instant(rows.text(row, "beat_at")),
        )

    def last_sign_at(self) -> datetime | None:
        """The last sign of life of a scheduler: of the one at work, else the last thing that happened to one; None: none ever."""
        last = next(iter(self.events(1)), None)
        return self.scheduler_beat_at() or (last.at if last else None)

    # --- events ---

    def add_event(self, event: str, job: str = "", due_at: datetime | None = None, words: str = "") -> None:
        """Note something that happened to the scheduler."""
        at = rows.instant_text(self._clock())
        due = rows.instant_text(due_at) if due_at else None
        with self.transaction():
            self._insert(
                "schedule_events", {"at": at, "event": event, "job": job, "due_at": due, "words": words[:2000]}
            )

    def events(self, limit: int = 50) -> list[Event]:
        """The last events, newest first."""
        return [
            Event(
                at=rows.instant(rows.text(row, "at")),
                event=rows.text(row, "event"),
                job=rows.text(row, "job"),
                due_at=rows.optional(row, "due_at", rows.instant),
                words=rows.text(row, "words"),
            )
            for row in self._all("SELECT * FROM schedule_events ORDER BY id DESC LIMIT :limit", limit=limit)
        ]

    # --- runs that people steer ---

    def open_nights(self) -> list[Run]:
        """The nightly runs that have not ended: under way, paused or interrupted; newest first."""
        return [rows.run(row) for row in self._all(queries.UNFINISHED_RUNS, kind=str(RunKind.NIGHTLY))]

    def nights_since(self, at: datetime) -> list[Run]:
        """The nightly runs that work with an instant since then, newest first."""
        sql = "SELECT * FROM runs WHERE kind = 'nightly' AND now >= :at ORDER BY id DESC"
        return [rows.run(row) for row in self._all(sql, at=rows.instant_text(at))]

    def is_worked_on(self, run: Run) -> bool:
        """Whether a process works on this run; a paused or interrupted one waits."""
        ours = run.host == socket.gethostname() and is_alive(run.pid)
        return run.state is RunState.RUNNING and (ours or self._is_under_way(run))

    def pause_run(self, run_id: int, *, by: str) -> None:
        """Ask a nightly run under way to finish its visits and wait. Raises UsageError when there is none to pause."""
        with self.transaction():
            run = self._steerable(run_id)
            if run.wish == CANCEL:
                raise UsageError(f"run {run_id} is being cancelled already")
            self._do(queries.WISH, {"run": run_id, "wish": PAUSE, "by": by})
            self._audit(by, "pause_run", str(run_id))

    def resume_run(self, run_id: int, *, by: str) -> None:
        """Have a paused run continued by the scheduler. Raises UsageError when it is not paused."""
        with self.transaction():
            if self._steerable(run_id).wish != PAUSE:
                raise UsageError(f"run {run_id} is not paused")
            self._do(queries.WISH, {"run": run_id, "wish": "", "by": by})
            self._ask(JobName.CRAWL, self._clock(), JobRunKind.RESUMED)
            self._audit(by, "resume_run", str(run_id))

    def cancel_run(self, run_id: int, *, by: str) -> bool:
        """Ask a run to finish its visits and end; what it has is kept. True: nobody worked on it, so it has ended.

        Raises UsageError when there is none to cancel.
        """
        with self.transaction():
            run = self._steerable(run_id)
            self._do(queries.WISH, {"run": run_id, "wish": CANCEL, "by": by})
            self._audit(by, "cancel_run", str(run_id))
            if run.wish == PAUSE or not self.is_worked_on(run):
                self.end_run(run_id, RunState.STOPPED, f"cancelled by {by}")
                return True
        return False

    def _steerable(self, run_id: int) -> Run:
        run = self.run(run_id)
        if run is None or run.kind is not RunKind.NIGHTLY:
            raise UsageError(f"there is no nightly run {run_id}. List them with: clusterwatch schedule history")
        if run.state is not RunState.RUNNING:
            raise UsageError(f"run {run_id} has ended already ({run.state})")
        return run


def _edit(row: Row) -> Edit:
    job = None
    if row["when"] is not None:
        job = Job(
            name=JobName(rows.text(row, "job")),
            when=rows.text(row, "when"),
            zone=rows.text(row, "zone"),
            jitter_s=rows.real(row, "jitter_s"),
            on=bool(rows.whole(row, "is_on")),
        )
    return Edit(job=job, changed_at=rows.instant(rows.text(row, "changed_at")), changed_by=rows.text(row, "changed_by"))


def _minute(row: Row, column: str) -> str:
    return f"{rows.instant(rows.text(row, column)):%Y-%m-%d %H:%M} UTC"


def _is_held(row: Row, now: datetime) -> bool:
    """Whether the scheduler of this row is there still.

    On this machine the process itself tells, however old its last beat: it may have been asleep with the machine, or
    the clock may have jumped. Of another machine only the beat tells. One from the future is as strange as an old one.
    """
    pid, birth = rows.whole(row, "pid"), rows.text(row, "birth")
    fresh = abs(now - rows.instant(rows.text(row, "beat_at"))) < STALE
    if rows.text(row, "host") != socket.gethostname():
        return fresh
    if not is_alive(pid):
        return False
    return birth_of(pid) == birth if birth else fresh
