"""The runs of the timetable's jobs: one row a due instant, so that none is made twice and none is lost unseen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crawler.timetable import JobName
from db import queries, rows
from db.rescans import Rescans
from db.rows import Cell, Row

MAX_ATTEMPTS = 3  # of one job run that the process did not survive; then it is the run that kills the process


class JobRunKind(StrEnum):
    """Why a job runs."""

    DUE = "due"
    CAUGHT_UP = "caught_up"  # it was due while nobody was there
    REPEAT = "repeat"  # once more, after a void run
    RESUMED = "resumed"  # a person resumed what was paused


class JobRunState(StrEnum):
    """What became of a run of a job."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"  # ended before its end, on purpose
    FAILED = "failed"
    SKIPPED = "skipped"  # not made, because something else was under way or took its place
    MISSED = "missed"  # nobody was there, and it is too late now


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRun:
    """One due instant of one job, and what became of it."""

    job_run_id: int
    job: JobName
    due_at: datetime
    kind: JobRunKind
    state: JobRunState
    attempts: int
    started_at: datetime | None
    ended_at: datetime | None
    reason: str
    run_id: int | None  # of the crawl that it made


class JobRuns(Rescans):
    """The store with the runs of jobs."""

    def last_due(self, name: JobName) -> datetime | None:
        """The newest due instant of a job that something became of, the extra runs left out.

        One that lies ahead was made by a clock that has been set back since, and must not silence the job until then.
        """
        sql = "SELECT max(due_at) AS at FROM job_runs WHERE job = :job AND kind IN ('due', 'caught_up') AND due_at <= :now"
        row = self._one(sql, job=str(name), now=rows.instant_text(self._clock()))
        return rows.optional(row, "at", rows.instant) if row else None

    def waiting_job_runs(self) -> list[JobRun]:
        """The runs that wait to be made, oldest first."""
        return [_job_run(row) for row in self._all("SELECT * FROM job_runs WHERE state = 'waiting' ORDER BY due_at")]

    def job_runs(self, limit: int = 50) -> list[JobRun]:
        """The last runs of all jobs, newest first."""
        sql = "SELECT * FROM job_runs ORDER BY due_at DESC, id DESC LIMIT :limit"
        return [_job_run(row) for row in self._all(sql, limit=limit)]

    def job_runs_since(self, at: datetime) -> list[JobRun]:
        """The runs of all jobs that were due since then, newest first; the last five thousand of them."""
        sql = "SELECT * FROM job_runs WHERE due_at >= :at ORDER BY due_at DESC, id DESC LIMIT 5000"
        return [_job_run(row) for row in self._all(sql, at=rows.instant_text(at))]

    def ask_job_run(self, name: JobName, due: datetime, kind: JobRunKind) -> None:
        """Have a job run once more at this instant."""
        with self.transaction():
            self._ask(name, due, kind)

    def _ask(self, name: JobName, due: datetime, kind: JobRunKind) -> None:
        row = {"job": str(name), "due_at": rows.instant_text(due), "kind": str(kind), "state": "waiting"}
        self._do(queries.insert("job_runs", row) + " ON CONFLICT (job, due_at) DO NOTHING", row)

    def begin_job_run(
        self, name: JobName, due: datetime, kind: JobRunKind, *, missed: Sequence[datetime] = ()
    ) -> JobRun | None:
        """The run of a job that is due then, now running; None when something became of it already.

        Runs that were missed before it are noted, and those that still waited are skipped: it takes their place.
        """
        at = rows.instant_text(self._clock())
        with self.transaction():
            if not self._is_open(name, due):
                return None
            for instant in missed:
                self._note(name, instant, JobRunState.MISSED, "nobody was there, and a later run took its place")
            later = {"job": str(name), "due": rows.instant_text(due), "at": at}
            self._overtake(name, due)
            self._ask(name, due, kind)
            self._do(
                "UPDATE job_runs SET state = 'running', started_at = :at, attempts = attempts + 1 "
                "WHERE job = :job AND due_at = :due",
                later,
            )
            return self._job_run(name, due)

    def leave_job_run(
        self, name: JobName, due: datetime, state: JobRunState, reason: str, *, missed: Sequence[datetime] = ()
    ) -> bool:
        """Note that a run of a job is not made, and those missed before it; False when something became of it already."""
        with self.transaction():
            if not self._is_open(name, due):
                return False
            for instant in missed:
                self._note(name, instant, JobRunState.MISSED, reason)
            if state is JobRunState.MISSED:
                self._overtake(name, due)
            self._note(name, due, state, reason)
        return True

    def _overtake(self, name: JobName, due: datetime) -> None:
        """Skip the runs of a job that still waited: a later one is made, or was missed."""
        values: dict[str, Cell] = {"job": str(name), "due": rows.instant_text(due)}
        self._do(
            "UPDATE job_runs SET state = 'skipped', ended_at = :at, reason = 'a later run took its place' "
            "WHERE job = :job AND due_at < :due AND state = 'waiting'",
            {**values, "at": rows.instant_text(self._clock())},
        )

    def _is_open(self, name: JobName, due: datetime) -> bool:
        known = self._job_run(name, due)
        return known is None or known.state is JobRunState.WAITING

    def _note(self, name: JobName, due: datetime, state: JobRunState, reason: str) -> None:
        """Note what became of a run that was not made."""
        self._ask(name, due, JobRunKind.DUE)
        values: dict[str, Cell] = {"job": str(name), "due": rows.instant_text(due), "state": str(state)}
        self._do(
            "UPDATE job_runs SET state = :state, ended_at = :at, reason = :reason "
            "WHERE job = :job AND due_at = :due AND state = 'waiting'",
            {**values, "reason": reason, "at": rows.instant_text(self._clock())},
        )

    def end_job_run(
        self,
        job_run_id: int,
        state: JobRunState,
        reason: str = "",
        *,
        run_id: int | None = None,
        repeat_at: datetime | None = None,
    ) -> None:
        """Note what became of a run. WAITING: it is to be continued. `repeat_at`: it is made once more then."""
        open_still = state is JobRunState.WAITING
        at = None if open_still else rows.instant_text(self._clock())
        values: dict[str, Cell] = {"id": job_run_id, "state": str(state), "reason": reason, "run": run_id, "at": at}
        with self.transaction():
            self._do(
                "UPDATE job_runs SET state = :state, reason = :reason, ended_at = :at, "
                "run_id = coalesce(:run, run_id), attempts = attempts - (:at IS NULL) WHERE id = :id",
                values,
            )
            if repeat_at is not None:
                (row,) = self._all("SELECT job FROM job_runs WHERE id = :id", id=job_run_id)
                self._ask(JobName(rows.text(row, "job")), repeat_at, JobRunKind.REPEAT)

    def requeue_interrupted_job_runs(self) -> list[JobRun]:
        """Have the runs that a killed scheduler left made again, but not for ever; gives them as they are now.

        For the one scheduler only, before it begins anything.
        """
        at = rows.instant_text(self._clock())
        with self.transaction():
            left = [rows.whole(row, "id") for row in self._all("SELECT id FROM job_runs WHERE state = 'running'")]
            for job_run_id in left:
                values: dict[str, Cell] = {"id": job_run_id, "at": at, "most": MAX_ATTEMPTS}
                self._do("UPDATE job_runs SET state = 'waiting' WHERE id = :id AND attempts < :most", values)
                self._do(
                    "UPDATE job_runs SET state = 'failed', ended_at = :at, reason = 'the scheduler died during it, ' "
                    "|| attempts || ' times' WHERE id = :id AND state = 'running'",
                    values,
                )
            ids = set(left)
            return [job_run for job_run in self.job_runs(1000) if job_run.job_run_id in ids]

    def _job_run(self, name: JobName, due: datetime) -> JobRun | None:
        sql = "SELECT * FROM job_runs WHERE job = :job AND due_at = :due"
        row = self._one(sql, job=str(name), due=rows.instant_text(due))
        return _job_run(row) if row else None


def _job_run(row: Row) -> JobRun:
    return JobRun(
        job_run_id=rows.whole(row, "id"),
        job=JobName(rows.text(row, "job")),
        due_at=rows.instant(rows.text(row, "due_at")),
        kind=JobRunKind(rows.text(row, "kind")),
        state=JobRunState(rows.text(row, "state")),
        attempts=rows.whole(row, "attempts"),
        started_at=rows.optional(row, "started_at", rows.instant),
        ended_at=rows.optional(row, "ended_at", rows.instant),
        reason=rows.text(row, "reason"),
        run_id=None if row["run_id"] is None else rows.whole(row, "run_id"),
    )
