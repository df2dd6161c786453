"""Looks after the timetable: what is due is begun once, what was missed is caught up once, and all of it is on record.

The queue is APScheduler's (`schedules.clockwork`), the memory is the database: at every start, and whenever somebody
changes a line, the queue is made anew from what the ledger says was last done.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Event

from crawler.config import Schedule
from crawler.errors import ClusterwatchError, DiskFull, StoreError
from crawler.timetable import Job, JobName, dues_between, is_caught_up, start_after
from db.desk import Desk
from db.job_runs import JobRun, JobRunKind, JobRunState
from pipelines.timetables import timetable
from schedules.clockwork import OVERLAP, Clockwork, Happened

logger = logging.getLogger(__name__)

STEP_S = 20.0  # between two looks: an edit counts, and a sleeping machine catches up, within so long of its waking
_ON_TIME = timedelta(minutes=5)  # a run that begins later than this was caught up
TOO_LATE = "nobody was there, and the next run is near"
OVERLAPPED = "the run before it was still under way"
_JUMP = timedelta(minutes=10)  # between two looks: then the clock was set, or the machine slept


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a job has to say about one run of it."""

    state: JobRunState = JobRunState.DONE  # DONE, STOPPED, FAILED, SKIPPED; WAITING: to be continued at the next start
    reason: str = ""
    run_id: int | None = None  # of the crawl that it made
    repeat_at: datetime | None = None  # make it once more then


# Does one run of a job; which function does which job: see `cli.scheduling`.
JobFunction = Callable[[Desk, JobRun], Result]


class Keeper:
    """The one scheduler of a database. `run` until it is told to end; a simulation calls `begin`, `step` and `end`."""

    def __init__(
        self,
        open_desk: Callable[[], AbstractContextManager[Desk]],
        jobs: Mapping[JobName, JobFunction],
        schedule: Schedule,
        *,
        inline: bool = False,
    ) -> None:
        self._open_desk = open_desk
        self._jobs = dict(jobs)
        self._schedule = schedule
        self._inline = inline
        self._token = ""
        self._clockwork: Clockwork | None = None
        self._known: object = None  # what the queue was last made from
        self._looked_at: datetime | None = None

    def run(self, ending: Event) -> None:
        """Look after the timetable until `ending` is set. Raises SchedulerHeld when another does already."""
        self.begin()
        try:
            while self.step() and not ending.wait(STEP_S):
                pass
        finally:
            ending.set()  # for jobs under way, also when an error of ours brought us here
            self.end()

    def begin(self) -> None:
        """Become the scheduler, and take up what a killed one left. Raises SchedulerHeld."""
        with self._open_desk() as desk:
            self._token = desk.take_scheduler()
            desk.since()
            for job_run in desk.requeue_interrupted_job_runs():
                desk.add_event("requeued", job_run.job, job_run.due_at, job_run.reason)
            self._clockwork = Clockwork(self._happened, desk.now, inline=self._inline)
            self._clockwork.start()

    def step(self) -> bool:
        """Begin what is due; False when another scheduler has taken over, and this one must end."""
        assert self._clockwork is not None, "begin first"
        try:
            with self._open_desk() as desk:
                if not desk.beat(self._token):
                    desk.add_event("taken_over", words="another scheduler looks after this database now")
                    return False
                self._notice_a_jump(desk)
                self._fill(desk)
        except StoreError:  # locked for long, or the disk is full: the next step tries again
            logger.exception("the timetable could not be read")
            return True
        self._clockwork.tick()
        return True

    def end(self) -> None:
        """Begin nothing more, wait for what is under way, and let another scheduler take over."""
        if self._clockwork is not None:
            self._clockwork.stop()
        with self._open_desk() as desk:
            desk.leave_scheduler(self._token)

    # --- the queue ---

    def _notice_a_jump(self, desk: Desk) -> None:
        """Fill the queue anew after the clock was set or the machine slept, and put that on record."""
        now, before = desk.now(), self._looked_at
        self._looked_at = now
        if before is not None and abs(now - before) > _JUMP:
            desk.add_event("clock_jumped", words=f"from {before:%Y-%m-%d %H:%M:%S} to {now:%Y-%m-%d %H:%M:%S} UTC")
            self._known = None

    def _fill(self, desk: Desk) -> None:
        """Make the queue anew when the timetable has changed, or runs wait that it does not know."""
        edits, waiting = desk.edits(), desk.waiting_job_runs()
        known = (edits, [(w.job, w.due_at) for w in waiting])
        if known == self._known:
            return
        self._known = known
        assert self._clockwork is not None
        began = desk.since()
        for job in timetable(desk, self._schedule, list(self._jobs)):
            since = max(began, edits[job.name].changed_at) if job.name in edits else began
            base = min(max(desk.last_due(job.name) or since, since), desk.now())  # an edit, too, can lie ahead
            extra = [w.due_at for w in waiting if w.job is job.name]
            self._clockwork.put(job, base, extra, partial(self._do, job, since))

    # --- one run ---

    def _do(self, job: Job, since: datetime, at: datetime) -> None:
        """Make the run of a job that starts at this instant, or put on record why not. Runs in a thread of its own."""
        with self._open_desk() as desk:
            try:
                job_run = self._begun(desk, job, since, at)
            except StoreError:  # as on a full disk: nothing became of the run yet, so the next step finds it due again
                self._known = None
                raise
            if job_run is None:
                return
            try:
                result = self._jobs[job.name](desk, job_run)
            except (
                Exception
            ) as error:  # the edge of one job: recorded here, and logged with its traceback by the caller
                words = str(error) if isinstance(error, ClusterwatchError) else repr(error)
                run_id = error.run_id if isinstance(error, DiskFull) else None
                reason = words[:500] or "an error without words"
                desk.end_job_run(job_run.job_run_id, JobRunState.FAILED, reason, run_id=run_id)
                raise
            desk.end_job_run(
                job_run.job_run_id, result.state, result.reason, run_id=result.run_id, repeat_at=result.repeat_at
            )

    def _begun(self, desk: Desk, job: Job, since: datetime, at: datetime) -> JobRun | None:
        """The run, now running; None when it is too late for it, or something became of it already."""
        now = desk.now()
        due = _due_in(desk, job, at)
        missed = dues_between(job, max(desk.last_due(job.name) or since, since), due)
        if not is_caught_up(job, due, now):
            desk.leave_job_run(job.name, due, JobRunState.MISSED, TOO_LATE, missed=missed)
            return None
        # Of a run that waits the row says already what it is.
        kind = JobRunKind.CAUGHT_UP if now - at > _ON_TIME else JobRunKind.DUE
        job_run = desk.begin_job_run(job.name, due, kind, missed=missed)
        if job_run is None:
            desk.add_event("already_made", job.name, due, "something became of this run before; it is not made twice")
        return job_run

    # --- the record ---

    def _happened(self, happened: Happened) -> None:
        """Put an event on record; a run that was not begun because the one before is under way is skipped."""
        try:
            with self._open_desk() as desk:
                at = happened.starts[-1] if happened.starts else None
                desk.add_event(happened.event, happened.job, at, happened.words)
                if happened.event == OVERLAP and at is not None:
                    self._skip(desk, JobName(happened.job), at)
        except StoreError:  # the record is poorer; the work goes on
            logger.exception("an event of the scheduler could not be stored: %s", happened)

    def _skip(self, desk: Desk, name: JobName, at: datetime) -> None:
        (job,) = timetable(desk, self._schedule, [name])
        due = _due_in(desk, job, at)
        desk.leave_job_run(name, due, JobRunState.SKIPPED, OVERLAPPED)


def _due_in(desk: Desk, job: Job, at: datetime) -> datetime:
    """When the run was due that starts at this instant; an extra run starts when it is due."""
    if any(w.job is job.name and w.due_at == at for w in desk.waiting_job_runs()):
        return at
    return due_of(job, at)


def due_of(job: Job, at: datetime) -> datetime:
    """When the regular run was due that starts at this instant."""
    run = start_after(job, at - timedelta(microseconds=1))
    return run.due if run is not None and run.starts == at else at
