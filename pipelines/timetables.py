"""The timetable as it counts: which jobs are offered, and whether a person or the configuration says when they run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crawler.config import Config, Schedule, configured_job
from crawler.timetable import Job, JobName
from db.desk import Desk


def offered(config: Config) -> list[JobName]:
    """The jobs that this configuration has something to do for, in the order of the timetable: the one place that says so.

    What each of them does stands in `cli.scheduling.jobs`.
    """
    has_work = {
        JobName.CRAWL: True,
        JobName.BACKUP: bool(config.storage.backups),
    }
    return [name for name in JobName if has_work.get(name)]


def lines(edits: Mapping[JobName, Job], schedule: Schedule, names: Sequence[JobName]) -> list[Job]:
    """The timetable as it counts: what people changed, else what the configuration says; only jobs that are offered."""
    return [edits.get(name) or configured_job(schedule, name) for name in JobName if name in names]


def timetable(desk: Desk, schedule: Schedule, names: Sequence[JobName]) -> list[Job]:
    """The timetable of a database as it counts."""
    edits = {name: edit.job for name, edit in desk.edits().items() if edit.job is not None}
    return lines(edits, schedule, names)
