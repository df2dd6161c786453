"""One night: what to visit, the crawl, and what its end means for the timetable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from crawler.config import Config
from crawler.errors import RunUnderWay
from crawler.model import RunKind, RunState
from crawler.timetable import JobName, deadline
from db.desk import Desk
from db.job_runs import JobRun, JobRunKind, JobRunState
from pipelines import runs
from pipelines.timetables import offered, timetable
from schedules.crawling import Crawl, run_crawl
from schedules.crews import Engine
from schedules.keeper import Result
from schedules.limits import Bounds, Why

_ENDED = frozenset({RunState.DONE, RunState.VOID, RunState.STOPPED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Nights:
    """The crawl as a job of the timetable."""

    config: Config
    ending: Event  # set when the program is asked to end
    environment: dict[str, str] | None = None
    engine: Engine | None = None  # the machines that visit; None: this one

    def __call__(self, desk: Desk, job_run: JobRun) -> Result:
        """Make the run of one night."""
        schedule = self.config.schedule
        now = desk.now()
        made = made_before(desk, job_run)
        if made is not None:
            self._have_it_told(desk, job_run)
            return after(made, job_run, now=now, repeat_minutes=schedule.repeat_void_minutes)
        planned = runs.tonight(desk, now=now, schedule=schedule)
        if not (planned.visits or planned.skipped):
            return Result(state=JobRunState.SKIPPED, reason="the registry is empty")
        try:
            crawl = run_crawl(
                desk,
                kind=RunKind.NIGHTLY,
                now=now,
                config=self.config,
                cluster_ids=[*planned.visits, *planned.skipped],
                bounds=Bounds(
                    skipped=planned.skipped,
                    deadline=deadline(schedule.crawl_until, _zone(desk, self.config), now),
                    ending=self.ending,
                ),
                environment=self.environment,
                engine=self.engine,
            )
        except RunUnderWay as error:
            return Result(state=JobRunState.SKIPPED, reason=str(error))
        result = after(crawl, job_run, now=desk.now(), repeat_minutes=schedule.repeat_void_minutes)
        if result.state is not JobRunState.WAITING:
            self._have_it_told(desk, job_run)
        return result

    def _have_it_told(self, desk: Desk, job_run: JobRun) -> None:
        """Ask for another digest, where the one that was to tell of this night was before its end."""
        lines = timetable(desk, self.config.schedule, offered(self.config))
        is_on = any(line.name is JobName.DIGEST and line.on for line in lines)
        told_at = desk.last_due(JobName.DIGEST)
        if is_on and told_at is not None and told_at > job_run.due_at:
            desk.ask_job_run(JobName.DIGEST, desk.now(), JobRunKind.REPEAT)


def made_before(desk: Desk, job_run: JobRun) -> Crawl | None:
    """The crawl that this job made and ended before its scheduler died, None when there is none.

    Between the end of a crawl and that of its job pictures are taken, for minutes. Another crawl would double the night.
    """
    if job_run.attempts < 2:
        return None
    others = {known.run_id for known in desk.job_runs()}
    for run in desk.runs():
        ours = run.kind is RunKind.NIGHTLY and run.started_at >= job_run.due_at and run.run_id not in others
        if ours and run.state in _ENDED:
            total = desk.task_count(run.run_id)
            void, stopped = (run.note if run.state is s else "" for s in (RunState.VOID, RunState.STOPPED))
            return Crawl(run_id=run.run_id, total=total, resumed=total, void=void, stopped=stopped)
    return None


def after(crawl: Crawl, job_run: JobRun, *, now: datetime, repeat_minutes: int) -> Result:
    """What a crawl that ended in this way means: done, to be continued, or to be made once more. Pure."""
    if crawl.waits:
        ends = JobRunState.STOPPED if crawl.why is Why.PAUSED else JobRunState.WAITING
        return Result(state=ends, reason=crawl.stopped, run_id=crawl.run_id)
    if crawl.void:
        once_more = repeat_minutes > 0 and job_run.kind is not JobRunKind.REPEAT
        return Result(
            state=JobRunState.FAILED,
            reason=crawl.void,
            run_id=crawl.run_id,
            repeat_at=now + timedelta(minutes=repeat_minutes) if once_more else None,
        )
    if crawl.stopped:
        return Result(state=JobRunState.STOPPED, reason=crawl.stopped, run_id=crawl.run_id)
    if crawl.total and not crawl.outcomes and not crawl.resumed:
        reason = next(iter(crawl.failed.values()), "nothing could be visited")
        return Result(state=JobRunState.FAILED, reason=reason, run_id=crawl.run_id)
    return Result(run_id=crawl.run_id)


def _zone(desk: Desk, config: Config) -> str:
    """The zone by whose clock a night ends: that of the crawl's line, which people may have changed."""
    edit = desk.edits().get(JobName.CRAWL)
    return edit.job.zone if edit and edit.job else config.schedule.crawl_zone
