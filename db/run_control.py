"""What is asked of a run under way, and what it leaves out. A part of the store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from crawler.errors import RunUnderWay
from db import queries, rows
from db.connection import Connection
from db.rows import Cell

PAUSE = "pause"
CANCEL = "cancel"


class RunControl(Connection):
    """The part of the ledger by which runs are steered. The process that works on a run looks here between visits."""

    def wish(self, run_id: int) -> tuple[str, str]:
        """What a person asked of a run ("", "pause" or "cancel"), and who."""
        row = self._one("SELECT wish, wished_by FROM runs WHERE id = :run", run=run_id)
        return (rows.text(row, "wish"), rows.text(row, "wished_by")) if row else ("", "")

    def refuse_paused(self, run_id: int) -> None:
        """Raises RunUnderWay when this run is paused: it is continued by whoever resumes it."""
        wish, by = self.wish(run_id)
        if wish == PAUSE:
            raise RunUnderWay(
                f"{self._path}: run {run_id} was paused by {by}. Resume it with: clusterwatch schedule resume {run_id}"
            )

    def leave_out(self, run_id: int, reasons: Mapping[str, str]) -> None:
        """Skip clusters of a run that has not come to them yet, each for its reason."""
        with self.transaction():
            for cluster_id, reason in reasons.items():
                values: dict[str, Cell] = {"run": run_id, "cluster": cluster_id, "reason": reason}
                self._do(queries.LEAVE_OUT, values)

    def end_by(self, run_id: int, deadline: datetime | None) -> None:
        """Note when a run must have ended."""
        at = rows.instant_text(deadline) if deadline else None
        with self.transaction():
            self._do("UPDATE runs SET ends_by = :at WHERE id = :run", {"run": run_id, "at": at})

    def skipped(self, run_id: int) -> dict[str, str]:
        """Why clusters of a run were not visited, by their ids."""
        sql = "SELECT cluster_id, reason FROM tasks WHERE run_id = :run AND state = 'skipped' ORDER BY position"
        return {rows.text(row, "cluster_id"): rows.text(row, "reason") for row in self._each(sql, run=run_id)}

    def visited(self) -> list[tuple[str, datetime | None, datetime | None]]:
        """For each cluster of the registry: its id, its last visit that counts, and when its pages last changed."""
        return [
            (
                rows.text(row, "cluster_id"),
                rows.optional(row, "visited_at", rows.instant),
                rows.optional(row, "changed_at", rows.instant),
            )
            for row in self._each(queries.VISITED)
        ]
