"""What people say about the international relations of clusters, with its audit; one transaction a method."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from crawler.errors import ClusterwatchError, StoreError
from crawler.international import Assessed, International
from db import rows
from db.rescans import Rescans
from db.rows import Row


class AssessedMeanwhile(ClusterwatchError):
    """Somebody else has assessed the cluster since the page was shown. Raised by `Assessments`; the pages show who."""

    def __init__(self, first: Assessed) -> None:
        super().__init__(f"{first.by} answered first")
        self.first = first


class Assessments(Rescans):
    """The store with people's assessments of international relations."""

    def assessments(self, cluster_ids: Sequence[str]) -> dict[str, list[Assessed]]:
        """All that was said about these clusters, oldest first; clusters without any are left out."""
        sql = "SELECT * FROM assessments WHERE cluster_id IN (SELECT value FROM json_each(:ids)) ORDER BY id"
        found: dict[str, list[Assessed]] = {}
        for row in self._all(sql, ids=json.dumps(list(cluster_ids))):
            found.setdefault(rows.text(row, "cluster_id"), []).append(_assessed(row))
        return found

    def assess(self, said: Assessed, *, seen: int) -> Assessed:
        """Store what a person says, with its audit; gives it with its id.

        `seen` is the newest one about the cluster that was on the screen, 0 for none. Raises AssessedMeanwhile when
        there is a newer one, and StoreError when the registry has no such cluster.
        """
        with self.transaction():
            if not self.clusters([said.cluster_id]):
                raise StoreError(f"there is no cluster {said.cluster_id!r} in the registry.")
            before = self.assessments([said.cluster_id]).get(said.cluster_id, [])
            if before and before[-1].assessed_id != seen:
                raise AssessedMeanwhile(before[-1])
            values = {
                "cluster_id": said.cluster_id, "kind": str(said.kind or ""), "by": said.by,
                "at": rows.instant_text(said.at), "note": said.note, "grounds": json.dumps(said.grounds),
            }  # fmt: skip
            stored = replace(said, assessed_id=self._insert("assessments", values))
            told = {"assessment": stored.assessed_id, "note": said.note}
            self._audit(
                said.by,
                f"partners:{said.kind or 'withdrawn'}",
                said.cluster_id,
                **{name: value for name, value in told.items() if value},
            )
            return stored


def _assessed(row: Row) -> Assessed:
    kind = rows.text(row, "kind")
    return Assessed(
        cluster_id=rows.text(row, "cluster_id"),
        kind=International(kind) if kind else None,
        by=rows.text(row, "by"),
        at=rows.instant(rows.text(row, "at")),
        note=rows.text(row, "note"),
        grounds=tuple(json.loads(rows.text(row, "grounds"))),
        assessed_id=rows.whole(row, "id"),
    )
