"""What the visits to a cluster amount to so far, kept so that a night need not read them all again.

A stored past ends before the newest visit: a night that is found to be void takes back only visits that no past holds
yet. Whatever changes the visits that one does hold drops it in the same transaction, and it is made again from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from crawler.model import Visit
from crawler.past import FORM, AnyVisit, Past
from db import queries, rows
from db.connection import Connection
from db.rows import Cell


class Pasts(Connection):
    """The store with the past of each cluster. Void nights are left out everywhere."""

    def past(self, cluster_id: str, *, until: datetime | None = None) -> tuple[Past, Iterator[AnyVisit]]:
        """What was stored of the visits up to an instant (included), and those after it, oldest first."""
        return self._past(cluster_id, until, {})

    def history(
        self, cluster_id: str, limit: int, *, until: datetime | None = None
    ) -> tuple[Past, Iterator[AnyVisit], tuple[Visit, ...]]:
        """What `past` gives, and the last visits until then that could read a page, oldest first.

        A visit that is among both is read once.
        """
        read = self._last_read(cluster_id, limit, until)
        return *self._past(cluster_id, until, read), tuple(read.values())

    def _past(
        self, cluster_id: str, until: datetime | None, known: Mapping[Cell, Visit]
    ) -> tuple[Past, Iterator[AnyVisit]]:
        """`past`; of visits whose ids are known nothing is read again."""
        upto = rows.instant_text(until) if until else queries.FOREVER
        row = self._one(queries.PAST, cluster=cluster_id, form=FORM, until=upto)
        since, visit_id = (row["until"], row["visit_id"]) if row else ("", 0)
        newer = self._each(queries.VISITS_AFTER, cluster=cluster_id, since=since, visit=visit_id, until=upto)
        return rows.past(row) if row else Past(), (known.get(v["id"]) or rows.old_visit(v) for v in newer)

    def _last_read(self, cluster_id: str, limit: int, until: datetime | None) -> dict[Cell, Visit]:
        """The last visits up to an instant (included) that could read a page, oldest first, by their ids."""
        upto = rows.instant_text(until) if until else queries.FOREVER
        found = self._all(queries.LAST_READ, cluster=cluster_id, limit=limit, until=upto)[::-1]
        return dict(zip([row["id"] for row in found], rows.visits(found), strict=True))

    def first_visit_at(self) -> datetime | None:
        """The start of the first visit to any cluster, None while there is none."""
        row = self._one(queries.FIRST_VISIT)
        return rows.optional(row, "at", rows.instant) if row else None

    def has_visit_at(self, cluster_id: str, at: datetime) -> bool:
        """Whether `visit_at` gives one."""
        return self._one(queries.HAS_VISIT_AT, cluster=cluster_id, at=rows.instant_text(at)) is not None

    def visit_at(self, cluster_id: str, at: datetime) -> Visit | None:
        """The visit that began at an instant, None where there is none or it is void."""
        row = self._one(queries.VISIT_AT, cluster=cluster_id, at=rows.instant_text(at))
        return rows.visit(row) if row else None

    def _keep_past(self, visit: Visit, past: Past | None) -> None:
        """Keep what the visits before this one amount to; part of the transaction that adds it, and before it does.

        Without one, an earlier past stays, unless it reaches beyond the visit: then it lacks it.
        """
        at = rows.instant_text(visit.started_at)
        self._do(queries.DROP_LATER_PAST, {"cluster": visit.cluster_id, "at": at})
        if past is not None and past.last_visited_at is not None:
            until = rows.instant_text(past.last_visited_at)
            values: dict[str, Cell] = {
                "cluster": visit.cluster_id,
                "until": until,
                "form": FORM,
                "document": rows.pack(past),
            }
            self._do(queries.PUT_PAST, values)
