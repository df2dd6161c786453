"""What those ask who watch over the program: the last nights, and how much there is of everything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crawler.timetable import JobName
from db import rows
from db.connection import Connection
from db.rows import Run

# A night is over the whole registry; a run over some clusters that somebody named is none, or one cluster visited by
# hand would hide that the crawl did not run. Clusters that were changed since the run began say nothing about it.
_NIGHTS = """
SELECT * FROM runs r WHERE r.kind = 'nightly' AND NOT EXISTS (
    SELECT 1 FROM clusters c WHERE c.retired_at IS NULL AND c.changed_at <= r.started_at
    AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.run_id = r.id AND t.cluster_id = c.cluster_id))
ORDER BY r.id DESC LIMIT :limit"""
_VISITED = """
SELECT count(*) AS visits, coalesce(sum(n_fetches), 0) AS pages, coalesce(sum(n_bytes), 0) AS n_bytes
FROM visits WHERE run_id = :run"""
_UNMADE = """
SELECT state, reason FROM job_runs WHERE job = :job AND run_id IS NULL AND ended_at >= :since
AND state IN ('skipped', 'missed', 'failed') ORDER BY due_at DESC, id DESC LIMIT 1"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """What the visits of one run came to so far."""

    visits: int
    requests: int
    n_bytes: int


class Figures(Connection):
    """The store as those see it who watch over the program. `Figures.over` any other view of it."""

    def nights(self, limit: int) -> list[Run]:
        """The last nightly runs over the whole registry, newest first, in whatever state."""
        return [rows.run(row) for row in self._all(_NIGHTS, limit=limit)]

    def unmade_night(self, since: datetime) -> str:
        """Why the last night since then that was due was not made, "" for none."""
        row = self._one(_UNMADE, job=str(JobName.CRAWL), since=rows.instant_text(since))
        return f"{rows.text(row, 'state')}: {rows.text(row, 'reason')}" if row else ""

    def timetable_since(self) -> datetime | None:
        """Since when somebody looks after the timetable, None when nobody ever did."""
        row = self._one("SELECT value FROM settings WHERE name = 'schedule.since'")
        return rows.instant(rows.text(row, "value")) if row else None

    def visited(self, run_id: int) -> Visited:
        """How much a run has visited."""
        row = self._all(_VISITED, run=run_id)[0]
        return Visited(
            visits=rows.whole(row, "visits"), requests=rows.whole(row, "pages"), n_bytes=rows.whole(row, "n_bytes")
        )

    def outcome_counts(self, run_id: int) -> dict[str, int]:
        """How the visits of a run ended, and how many of them did so."""
        sql = "SELECT outcome, count(*) AS n FROM visits WHERE run_id = :run GROUP BY outcome"
        return {rows.text(row, "outcome"): rows.whole(row, "n") for row in self._all(sql, run=run_id)}

    def job_run_counts(self) -> dict[tuple[str, str], int]:
        """How many runs of each job are in which state."""
        found = self._all("SELECT job, state, count(*) AS n FROM job_runs GROUP BY job, state")
        return {(rows.text(row, "job"), rows.text(row, "state")): rows.whole(row, "n") for row in found}

    def rescans_open(self) -> dict[str, int]:
        """How many second looks wait, and how many are under way."""
        sql = "SELECT state, count(*) AS n FROM rescans WHERE state IN ('queued', 'running') GROUP BY state"
        return {"queued": 0, "running": 0} | {rows.text(row, "state"): rows.whole(row, "n") for row in self._all(sql)}
