"""The search for unknown organisations that has not ended: when it began, and what it has walked through already."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

import msgspec

from crawler.errors import RunUnderWay
from crawler.scouting import Scouted, Stroll
from db import rows
from db.connection import Connection
from db.processes import birth_of, is_alive
from db.rows import Cell, Row
from db.store import LEASE, RESUMED_WITHIN


@dataclass(frozen=True, slots=True)
class Walked:
    """What became of one walk: what it brought, or why it was given up."""

    scouted: Scouted | None
    reason: str = ""


class Searches(Connection):
    """The store with the search that has not ended. `Searches.over` any other view of it."""

    def begin_search(self, now: datetime, *, afresh: bool = False) -> datetime:
        """Work on the search that was broken off, or on a new one; gives the instant that it works with.

        One that began longer ago than half a day is forgotten, like any with `afresh`: its pages are too old to be told
        as of now. Raises RunUnderWay while another process is at it.
        """
        with self.transaction():
            row = self._one("SELECT * FROM searches")
            if row is not None and self._is_under_way(row):
                raise RunUnderWay(
                    f"{self._path}: a search is under way in another process ({rows.whole(row, 'pid')} on {rows.text(row, 'host')}). Wait for its "
                    "end; a second one would walk through the same websites."
                )
            at = rows.instant(rows.text(row, "now")) if row else now
            if afresh or abs(now - at) > RESUMED_WITHIN:
                self.forget_search()
                at = now
            us: dict[str, Cell] = {"pid": os.getpid(), "birth": birth_of(os.getpid()), "host": socket.gethostname()}
            self._do(
                "INSERT INTO searches (id, now, heard_at, pid, birth, host) VALUES (1, :at, :heard, :pid, :birth, :host) "
                "ON CONFLICT (id) DO UPDATE SET heard_at = :heard, pid = :pid, birth = :birth, host = :host",
                {**us, "at": rows.instant_text(at), "heard": rows.instant_text(self._clock())},
            )
        return at

    def _is_under_way(self, row: Row) -> bool:
        """Whether another process is at the search. On this machine it is asked; of another one its last word tells."""
        pid = rows.whole(row, "pid")
        if rows.text(row, "host") != socket.gethostname():
            return rows.instant(rows.text(row, "heard_at")) + LEASE > self._clock()
        return pid != os.getpid() and is_alive(pid) and birth_of(pid) == rows.text(row, "birth")

    def walked(self, phase: str, strolls: Iterable[Stroll]) -> dict[str, Walked]:
        """What became of those of these walks that the search has behind it, by the id of the site.

        A site that is asked for in another way than then, because the registry or the settings have changed, is left out.
        """
        found = {
            (rows.text(row, "site_id"), rows.text(row, "source")): row
            for row in self._each("SELECT * FROM search_walks WHERE search_id = 1 AND phase = :phase", phase=phase)
        }
        known = ((s.site.cluster_id, found.get((s.site.cluster_id, _source(s)))) for s in strolls)
        return {site_id: _walked(row) for site_id, row in known if row is not None}

    def keep_walk(self, phase: str, stroll: Stroll, walked: Walked) -> None:
        """Keep what became of a walk, until the search ends."""
        document = rows.pack(walked.scouted) if walked.scouted is not None else None
        values: dict[str, Cell] = {
            "phase": phase, "site": stroll.site.cluster_id, "source": _source(stroll), "document": document,
            "reason": walked.reason, "heard": rows.instant_text(self._clock()),
        }  # fmt: skip
        with self.transaction():
            self._do("UPDATE searches SET heard_at = :heard WHERE id = 1", values)
            self._do(
                "INSERT OR REPLACE INTO search_walks (search_id, phase, site_id, source, document, reason) "
                "VALUES (1, :phase, :site, :source, :document, :reason)",
                values,
            )

    def forget_search(self) -> None:
        """Forget the search: it has ended, or is to begin anew."""
        with self.transaction():
            self._do("DELETE FROM searches", {})


def _walked(row: Row) -> Walked:
    if row["document"] is None:
        return Walked(None, rows.text(row, "reason"))
    return Walked(rows.unpack(rows.blob(row), Scouted))


def _source(stroll: Stroll) -> str:
    """What tells one order to walk through a site from another."""
    return blake2b(msgspec.json.encode(stroll), digest_size=12).hexdigest()
