"""What saves work on the next visit: the last full reading, what robots.txt files said, what a browser made of pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from enum import Enum
from typing import TypeVar

from crawler.model import LastReading, PageKind, Rendering, RobotsCopy, Visit
from db import rows
from db.connection import Connection
from db.rows import Row

T = TypeVar("T")

_ROBOTS_LAST = timedelta(days=31)  # a day more than `spiders.robots` obeys one that cannot be read any more
_RENDERINGS_LAST = timedelta(days=400)  # longer than any page waits to be shown again


class Stands(Enum):
    """In the place of what the next visit may confirm."""

    AS_BEFORE = "as before"


class Revisits(Connection):
    """The store with what the next visit may build on. It is written with the visit that it comes from."""

    def last_readings(self, cluster_ids: Sequence[str]) -> dict[str, LastReading]:
        """The full readings that a visit may confirm, by cluster id; clusters without one are left out."""
        sql = "SELECT * FROM last_readings WHERE cluster_id IN (SELECT value FROM json_each(:ids))"
        found = self._each(sql, ids=json.dumps(list(cluster_ids)))
        return {rows.text(row, "cluster_id"): rows.unpack(rows.blob(row), LastReading) for row in found}

    def robots(self, cluster_ids: Sequence[str]) -> dict[str, tuple[RobotsCopy, ...]]:
        """What the robots.txt files of these clusters' hosts said when they were last read, by cluster id."""
        sql = """SELECT * FROM robots_files WHERE cluster_id IN (SELECT value FROM json_each(:ids))
        ORDER BY cluster_id, origin"""
        return self._by_cluster(sql, cluster_ids, _robots_copy)

    def renderings(self, cluster_ids: Sequence[str]) -> dict[str, tuple[Rendering, ...]]:
        """What a browser made of these clusters' pages, by cluster id."""
        sql = """SELECT * FROM renderings WHERE cluster_id IN (SELECT value FROM json_each(:ids))
        ORDER BY cluster_id, url"""
        return self._by_cluster(sql, cluster_ids, _rendering)

    def _by_cluster(self, sql: str, cluster_ids: Sequence[str], read: Callable[[Row], T]) -> dict[str, tuple[T, ...]]:
        """What the rows of these clusters say, in their order, by cluster id; clusters without any are left out."""
        found: dict[str, list[T]] = {}
        for row in self._all(sql, ids=json.dumps(list(cluster_ids))):
            found.setdefault(rows.text(row, "cluster_id"), []).append(read(row))
        return {cluster_id: tuple(values) for cluster_id, values in found.items()}

    def _put_renderings(self, visit: Visit) -> None:
        """Within a transaction: what a browser made of the pages of a visit; what is old says nothing any more."""
        before = rows.instant_text(visit.started_at - _RENDERINGS_LAST)
        self._do(
            "DELETE FROM renderings WHERE cluster_id = :cluster AND at < :before",
            {"cluster": visit.cluster_id, "before": before},
        )
        for fetch in visit.fetches:
            if fetch.rendered and fetch.source is not None:
                values: dict[str, rows.Cell] = {
                    "cluster": visit.cluster_id, "url": fetch.final_url, "source": str(fetch.source),
                    "worth": int(fetch.worth), "at": rows.instant_text(fetch.at),
                }  # fmt: skip
                self._do("INSERT OR REPLACE INTO renderings VALUES (:cluster, :url, :source, :worth, :at)", values)

    def _put_last(self, cluster_id: str, last: LastReading | Stands | None) -> None:
        """Within a transaction: what the next visit may confirm; None: nothing."""
        if last is Stands.AS_BEFORE:
            return
        if last is None:
            self._do("DELETE FROM last_readings WHERE cluster_id = :cluster", {"cluster": cluster_id})
            return
        values: dict[str, rows.Cell] = {"cluster": cluster_id, "document": rows.pack(last)}
        self._do("INSERT OR REPLACE INTO last_readings VALUES (:cluster, :document)", values)

    def _put_robots(self, visit: Visit, copies: Iterable[RobotsCopy]) -> None:
        """Within a transaction: what the robots.txt files said that a visit has read; what is old is obeyed no more."""
        before = rows.instant_text(visit.started_at - _ROBOTS_LAST)
        self._do(
            "DELETE FROM robots_files WHERE cluster_id = :cluster AND at < :before",
            {"cluster": visit.cluster_id, "before": before},
        )
        for copy in copies:
            self._do(
                "INSERT OR REPLACE INTO robots_files VALUES (:cluster, :origin, :text, :at)",
                {
                    "cluster": visit.cluster_id,
                    "origin": copy.origin,
                    "text": copy.text,
                    "at": rows.instant_text(copy.at),
                },
            )


def _robots_copy(row: Row) -> RobotsCopy:
    at = rows.instant(rows.text(row, "at"))
    return RobotsCopy(origin=rows.text(row, "origin"), text=rows.text(row, "text"), at=at)


def _rendering(row: Row) -> Rendering:
    return Rendering(
        url=rows.text(row, "url"),
        source=PageKind(rows.text(row, "source")),
        worth=bool(rows.whole(row, "worth")),
        at=rows.instant(rows.text(row, "at")),
    )
