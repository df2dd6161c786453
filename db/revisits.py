"""What saves work on the next visit: the last full reading of each cluster, and what robots.txt files said."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from crawler.model import LastReading, RobotsCopy
from db import rows
from db.connection import Connection


class Revisits(Connection):
    """The store with what the next visit may build on. It is written with the visit that it comes from."""

    def last_readings(self, cluster_ids: Sequence[str]) -> dict[str, LastReading]:
        """The full readings that a visit may confirm, by cluster id; clusters without one are left out."""
        sql = "SELECT * FROM last_readings WHERE cluster_id IN (SELECT value FROM json_each(:ids))"
        found = self._all(sql, ids=json.dumps(list(cluster_ids)))
        return {rows.text(row, "cluster_id"): rows.unpack(rows.blob(row), LastReading) for row in found}

    def robots(self, cluster_ids: Sequence[str]) -> dict[str, tuple[RobotsCopy, ...]]:
        """What the robots.txt files of these clusters' hosts said when they were last read, by cluster id."""
        sql = """SELECT * FROM robots_files WHERE cluster_id IN (SELECT value FROM json_each(:ids))
        ORDER BY cluster_id, origin"""
        found: dict[str, list[RobotsCopy]] = {}
        for row in self._all(sql, ids=json.dumps(list(cluster_ids))):
            copy = RobotsCopy(
                origin=rows.text(row, "origin"),
                text=rows.text(row, "text"),
                at=rows.instant(rows.text(row, "at")),
            )
            found.setdefault(rows.text(row, "cluster_id"), []).append(copy)
        return {cluster_id: tuple(copies) for cluster_id, copies in found.items()}

    def _put_last(self, cluster_id: str, last: LastReading | None) -> None:
        """Within a transaction: what the next visit may confirm; None: nothing."""
        if last is None:
            self._do("DELETE FROM last_readings WHERE cluster_id = :cluster", {"cluster": cluster_id})
            return
        values: dict[str, rows.Cell] = {"cluster": cluster_id, "document": rows.pack(last)}
        self._do("INSERT OR REPLACE INTO last_readings VALUES (:cluster, :document)", values)

    def _put_robots(self, cluster_id: str, copies: Iterable[RobotsCopy]) -> None:
        """Within a transaction: what the robots.txt files said that a visit has read."""
        for copy in copies:
            self._do(
                "INSERT OR REPLACE INTO robots_files VALUES (:cluster, :origin, :text, :at)",
                {"cluster": cluster_id, "origin": copy.origin, "text": copy.text, "at": rows.instant_text(copy.at)},
            )
