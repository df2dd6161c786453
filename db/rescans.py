"""Second looks that people ask for: a queue, the steps of each, and the verdicts before and after."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from crawler.errors import ClusterwatchError, StoreError
from crawler.model import Verdict
from db import rows
from db.rows import Cell, Row
from db.tokens import Tokens

RESCANS_AN_HOUR = 10  # a person; each costs a website some dozen requests


class RescanRefused(ClusterwatchError):
    """A person has asked for too many rescans. Raised by `Rescans.ask_rescan`; caught by the pages."""


class RescanState(StrEnum):
    """The state of one rescan that somebody asked for."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescan:
    """One second look that somebody asked for."""

    rescan_id: int
    cluster_id: str
    state: RescanState
    by: str
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    note: str
    before: Verdict | None  # the verdict when it was asked for
    after: Verdict | None  # the verdict that it led to


@dataclass(frozen=True, slots=True, kw_only=True)
class RescanStep:
    """One step of a rescan, for whoever watches."""

    position: int
    at: datetime
    code: str
    words: str


class Rescans(Tokens):
    """The store with the rescans that people ask for."""

    def current(self, cluster_id: str) -> Verdict | None:
        """The newest verdict over one cluster."""
        return self.current_of([cluster_id]).get(cluster_id)

    def current_of(self, cluster_ids: Iterable[str]) -> dict[str, Verdict]:
        """The newest verdicts over these clusters."""
        sql = """SELECT v.document FROM current_verdicts cv JOIN verdicts v ON v.id = cv.verdict_id
        WHERE cv.cluster_id IN (SELECT value FROM json_each(:ids))"""
        found = map(rows.verdict, self._all(sql, ids=json.dumps(list(cluster_ids))))
        return {verdict.cluster_id: verdict for verdict in found}

    def ask_rescan(self, cluster_id: str, *, by: str) -> int:
        """Put a rescan into the queue; gives its id, or that of the one that waits or runs already.

        Raises RescanRefused when the person has asked for too many within an hour, StoreError for an unknown cluster.
        """
        now = self._clock()
        with self.transaction():
            if not self.clusters([cluster_id]):
                raise StoreError(f"there is no cluster {cluster_id!r} in the registry.")
            sql = "SELECT id FROM rescans WHERE cluster_id = :cluster AND state IN ('queued', 'running')"
            row = self._one(sql, cluster=cluster_id)
            if row:
                return rows.whole(row, "id")
            since = rows.instant_text(now - timedelta(hours=1))
            (asked,) = self._all(
                "SELECT count(*) AS n FROM rescans WHERE by = :by AND asked_at > :since", by=by, since=since
            )
            if rows.whole(asked, "n") >= RESCANS_AN_HOUR:
                raise RescanRefused(f"no more than {RESCANS_AN_HOUR} second looks an hour")
            before = self.current(cluster_id)
            row_of = {"cluster_id": cluster_id, "by": by, "asked_at": rows.instant_text(now)}
            self._audit(by, "ask_rescan", cluster_id)
            return self._insert("rescans", {**row_of, "before": rows.pack(before) if before else None})

    def take_rescan(self) -> Rescan | None:
        """The next rescan, now running and the caller's to do; None when none waits."""
        with self.transaction():
            row = self._one("SELECT id FROM rescans WHERE state = 'queued' ORDER BY id LIMIT 1")
            if row is None:
                return None
            values: dict[str, Cell] = {"id": row["id"], "at": rows.instant_text(self._clock())}
            self._do("UPDATE rescans SET state = 'running', started_at = :at WHERE id = :id", values)
        return self.rescan(rows.whole(row, "id"))

    def add_step(self, rescan_id: int, code: str, words: str = "") -> None:
        """Tell whoever watches what happens."""
        values: dict[str, Cell] = {"id": rescan_id, "code": code, "words": words[:500]}
        with self.transaction():
            self._do(
                "INSERT INTO rescan_steps SELECT :id, coalesce(max(position), 0) + 1, :at, :code, :words "
                "FROM rescan_steps WHERE rescan_id = :id",
                {**values, "at": rows.instant_text(self._clock())},
            )

    def end_rescan(self, rescan_id: int, state: RescanState, note: str = "") -> None:
        """Close a rescan with the verdict that stands now."""
        with self.transaction():
            rescan = self.rescan(rescan_id)
            after = self.current(rescan.cluster_id) if rescan else None
            values: dict[str, Cell] = {"id": rescan_id, "state": str(state), "note": note}
            values |= {"at": rows.instant_text(self._clock()), "after": rows.pack(after) if after else None}
            self._do(
                "UPDATE rescans SET state = :state, note = :note, ended_at = :at, after = :after WHERE id = :id", values
            )

    def drop_interrupted_rescans(self) -> int:
        """Close the rescans that a killed process left running; gives how many."""
        values: dict[str, Cell] = {"at": rows.instant_text(self._clock())}
        with self.transaction():
            return self._do(
                "UPDATE rescans SET state = 'failed', ended_at = :at, note = 'interrupted' WHERE state = 'running'",
                values,
            )

    def rescan(self, rescan_id: int) -> Rescan | None:
        """One rescan, None when there is no such one."""
        row = self._one("SELECT * FROM rescans WHERE id = :id", id=rescan_id)
        return _rescan(row) if row else None

    def last_rescan(self, cluster_id: str) -> Rescan | None:
        """The newest rescan of a cluster."""
        row = self._one(
            "SELECT * FROM rescans WHERE cluster_id = :cluster ORDER BY id DESC LIMIT 1", cluster=cluster_id
        )
        return _rescan(row) if row else None

    def steps(self, rescan_id: int, after: int = 0) -> list[RescanStep]:
        """The steps of a rescan behind a position."""
        sql = "SELECT * FROM rescan_steps WHERE rescan_id = :id AND position > :after ORDER BY position"
        return [
            RescanStep(
                position=rows.whole(row, "position"),
                at=rows.instant(rows.text(row, "at")),
                code=rows.text(row, "code"),
                words=rows.text(row, "words"),
            )
            for row in self._all(sql, id=rescan_id, after=after)
        ]


def _rescan(row: Row) -> Rescan:
    def word(column: str) -> Verdict | None:
        document = row[column]
        return rows.unpack(document, Verdict) if isinstance(document, bytes) else None

    return Rescan(
        rescan_id=rows.whole(row, "id"),
        cluster_id=rows.text(row, "cluster_id"),
        state=RescanState(rows.text(row, "state")),
        by=rows.text(row, "by"),
        asked_at=rows.instant(rows.text(row, "asked_at")),
        started_at=rows.optional(row, "started_at", rows.instant),
        ended_at=rows.optional(row, "ended_at", rows.instant),
        note=rows.text(row, "note"),
        before=word("before"),
        after=word("after"),
    )
