"""The timetable as it counts: which jobs are offered, and whether a person or the configuration says when they run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from crawler.config import Config, Schedule, configured_job
from crawler.notify import tells_anybody
from crawler.timetable import Job, JobName
from db.desk import Desk
from db.timetable import STALE


def offered(config: Config) -> list[JobName]:
    """The jobs that this configuration has something to do for, in the order of the timetable: the one place that says so.

    What each of them does stands in `cli.scheduling.jobs`.
    """
    has_work = {
        JobName.CRAWL: True,
        JobName.DIGEST: tells_anybody(config.notify),
        JobName.BACKUP: bool(config.storage.backups),
        JobName.CLEAN_UP: True,
    }
    return [name for name in JobName if has_work.get(name)]


def lines(edits: Mapping[JobName, Job], schedule: Schedule, names: Sequence[JobName]) -> list[Job]:
    """The timetable as it counts: what people changed, else what the configuration says; only jobs that are offered."""
    return [edits.get(name) or configured_job(schedule, name) for name in JobName if name in names]


def timetable(desk: Desk, schedule: Schedule, names: Sequence[JobName]) -> list[Job]:
    """The timetable of a database as it counts."""
    edits = {name: edit.job for name, edit in desk.edits().items() if edit.job is not None}
    return lines(edits, schedule, names)


class Presence(StrEnum):
    """Whether a scheduler looks after a database."""

    AT_WORK = "at_work"
    LEFT = "left"  # a moment ago, as when the program is being replaced
    SILENT = "silent"  # no sign of life for longer than STALE: nights are missed


def presence(beat_at: datetime | None, left_at: datetime | None, now: datetime) -> Presence:
    """What a scheduler's last sign of life means, or, where none is at work, the last thing that happened to one.

    A sign of life from the future is as strange as an old one: the clock was set.
    """
    if beat_at is not None:
        return Presence.AT_WORK if abs(now - beat_at) <= STALE else Presence.SILENT
    return Presence.LEFT if left_at is not None and abs(now - left_at) <= STALE else Presence.SILENT
