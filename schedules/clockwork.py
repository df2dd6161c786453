"""APScheduler behind a thin interface: jobs with their due instants in, calls and events out. Its only importer.

What APScheduler is for here: the queue of due instants, one instance of a job at a time, the runs of a job that were
missed folded into the last of them, and an event for everything. Three of its traps are stepped around:

- its cron reads weekdays from Monday, loses the time that a change of clocks skips, and doubles the one that comes
  twice: so the instants come from `crawler.timetable`;
- its own loops wait by a clock that stands while the machine sleeps, and would wake up hours late: so `tick` is called
  from outside, every few seconds;
- it does not tell a job for which instant it was started, and drops late ones by the clock of the machine: so the
  executor is ours.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from apscheduler import events
from apscheduler.executors.base import BaseExecutor
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.base import BaseTrigger

from crawler.timetable import Job, start_after

logger = logging.getLogger(__name__)

_WORDS = {
    code: name.removeprefix("EVENT_").lower()
    for name, code in vars(events).items()
    if name.startswith("EVENT_") and name not in {"EVENT_ALL", "EVENT_SCHEDULER_START", "EVENT_SCHEDULER_SHUTDOWN"}
} | {events.EVENT_SCHEDULER_START: "scheduler_started", events.EVENT_SCHEDULER_SHUTDOWN: "scheduler_shutdown"}
OVERLAP = "job_max_instances"


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of the scheduler."""

    event: str  # such as "job_submitted"
    job: str = ""
    starts: tuple[datetime, ...] = ()  # UTC; the instants of the runs that it is about
    words: str = ""  # an error and where it came from


class Clockwork:
    """Calls jobs when they are due, each by itself in a thread; `inline` calls them in the caller's."""

    def __init__(
        self, told: Callable[[Happened], None], clock: Callable[[], datetime], *, inline: bool = False
    ) -> None:
        self._told = told
        self._executor = _Executor(inline=inline)
        self._scheduler = _Scheduler(
            timezone=UTC,
            executors={"default": self._executor},
            # Late runs are weighed by `Keeper`, which knows the next due instant; here none is dropped.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._scheduler.timezone = _Now(clock)
        self._scheduler.add_listener(self._listen, events.EVENT_ALL)

    def start(self) -> None:
        """Begin; jobs may be put before and after."""
        self._scheduler.start()

    def put(self, job: Job, after: datetime, extra: Sequence[datetime], act: Callable[[datetime], None]) -> None:
        """Have a job called with each instant at which it is to start after this one, and with the extra ones.

        Takes the place of a job of the same name. Instants that have passed are called at once, as one.
        """
        trigger = _Trigger(job, tuple(sorted(extra)))
        first = trigger.first(after)
        self.remove(job.name)
        if first is not None:
            # The argument only says that there is one: the executor gives each call its own instant.
            self._scheduler.add_job(act, trigger, args=(first,), id=str(job.name), next_run_time=first)

    def remove(self, name: str) -> None:
        """Call a job no more; a call under way is not disturbed."""
        if self._scheduler.get_job(name):
            self._scheduler.remove_job(name)

    def tick(self) -> None:
        """Start everything that is due."""
        self._scheduler.tick()

    def stop(self) -> None:
        """Start nothing more, and wait for the calls under way."""
        self._scheduler.shutdown(wait=True)

    def _listen(self, event: events.SchedulerEvent) -> None:
        starts = getattr(event, "scheduled_run_times", None) or [getattr(event, "scheduled_run_time", None)]
        exception = getattr(event, "exception", None)
        self._told(
            Happened(
                event=_WORDS.get(event.code, str(event.code)),
                job=getattr(event, "job_id", ""),
                starts=tuple(at.astimezone(UTC) for at in starts if at is not None),
                words=f"{exception!r}\n{getattr(event, 'traceback', '')}" if exception is not None else "",
            )
        )


class _Now(tzinfo):
    """A zone in which it is always what a clock says.

    The scheduler asks for the time with `datetime.now(self.timezone)` and in no other way; the answer is whatever the
    zone makes of the time in UTC. So a simulated clock drives it, and nobody patches a library.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def fromutc(self, dt: datetime, /) -> datetime:
        return self._clock().astimezone(UTC)

    def utcoffset(self, dt: datetime | None, /) -> timedelta:
        return timedelta(0)

    def dst(self, dt: datetime | None, /) -> None:
        return None

    def tzname(self, dt: datetime | None, /) -> str:
        return "now"


class _Scheduler(BaseScheduler):  # type: ignore[misc]  # the library has no types
    """A scheduler without a loop of its own."""

    def wakeup(self) -> None:
        """The next tick looks anyway."""

    def shutdown(self, wait: bool = True) -> None:
        super().shutdown(wait)

    def tick(self) -> None:
        self._process_jobs()


class _Trigger(BaseTrigger):  # type: ignore[misc]  # the library has no types
    """The instants of one job, and extra ones."""

    __slots__ = ("_extra", "_job")

    def __init__(self, job: Job, extra: tuple[datetime, ...]) -> None:
        self._job = job
        self._extra = extra

    def first(self, after: datetime) -> datetime | None:
        """The first instant: of the regular ones only those after this one, of the extra ones all."""
        regular = start_after(self._job, after) if self._job.on else None
        return min((*([regular.starts] if regular else []), *self._extra), default=None)

    def get_next_fire_time(  # pyright: ignore[reportIncompatibleMethodOverride]  # inferred from an empty body
        self, previous_fire_time: datetime | None, now: datetime
    ) -> datetime | None:
        previous = previous_fire_time or now
        later = tuple(at for at in self._extra if at > previous)
        return _Trigger(self._job, later).first(previous)


class _Executor(BaseExecutor):  # type: ignore[misc]  # the library has no types
    """Calls a job with the instant it is started for, and tells how that went."""

    def __init__(self, *, inline: bool) -> None:
        super().__init__()
        self._pool = None if inline else ThreadPoolExecutor(thread_name_prefix="job")

    def _do_submit_job(self, job: object, run_times: Sequence[datetime]) -> None:
        if self._pool is None:
            self._call(job, run_times)
        else:
            self._pool.submit(self._call, job, run_times)

    def _call(self, job: object, run_times: Sequence[datetime]) -> None:
        (at,) = run_times  # folded into one
        job_id, act = job.id, job.func  # type: ignore[attr-defined]  # the library has no types
        code, error, trace = events.EVENT_JOB_EXECUTED, None, ""
        try:
            act(at)
        except Exception as raised:
            logger.exception("the job %s failed", job_id)
            code, error, trace = events.EVENT_JOB_ERROR, raised, traceback.format_exc()
        self._run_job_success(
            job_id, [events.JobExecutionEvent(code, job_id, "default", at, exception=error, traceback=trace)]
        )

    def shutdown(self, wait: bool = True) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=wait)
