"""Decisions over many questions at once: stored as one, taken back as one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crawler.answers import Answer, Decision
from crawler.errors import StoreError
from db import rows
from db.desk import Desk, NotToUndo, Overtaken, answer_of_row, taken_back
from db.rows import Cell, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """One decision over many questions."""

    bulk_id: int
    by: str
    at: datetime
    decision: Decision
    wanted: str  # the filter whose questions it answered, as the query of an address
    first_answer: int  # its answers are those with an id from here
    last_answer: int  # to here
    overtaken: tuple[int, ...] = ()  # ids of the newer answers of others that kept a question out of it
    is_undone: bool = False  # whether nothing of it is left

    @property
    def count(self) -> int:
        """How many answers it has, taken back or not."""
        return self.last_answer - self.first_answer + 1


_NOT_UNDONE = "NOT EXISTS (SELECT 1 FROM answers u WHERE u.undoes = a.id)"
_BULK = f"""SELECT b.*, NOT EXISTS (
    SELECT 1 FROM answers a WHERE a.id BETWEEN b.first_answer AND b.last_answer AND {_NOT_UNDONE}) AS is_undone
FROM bulks b"""  # noqa: S608  # words of ours only


class Bulks(Desk):
    """The desk with decisions over many questions."""

    def newest_answer(self) -> int:
        """The id of the newest answer of all, 0 for none: what a preview can have seen."""
        return rows.whole(self._all("SELECT coalesce(max(id), 0) AS n FROM answers")[0], "n")

    def answer_all(self, answers: Sequence[Answer], *, seen: Mapping[str, int], wanted: str) -> Bulk:
        """Store these answers of one person and one decision, all of them or, after a kill, none.

        `seen` is for each cluster the newest answer that was on the screen, 0 for none. A cluster with a newer one is
        left out, and the answer is named in the bulk; one that was retired since is left out too. Raises Overtaken when newer
        answers leave nothing, StoreError when none of the clusters is in the registry any more.
        """
        with self.transaction():
            in_use = {c.cluster_id for c in self.clusters(list(seen))}
            if not in_use:
                raise StoreError("none of these clusters is in the registry any more.")
            newest = self._newest_of(list(seen))
            overtaken = {c: n for c, n in newest.items() if n != seen[c] and c in in_use}
            kept = [a for a in answers if a.cluster_id in in_use and a.cluster_id not in overtaken]
            if not kept:
                raise Overtaken(self._answers_with([min(overtaken.values())])[0])
            bulk_id = rows.whole(self._all("SELECT coalesce(max(id), 0) + 1 AS n FROM bulks")[0], "n")
            ids = [self._put(answer, bulk_id).answer_id for answer in kept]
            bulk = Bulk(
                bulk_id=bulk_id,
                by=kept[0].by,
                at=kept[0].at,
                decision=kept[0].decision,
                wanted=wanted,
                first_answer=ids[0],
                last_answer=ids[-1],
                overtaken=tuple(sorted(overtaken.values())),
            )
            self._insert("bulks", _row(bulk))
            told = {"bulk": bulk_id, "answers": len(ids), "overtaken": len(overtaken), "filter": wanted}
            self._audit(bulk.by, f"bulk:{bulk.decision}", "", **told)
            return bulk

    def undo_all(self, bulk_id: int, *, by: str, any_of: bool = False) -> int:
        """Take back what is left of a bulk; gives how many answers that were.

        Only one's own, unless `any_of` says otherwise. Raises NotToUndo when there is no such bulk, or nothing left.
        """
        with self.transaction():
            bulk = self.bulk(bulk_id)
            if bulk is None or bulk.is_undone or not (any_of or bulk.by == by):
                raise NotToUndo("this was taken back already, or is not yours to take back")
            left = self.answers_of(bulk, only_left=True)
            for answer in left:
                self._put(taken_back(answer, by=by, at=self._clock()), bulk_id)
            self._audit(by, "bulk:undone", "", bulk=bulk_id, answers=len(left))
            return len(left)

    def bulk(self, bulk_id: int) -> Bulk | None:
        """The bulk of this number."""
        row = self._one(f"{_BULK} WHERE b.id = :id", id=bulk_id)
        return _bulk(row) if row else None

    def answers_of(self, bulk: Bulk, *, only_left: bool = False, limit: int = -1, offset: int = 0) -> list[Answer]:
        """The answers of a bulk in their order; `only_left` leaves out what was taken back."""
        sql = f"""SELECT a.* FROM answers a WHERE a.id BETWEEN :first AND :last AND (NOT :left OR {_NOT_UNDONE})
        ORDER BY a.id LIMIT :limit OFFSET :offset"""  # noqa: S608  # words of ours only
        some: dict[str, Cell] = {"left": int(only_left), "limit": limit, "offset": offset}
        return [answer_of_row(row) for row in self._all(sql, first=bulk.first_answer, last=bulk.last_answer, **some)]

    def overtaking(self, bulk: Bulk) -> list[Answer]:
        """The answers of others that kept a question out of a bulk."""
        return self._answers_with(bulk.overtaken)

    def last_decisions(self, name: str, limit: int) -> list[Answer | Bulk]:
        """What one person decided last, newest first, without what was taken back; a bulk counts as one."""
        sql = f"""SELECT * FROM answers a WHERE by = :name AND decision <> 'undone' AND {_NOT_UNDONE}
        AND NOT EXISTS (SELECT 1 FROM bulks b WHERE a.id BETWEEN b.first_answer AND b.last_answer)
        ORDER BY id DESC LIMIT :limit"""  # noqa: S608  # words of ours only
        single = [answer_of_row(row) for row in self._all(sql, name=name, limit=limit)]
        recent = f"SELECT * FROM ({_BULK} WHERE b.by = :name) WHERE NOT is_undone ORDER BY id DESC LIMIT :limit"  # noqa: S608
        many = [_bulk(row) for row in self._all(recent, name=name, limit=limit)]
        both: list[Answer | Bulk] = [*single, *many]
        return sorted(both, key=lambda d: d.last_answer if isinstance(d, Bulk) else d.answer_id, reverse=True)[:limit]

    def decided_since(self, name: str, since: datetime) -> int:
        """How many questions one person has decided since an instant, and not taken back."""
        sql = f"""SELECT count(*) AS n FROM answers a WHERE by = :name AND at >= :since AND {_NOT_UNDONE}
        AND decision IN ('ceased', 'alive', 'static', 'wrong_address', 'moved', 'snoozed')"""  # noqa: S608
        return rows.whole(self._all(sql, name=name, since=rows.instant_text(since))[0], "n")

    def _newest_of(self, cluster_ids: Sequence[str]) -> dict[str, int]:
        """The id of the newest answer about each of these clusters, 0 for none."""
        sql = """SELECT value AS cluster_id, coalesce((SELECT max(id) FROM answers WHERE cluster_id = value), 0) AS n
        FROM json_each(:ids)"""
        found = self._all(sql, ids=json.dumps(list(cluster_ids)))
        return {rows.text(row, "cluster_id"): rows.whole(row, "n") for row in found}

    def _answers_with(self, ids: Sequence[int]) -> list[Answer]:
        sql = "SELECT * FROM answers WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY id"
        return [answer_of_row(row) for row in self._all(sql, ids=json.dumps(list(ids)))]


def _row(bulk: Bulk) -> dict[str, Cell]:
    same = ("by", "wanted", "first_answer", "last_answer")
    return {
        **{name: getattr(bulk, name) for name in same},
        "id": bulk.bulk_id,
        "at": rows.instant_text(bulk.at),
        "decision": str(bulk.decision),
        "overtaken": json.dumps(bulk.overtaken),
    }


def _bulk(row: Row) -> Bulk:
    return Bulk(
        bulk_id=rows.whole(row, "id"),
        by=rows.text(row, "by"),
        at=rows.instant(rows.text(row, "at")),
        decision=Decision(rows.text(row, "decision")),
        wanted=rows.text(row, "wanted"),
        first_answer=rows.whole(row, "first_answer"),
        last_answer=rows.whole(row, "last_answer"),
        overtaken=tuple(json.loads(rows.text(row, "overtaken"))),
        is_undone=bool(row["is_undone"]),
    )
