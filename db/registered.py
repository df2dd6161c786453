"""The rows of the registry in the store: every change of one is kept beside it, in the same transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from crawler.model import Cluster
from db import history, queries, rows
from db.connection import Connection
from db.history import PROGRAM, ChangeKind, Entry, Record, RegistryChange


class Registered(Connection):
    """The store with the registry in it."""

    def clusters(self, ids: Sequence[str] | None = None, *, retired: bool = False) -> list[Cluster]:
        """The clusters by id: all of the registry, or those of the given ids; retired ones only on request."""
        found = (
            self._each(queries.CLUSTERS, retired=int(retired))
            if ids is None
            else self._each(queries.CLUSTERS_OF, ids=json.dumps(list(ids)), retired=int(retired))
        )
        return [rows.cluster(row) for row in found]

    def cluster_ids(self) -> list[str]:
        """The ids of all clusters of the registry, in order."""
        return [rows.text(row, "cluster_id") for row in self._each(queries.CLUSTER_IDS)]

    def entries(self, ids: Iterable[str] | None = None) -> dict[str, Entry]:
        """The rows of the registry by id, retired ones too: all, or those of the given ids."""
        found = self._all(queries.ENTRIES) if ids is None else self._all(queries.ENTRIES_OF, ids=json.dumps(list(ids)))
        return {rows.text(row, "cluster_id"): history.entry(row) for row in found}

    def entry(self, cluster_id: str) -> Entry | None:
        """One row of the registry, retired or not; None when there never was one."""
        return self.entries([cluster_id]).get(cluster_id)

    def records_as_of(self, until: datetime) -> list[Record]:
        """The rows of the registry as they stood at an instant (included), retired ones too, by id.

        A row was there from when it was put in; or, when its visits are dated before that, from the first of them.
        """
        end = rows.instant_text(until)
        return [r for r in (history.stood(row, end) for row in self._all(queries.AS_IT_STOOD, until=end)) if r]

    def upsert_clusters(self, clusters: Iterable[Cluster], *, by: str = PROGRAM) -> int:
        """Add clusters, or bring them up to date, and take back a retirement; gives how many rows that changed."""
        wanted = list(clusters)
        with self.transaction():
            known = self.entries(c.cluster_id for c in wanted)
            return sum(
                self._put_record(ChangeKind.IMPORTED, Record(cluster=c), known.get(c.cluster_id), by=by) for c in wanted
            )

    def import_records(self, changes: Iterable[tuple[Record | None, Record]], *, by: str, **told: object) -> None:
        """Bring rows of the registry from their state now, None for new ones, to another one; none of them is retired.

        With one line of the audit, which has `told` as its details. The states are those of the transaction around it.
        """
        at = self._clock()
        made = [
            RegistryChange(
                change_id=0, at=at, by=by, cluster_id=after.cluster.cluster_id, what=ChangeKind.IMPORTED, note="",
                other="", before=before, after=after,
            )
            for before, after in changes
        ]  # fmt: skip
        with self.transaction():
            self._put_changes(made, retired_at=None)
            self._audit(by, "registry:imported", "", **told)

    def retire(self, cluster_ids: Iterable[str], *, by: str = PROGRAM) -> int:
        """Take clusters out of the registry without losing their history; gives how many were in it."""
        with self.transaction():
            found = [e for e in self.entries(cluster_ids).values() if not e.record.retired]
            return sum(
                self._put_record(ChangeKind.RETIRED, Record(cluster=e.cluster, retired=True), e, by=by) for e in found
            )

    def _put_record(
        self, what: ChangeKind, record: Record, now: Entry | None, *, by: str, note: str = "", other: str = ""
    ) -> bool:
        """Bring a row of the registry from its state now to another one, and append what changed.

        False when it has that state already; of a merge it is told all the same. Part of the transaction around it.
        """
        before = now.record if now else None
        if before == record and what is not ChangeKind.MERGED:
            return False
        at = self._clock()
        change = RegistryChange(
            change_id=0, at=at, by=by, cluster_id=record.cluster.cluster_id, what=what, note=note, other=other,
            before=before, after=record,
        )  # fmt: skip
        self._put_changes([change], retired_at=(now.retired_at if now else None) or at)
        return True

    def _put_changes(self, changes: Sequence[RegistryChange], *, retired_at: datetime | None) -> None:
        """Store rows of the registry as they are after these changes, and the changes themselves, in their order."""
        retired = rows.instant_text(retired_at) if retired_at else None
        put = [
            {
                **rows.cluster_row(change.after.cluster),
                "retired_at": retired if change.after.retired else None,
                "merged_into": change.after.merged_into or None,
                "changed_at": rows.instant_text(change.at),
            }
            for change in changes
        ]
        told = [history.change_row(change) for change in changes]
        if changes:
            self._do_each(queries.PUT_CLUSTER, put)
            self._do_each(queries.insert("registry_changes", told[0]), told)

    def registry_changes(self, cluster_id: str = "", *, limit: int = 200) -> list[RegistryChange]:
        """What was changed in the registry, newest first: of one cluster, or of all."""
        found = (
            self._all(queries.CHANGES_OF, cluster=cluster_id, limit=limit)
            if cluster_id
            else self._all(queries.CHANGES, limit=limit)
        )
        return [history.change(row) for row in found]

    def registry_change(self, change_id: int) -> RegistryChange | None:
        """One change of the registry, None when there is no such one."""
        row = self._one(queries.CHANGE, change=change_id)
        return history.change(row) if row else None

    def _audit(self, by: str, what: str, about: str = "", **details: object) -> None:
        """One row of the audit; part of the transaction around it."""
        at = rows.instant_text(self._clock())
        text = json.dumps(details, ensure_ascii=False, default=str)
        self._insert("audit", {"at": at, "by": by, "what": what, "about": about, "details": text})
