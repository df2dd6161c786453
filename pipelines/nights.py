"""What became of the runs of the timetable, and of each night: from rows of the ledger. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from crawler.model import RunState
from crawler.timetable import JobName
from db.job_runs import JobRun, JobRunKind, JobRunState
from db.rows import Run

NIGHTS = 30  # that the pages show
_SAME_NIGHT = timedelta(hours=24)  # a repeat, or a run that was resumed, belongs to the night so long before at most
_EXTRA = frozenset({JobRunKind.REPEAT, JobRunKind.RESUMED})


class Fate(StrEnum):
    """What became of a run. In this order, the best of a night's runs is what became of the night."""

    DONE = "done"
    STOPPED = "stopped"  # ended before its end, on purpose; what it has counts
    UNDER_WAY = "under_way"
    WAITING = "waiting"  # to be begun, or continued
    VOID = "void"  # our own network failed: nothing of it counts
    FAILED = "failed"
    SKIPPED = "skipped"
    MISSED = "missed"
    NOTHING = "nothing"  # nothing is on record


_OF_JOB_RUN = {
    JobRunState.DONE: Fate.DONE,
    JobRunState.STOPPED: Fate.STOPPED,
    JobRunState.RUNNING: Fate.UNDER_WAY,
    JobRunState.WAITING: Fate.WAITING,
    JobRunState.FAILED: Fate.FAILED,
    JobRunState.SKIPPED: Fate.SKIPPED,
    JobRunState.MISSED: Fate.MISSED,
}
_OF_RUN = {
    RunState.DONE: Fate.DONE,
    RunState.STOPPED: Fate.STOPPED,
    RunState.RUNNING: Fate.UNDER_WAY,
    RunState.VOID: Fate.VOID,
    RunState.FAILED: Fate.FAILED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One run of a job: one that the timetable asked for, or a crawl that a person started."""

    job: JobName
    due_at: datetime  # of a crawl that a person started: the instant that it works with
    kind: JobRunKind | None  # None: a person started it, past the timetable
    fate: Fate
    started_at: datetime | None
    ended_at: datetime | None
    reason: str  # in English, "" for none
    run_id: int | None  # of the crawl


@dataclass(frozen=True, slots=True)
class Night:
    """What became of one night."""

    on: date  # by the calendar of the crawl's zone
    fate: Fate
    attempts: tuple[Attempt, ...] = ()  # newest first


def attempts(job_runs: Sequence[JobRun], runs: Sequence[Run]) -> list[Attempt]:
    """The runs of jobs with the nightly crawls that people started, newest first."""
    states = {run.run_id: run.state for run in runs}
    found = [_of_job_run(job_run, states) for job_run in job_runs]
    found += [_of_run(run) for run in runs if not any(_made(job_run, run) for job_run in job_runs)]
    return sorted(found, key=lambda a: a.due_at, reverse=True)


def _made(job_run: JobRun, run: Run) -> bool:
    """Whether the crawl belongs to this run of the timetable, which knows its number only when it has ended."""
    if job_run.job is not JobName.CRAWL:
        return False
    if job_run.run_id is not None:
        return job_run.run_id == run.run_id
    began, ended = job_run.started_at, job_run.ended_at
    return began is not None and began <= run.started_at and (ended is None or run.started_at <= ended)


def _of_job_run(job_run: JobRun, states: dict[int, RunState]) -> Attempt:
    fate, reason = _OF_JOB_RUN[job_run.state], job_run.reason
    crawled = states.get(job_run.run_id) if job_run.run_id is not None else None
    if fate is Fate.FAILED and crawled is RunState.VOID:
        fate = Fate.VOID
    elif fate is Fate.FAILED and crawled is RunState.DONE:  # broken off, and taken up again since
        fate, reason = Fate.DONE, ""
    return Attempt(
        job=job_run.job,
        due_at=job_run.due_at,
        kind=job_run.kind,
        fate=fate,
        started_at=job_run.started_at,
        ended_at=job_run.ended_at,
        reason=reason,
        run_id=job_run.run_id,
    )


def _of_run(run: Run) -> Attempt:
    return Attempt(
        job=JobName.CRAWL,
        due_at=run.now,
        kind=None,
        fate=_OF_RUN[run.state],
        started_at=run.started_at,
        ended_at=run.ended_at,
        reason=run.note,
        run_id=run.run_id,
    )


def nights(made: Sequence[Attempt], zone: ZoneInfo, now: datetime, n: int = NIGHTS) -> list[Night]:
    """What became of the last nights, oldest first; the last one is today's, in the zone of the crawl."""
    found: dict[date, list[Attempt]] = {}
    regular: datetime | None = None
    for attempt in sorted((a for a in made if a.job is JobName.CRAWL), key=lambda a: a.due_at):
        at = attempt.due_at
        if attempt.kind in _EXTRA and regular is not None and at - regular <= _SAME_NIGHT:
            at = regular
        elif attempt.kind is not None and attempt.kind not in _EXTRA:
            regular = at
        found.setdefault(at.astimezone(zone).date(), []).insert(0, attempt)
    order = list(Fate)
    today = now.astimezone(zone).date()
    days = (today - timedelta(days=back) for back in range(n - 1, -1, -1))
    return [
        Night(day, min((a.fate for a in found.get(day, ())), key=order.index, default=Fate.NOTHING), tuple(found.get(day, ())))
        for day in days
    ]  # fmt: skip
