"""Second looks that people ask for: a queue, the lease of who does one, its steps, and the verdicts before and after.

Whoever takes one holds it by a lease: process, machine, and when it was last heard of. A taker that is gone loses it;
one that lost it learns so at its next sign of life, and stores nothing more.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from crawler.errors import ClusterwatchError, StoreError
from crawler.model import Verdict
from db import rows
from db.people import People
from db.processes import is_alive
from db.rows import Cell, Row

RESCANS_AN_HOUR = 10  # a person; each costs a website some dozen requests
# Whoever holds a rescan is heard of every five seconds. After half a minute it is gone, or has lost the right to go on;
# a disk that stalls for some seconds must not cost it its work.
HEARD_EVERY = timedelta(seconds=5)
RESCAN_LEASE = timedelta(seconds=30)
_MAX_CRASHES = 2  # a rescan that brought down so many processes is not begun again
CRASHED = "crashed"  # the note of one that was given up for that
MAX_TOLD = 500  # characters of one value of a step: an address may be endless

Told = str | int | float | None  # a value of a step


class RescanRefused(ClusterwatchError):
    """A person has asked for too many rescans. Raised by `Rescans.ask_rescan`; caught by the pages."""


class RescanNotYours(ClusterwatchError):
    """Somebody else asked for this rescan. Raised by `Rescans.cancel_rescan`; caught by the pages."""


class RescanLost(ClusterwatchError):
    """The rescan is no longer the caller's: cancelled, or given to another process. Raised by `Rescans.hear_rescan`.

    Caught where a rescan is carried out; what ran for it has ended by then, and stored nothing.
    """


class RescanState(StrEnum):
    """The state of one rescan that somebody asked for."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OVER = frozenset({RescanState.DONE, RescanState.FAILED, RescanState.CANCELLED})


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
    note: str  # why it failed: words, or CRASHED
    before: Verdict | None  # the verdict when it was asked for
    after: Verdict | None  # the verdict that it led to
    attempts: int = 0  # how often it was taken; with the id, who holds it
    cancelled_by: str = ""  # of a running or done one: the wish, which has not come true yet or came too late


@dataclass(frozen=True, slots=True, kw_only=True)
class RescanStep:
    """One step of a rescan, for whoever watches: a code, and values that a page puts into words."""

    position: int
    at: datetime
    code: str
    told: Mapping[str, Told]


class Rescans(People):
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

    # --- the queue ---

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

    def take_rescan(self, rescan_id: int | None = None) -> Rescan | None:
        """The next rescan that waits, or the one of this id, now running and the caller's to do; None for none.

        Those of takers that are gone are given back first.
        """
        with self.transaction():
            self._recover_rescans()
            sql = "SELECT id FROM rescans WHERE state = 'queued' AND :id IN (0, id) ORDER BY id LIMIT 1"
            row = self._one(sql, id=rescan_id or 0)
            if row is None:
                return None
            self._do(
                """UPDATE rescans SET state = 'running', started_at = :at, heard_at = :at, pid = :pid, host = :host,
                attempts = attempts + 1 WHERE id = :id""",
                {"id": row["id"], **self._us()},
            )
        return self.rescan(rows.whole(row, "id"))

    def _recover_rescans(self) -> None:
        """Give back the rescans whose takers are gone; one that lost its second taker has failed."""
        for row in self._all("SELECT id, crashes, pid, host, heard_at FROM rescans WHERE state = 'running'"):
            if not self._is_gone(row):
                continue
            rescan_id = rows.whole(row, "id")
            self._do("UPDATE rescans SET crashes = crashes + 1 WHERE id = :id", {"id": rescan_id})
            if rows.whole(row, "crashes") + 1 < _MAX_CRASHES:
                self._queue_again(rescan_id, "again")
            else:
                self._close_rescan(rescan_id, RescanState.FAILED, CRASHED)

    def _is_gone(self, row: Row) -> bool:
        """Whether a taker is known to have ended, or was not heard of for the length of a lease."""
        if row["host"] == socket.gethostname() and not is_alive(rows.whole(row, "pid")):
            return True
        return rows.instant(rows.text(row, "heard_at")) + RESCAN_LEASE < self._clock()

    def _queue_again(self, rescan_id: int, why: str) -> None:
        """Back into the queue, to its old place; one that somebody wanted to end is ended instead."""
        wish = self.rescan(rescan_id)
        if wish is not None and wish.cancelled_by:
            self._close_rescan(rescan_id, RescanState.CANCELLED)
            return
        sql = "UPDATE rescans SET state = 'queued', pid = NULL, host = NULL, heard_at = NULL WHERE id = :id"
        self._do(sql, {"id": rescan_id})
        self.add_step(rescan_id, why)

    def rescans_before(self, rescan_id: int) -> int:
        """How many rescans are to be done before one that waits, those under way included."""
        sql = "SELECT count(*) AS n FROM rescans WHERE state = 'running' OR (state = 'queued' AND id < :id)"
        return rows.whole(self._all(sql, id=rescan_id)[0], "n")

    # --- the lease ---

    def hear_rescan(self, rescan: Rescan) -> None:
        """The taker's sign of life, as often as it likes.

        Raises RescanLost when it must stop: cancelled, or no longer the caller's.
        """
        row = self._one(_HELD, **self._holder(rescan))
        if row is None or row["cancelled_by"]:
            raise RescanLost("the second look was cancelled, or taken by another process")
        now = self._clock()
        if rows.instant(rows.text(row, "heard_at")) + HEARD_EVERY <= now:
            values: dict[str, Cell] = {"id": rescan.rescan_id, "attempts": rescan.attempts}
            with self.transaction():
                self._do(
                    "UPDATE rescans SET heard_at = :at WHERE id = :id AND attempts = :attempts AND state = 'running'",
                    {**values, "at": rows.instant_text(now)},
                )

    def _holder(self, rescan: Rescan) -> dict[str, Cell]:
        """What tells that a rescan is still held by the caller."""
        us = self._us()
        return {"id": rescan.rescan_id, "attempts": rescan.attempts, "pid": us["pid"], "host": us["host"]}

    def give_back_rescan(self, rescan: Rescan) -> bool:
        """Put a rescan that the caller holds back into the queue, because its program ends; False when it lost it.

        Such an end is no crash.
        """
        with self.transaction():
            if not self._one(_HELD, **self._holder(rescan)):
                return False
            self._queue_again(rescan.rescan_id, "given_back")
            return True

    def cancel_rescan(self, rescan_id: int, *, by: str, any_of: bool = False) -> Rescan | None:
        """End a rescan; gives it as it is then, None when there is no such one. One that is over stays as it is.

        One that waits is cancelled at once; one that runs when its taker next gives a sign of life, unless it is done
        before. Raises RescanNotYours unless the caller asked for it, or `any_of` says that this does not matter.
        """
        with self.transaction():
            rescan = self.rescan(rescan_id)
            if rescan is None or rescan.state in OVER or rescan.cancelled_by:
                return rescan
            if not any_of and rescan.by != by:
                raise RescanNotYours(f"{rescan.by} asked for this second look")
            self._do("UPDATE rescans SET cancelled_by = :by WHERE id = :id", {"id": rescan_id, "by": by})
            self._audit(by, "cancel_rescan", rescan.cluster_id, rescan=rescan_id)
            if rescan.state is RescanState.QUEUED:
                self._close_rescan(rescan_id, RescanState.CANCELLED)
        return self.rescan(rescan_id)

    def end_rescan(self, rescan: Rescan, state: RescanState, note: str = "") -> bool:
        """Close a rescan that the caller holds, with the verdict that stands now; False when it is not its any more.

        CANCELLED is for one that somebody wanted to end; beside any other state the wish stays as one that came too late.
        """
        with self.transaction():
            held = self._one(_HELD, **self._holder(rescan))
            if held is None or (state is RescanState.CANCELLED and not held["cancelled_by"]):
                return False
            self._close_rescan(rescan.rescan_id, state, note)
            return True

    def _close_rescan(self, rescan_id: int, state: RescanState, note: str = "") -> None:
        rescan = self.rescan(rescan_id)
        after = self.current(rescan.cluster_id) if rescan and state is not RescanState.CANCELLED else None
        if state is RescanState.FAILED:
            self.add_step(rescan_id, "failed", words=note)
        if state is RescanState.CANCELLED:
            self.add_step(rescan_id, "cancelled", by=rescan.cancelled_by if rescan else "")
        values: dict[str, Cell] = {"id": rescan_id, "state": str(state), "note": note}
        values |= {"at": rows.instant_text(self._clock()), "after": rows.pack(after) if after else None}
        self._do(
            """UPDATE rescans SET state = :state, note = :note, ended_at = :at, after = :after,
            pid = NULL, host = NULL, heard_at = NULL WHERE id = :id""",
            values,
        )

    # --- what is shown ---

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

    def add_step(self, rescan_id: int, code: str, **told: Told) -> None:
        """Tell whoever watches what happens."""
        short = {name: value[:MAX_TOLD] if isinstance(value, str) else value for name, value in told.items()}
        values: dict[str, Cell] = {"id": rescan_id, "code": code, "told": json.dumps(short, ensure_ascii=False)}
        with self.transaction():
            self._do(
                "INSERT INTO rescan_steps SELECT :id, coalesce(max(position), 0) + 1, :at, :code, :told "
                "FROM rescan_steps WHERE rescan_id = :id",
                {**values, "at": rows.instant_text(self._clock())},
            )

    def steps(self, rescan_id: int, after: int = 0) -> list[RescanStep]:
        """The steps of a rescan behind a position."""
        sql = "SELECT * FROM rescan_steps WHERE rescan_id = :id AND position > :after ORDER BY position"
        return [
            RescanStep(
                position=rows.whole(row, "position"),
                at=rows.instant(rows.text(row, "at")),
                code=rows.text(row, "code"),
                told=json.loads(rows.text(row, "told")),
            )
            for row in self._all(sql, id=rescan_id, after=after)
        ]


_HELD = """
SELECT heard_at, cancelled_by FROM rescans
WHERE id = :id AND state = 'running' AND attempts = :attempts AND pid = :pid AND host = :host"""


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
        attempts=rows.whole(row, "attempts"),
        cancelled_by=rows.text(row, "cancelled_by"),
    )
