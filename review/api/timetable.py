"""The timetable: when each job runs next, whether a scheduler is at work, and what became of the last runs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import FastAPI, Query, Request
from pydantic import Field

from crawler.timetable import JobName, coming
from db.job_runs import JobRunKind
from pipelines.nights import Fate
from pipelines.timetables import Presence, offered, presence, timetable
from review.api.calls import add_call
from review.api.shapes import Shape
from review.timetable import record
from review.world import world_of


class ComingRun(Shape):
    """One run to come."""

    due: datetime = Field(description="What the timetable says.")
    starts: datetime = Field(description="When it begins: later by the jitter.")


class LineShape(Shape):
    """One line of the timetable."""

    job: JobName
    when: str = Field(description="A cron expression, or an interval.", examples=["0 2 * * *"])
    zone: str = Field(description="IANA name; by whose clock it runs.", examples=["Asia/Tokyo"])
    jitter_s: float = Field(description="Seconds; a run begins up to so much later, another time each time.")
    on: bool
    changed_by: str = Field(description='Who set the line, "" where the configuration decides.')
    changed_at: datetime | None
    coming: list[ComingRun] = Field(description="The next five runs; none of them is made while the line is off.")


class Timetable(Shape):
    """The timetable of the jobs that are offered here."""

    scheduler: Presence = Field(description="`silent`: no sign of life for five minutes, so nothing is started.")
    last_sign_at: datetime | None = Field(description="The last sign of life of a scheduler.")
    lines: list[LineShape]


class JobRunShape(Shape):
    """One run of a job, or a nightly crawl that a person started."""

    job: JobName
    due_at: datetime
    kind: JobRunKind | None = Field(description="Why it ran; null: a person started it, past the timetable.")
    fate: Fate = Field(description="What became of it.")
    started_at: datetime | None
    ended_at: datetime | None
    reason: str = Field(description='Why it ended so, in English; "" for none.')
    run_id: int | None = Field(description="The crawl that it made, as in `/api/runs`.")


class JobRuns(Shape):
    """The runs of the last thirty nights, the newest first."""

    runs: list[JobRunShape]


def add_routes(app: FastAPI) -> None:
    """Add this module's calls."""
    add_call(app, "GET /api/timetable", get_timetable, about="runs", gives=Timetable)
    add_call(app, "GET /api/timetable/runs", list_job_runs, about="runs", gives=JobRuns, refuses=("not_understood",))


def get_timetable(request: Request) -> Timetable:
    """When each job runs next, and whether a scheduler is at work."""
    world = world_of(request)
    with world.desk() as desk:
        now, edits, at_work = desk.now(), desk.edits(), desk.at_work()
        last = desk.last_sign_at()
        lines = []
        for job in timetable(desk, world.config.schedule, offered(world.config)):
            edit = edits.get(job.name)
            is_set = edit is not None and edit.job is not None
            lines.append(
                LineShape(
                    job=job.name,
                    when=job.when,
                    zone=job.zone,
                    jitter_s=job.jitter_s,
                    on=job.on,
                    changed_by=edit.changed_by if edit and is_set else "",
                    changed_at=edit.changed_at if edit and is_set else None,
                    coming=[ComingRun.model_validate(run) for run in coming(job, now)],
                )
            )
        state = presence(at_work.beat_at if at_work else None, last, now)
        return Timetable(scheduler=state, last_sign_at=last, lines=lines)


def list_job_runs(
    request: Request, limit: Annotated[int, Query(ge=1, le=1000, description="How many at most.")] = 50
) -> JobRuns:
    """What became of the runs of jobs: made, caught up, skipped, missed, each with its reason."""
    world = world_of(request)
    with world.desk() as desk:
        made, _ = record(desk, world)
        return JobRuns(runs=[JobRunShape.model_validate(attempt) for attempt in made[:limit]])
