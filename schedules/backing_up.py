"""The backup as a job of the timetable."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.config import Storage
from db.archive_files import folder_of
from db.backup import back_up
from db.desk import Desk
from db.job_runs import JobRun
from schedules.keeper import Result


@dataclass(frozen=True, slots=True)
class Backups:
    """Copies the database into the folder of the configuration. What goes wrong is raised, and recorded by the keeper."""

    storage: Storage

    def __call__(self, desk: Desk, job_run: JobRun) -> Result:
        """One copy, checked; the oldest ones beyond the number to be kept are dropped."""
        folder = folder_of(desk.path, self.storage.backups)
        if folder is None:
            return Result(reason="storage.backups names no folder")
        made = back_up(desk.path, folder, now=desk.now(), keep=self.storage.backups_kept)
        return Result(reason=f"{made.path.name}: {made.rows} rows, {made.n_bytes} bytes")
