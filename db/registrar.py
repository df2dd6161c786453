"""What people change in the registry: each change with its history and its audit, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from crawler.errors import ClusterwatchError
from crawler.model import Cluster
from db import rows
from db.history import ChangeKind, Entry, Record
from db.listing import holds
from db.merging import merged
from db.rescans import Rescans
from db.rows import Cell

STATES = ("live", "retired", "all")


class IdTaken(ClusterwatchError):
    """A cluster of this id is or was in the registry. Raised by `Registrar`; the pages say it beside the field."""


class EntryChanged(ClusterwatchError):
    """Somebody has changed the row since it was shown. Raised by `Registrar`; the pages show both versions."""

    def __init__(self, now: Entry) -> None:
        super().__init__(f"{now.cluster.cluster_id} was changed by somebody else in the meantime")
        self.now = now


class NotPossible(ClusterwatchError):
    """What is asked of a row makes no sense in its state. Raised by `Registrar`; the pages and commands say why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One row of the registry as a list shows it."""

    cluster_id: str
    name_en: str
    name_ja: str
    website: str
    retired_at: datetime | None
    merged_into: str
    changed_at: datetime
    changed_by: str  # "" for a row that is as it was before there was a history


class Registrar(Rescans):
    """The store as people keep the registry. Ids of people are login names; `seen` is the digest of what was shown."""

    def add_cluster(self, cluster: Cluster, *, by: str, note: str = "") -> None:
        """Add a cluster. Raises IdTaken, also for an id that differs only by capitals or is retired."""
        with self.transaction():
            sql = "SELECT cluster_id FROM clusters WHERE cluster_id = :id COLLATE NOCASE"
            taken = self._one(sql, id=cluster.cluster_id)
            if taken:
                raise IdTaken(f"the id {rows.text(taken, 'cluster_id')!r} is taken already")
            self._put_record(ChangeKind.ADDED, Record(cluster=cluster), None, by=by, note=note)
            self._audit(by, "registry:added", cluster.cluster_id, **_told(note))

    def correct_cluster(self, cluster: Cluster, *, seen: str, by: str, note: str = "") -> bool:
        """Put other values into a row; False when they are the same. Raises EntryChanged, NotPossible."""
        with self.transaction():
            now = self._as_seen(cluster.cluster_id, seen)
            record = replace(now.record, cluster=cluster)
            changed = self._put_record(ChangeKind.CORRECTED, record, now, by=by, note=note)
            if changed:
                self._audit(by, "registry:corrected", cluster.cluster_id, **_told(note))
            return changed

    def retire_cluster(self, cluster_id: str, *, seen: str, by: str, note: str) -> None:
        """Take a row out of use: not crawled, not asked about, all of its history kept; a second look is cancelled.

        Raises EntryChanged, and NotPossible for one that is retired already.
        """
        with self.transaction():
            now = self._as_seen(cluster_id, seen)
            if now.record.retired:
                raise NotPossible(f"{cluster_id} is retired already")
            self._put_record(ChangeKind.RETIRED, replace(now.record, retired=True), now, by=by, note=note)
            self._audit(by, "registry:retired", cluster_id, **_told(note))
            self._visit_no_more(cluster_id, by=by)

    def revive_cluster(self, cluster_id: str, *, seen: str, by: str, note: str = "") -> None:
        """Bring a retired row back into use. Raises EntryChanged, and NotPossible for one that is in use."""
        with self.transaction():
            now = self._as_seen(cluster_id, seen)
            if not now.record.retired:
                raise NotPossible(f"{cluster_id} is in use")
            record = replace(now.record, retired=False, merged_into="")
            self._put_record(ChangeKind.REVIVED, record, now, by=by, note=note)
            self._audit(by, "registry:revived", cluster_id, **_told(note))

    def merge_clusters(
        self, gone_id: str, kept_id: str, *, chosen: Mapping[str, str], seen: tuple[str, str], by: str, note: str = ""
    ) -> Cluster:
        """Retire one cluster in favour of another, which takes over the chosen columns; gives the one that stays.

        `seen` are the digests of both as shown. Visits, verdicts, answers and history stay under their ids. Raises
        EntryChanged, and NotPossible when one is retired or both are the same.
        """
        with self.transaction():
            gone, kept = self._as_seen(gone_id, seen[0]), self._as_seen(kept_id, seen[1])
            if gone_id == kept_id:
                raise NotPossible("a cluster cannot be merged into itself")
            if gone.record.retired or kept.record.retired:
                raise NotPossible(f"{gone_id if gone.record.retired else kept_id} is retired")
            result = merged(kept.cluster, gone.cluster, chosen)
            self._put_record(
                ChangeKind.MERGED, replace(kept.record, cluster=result), kept, by=by, note=note, other=gone_id
            )
            record = replace(gone.record, retired=True, merged_into=kept_id)
            self._put_record(ChangeKind.MERGED, record, gone, by=by, note=note, other=kept_id)
            self._audit(by, "registry:merged", gone_id, into=kept_id, **_told(note))
            self._visit_no_more(gone_id, by=by)
            return result

    def _visit_no_more(self, cluster_id: str, *, by: str) -> None:
        """Cancel the second look that waits or is under way: nobody could do it, and it would be told as a failure."""
        sql = "SELECT id FROM rescans WHERE cluster_id = :cluster AND state IN ('queued', 'running')"
        row = self._one(sql, cluster=cluster_id)
        if row:
            self.cancel_rescan(rows.whole(row, "id"), by=by, any_of=True)

    def _as_seen(self, cluster_id: str, seen: str) -> Entry:
        """The row as it is now. Raises EntryChanged when that is not what was shown, NotPossible when there is none."""
        now = self.entry(cluster_id)
        if now is None:
            raise NotPossible(f"there is no cluster {cluster_id!r} in the registry")
        if now.record.digest != seen:
            raise EntryChanged(now)
        return now

    # --- the list ---

    def listed(self, text: str = "", state: str = "live", *, limit: int = 50, offset: int = 0) -> list[Listed]:
        """The rows of the registry in a state (one of STATES) whose id, names or website hold all words of a text."""
        conditions, values = _where(text, state)
        sql = f"""SELECT c.*, coalesce((SELECT by FROM registry_changes WHERE cluster_id = c.cluster_id
            ORDER BY id DESC LIMIT 1), '') AS changed_by FROM clusters c WHERE {conditions}
        ORDER BY c.name_en COLLATE NOCASE, c.cluster_id LIMIT :limit OFFSET :offset"""  # noqa: S608  # words of ours only
        return [_listed(row) for row in self._all(sql, **values, limit=limit, offset=offset)]

    def listed_total(self, text: str = "", state: str = "live") -> int:
        """How many rows `listed` has without a limit."""
        conditions, values = _where(text, state)
        sql = f"SELECT count(*) AS n FROM clusters c WHERE {conditions}"  # noqa: S608  # words of ours only
        return rows.whole(self._all(sql, **values)[0], "n")


def _told(note: str) -> dict[str, object]:
    return {"note": note} if note else {}


_SEARCHED = "(c.cluster_id || ' ' || c.name_en || ' ' || c.name_ja || ' ' || c.website)"


def _where(text: str, state: str) -> tuple[str, dict[str, Cell]]:
    """The conditions of a list, with their values."""
    parts = [{"live": "c.retired_at IS NULL", "retired": "c.retired_at IS NOT NULL"}.get(state, "TRUE")]
    values: dict[str, Cell] = {}
    for number, word in enumerate(text.split()[:8]):
        condition, words = holds(_SEARCHED, number, word)
        parts.append(condition)
        values |= words
    return " AND ".join(parts), values


def _listed(row: Mapping[str, Cell]) -> Listed:
    return Listed(
        **{name: rows.text(row, name) for name in ("cluster_id", "name_en", "name_ja", "website", "changed_by")},
        retired_at=rows.optional(row, "retired_at", rows.instant),
        merged_into=rows.optional(row, "merged_into", str) or "",
        changed_at=rows.instant(rows.text(row, "changed_at")),
    )
