"""The history of the registry: a row as it was kept, what changed it, and the difference between two of them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b

import msgspec

from crawler.model import Cluster
from db import rows
from db.rows import Cell, Row

PROGRAM = "clusterwatch"  # who made a change that nobody asked for by name
COLUMNS = tuple(f.name for f in fields(Cluster) if f.name != "extra")
STATE = "state"  # the name under which a retirement is told among the columns
MERGED_INTO = "merged_into"


class ChangeKind(StrEnum):
    """What was done to a row of the registry."""

    ADDED = "added"
    CORRECTED = "corrected"
    RETIRED = "retired"
    REVIVED = "revived"
    MERGED = "merged"
    IMPORTED = "imported"
    ANSWERED = "answered"  # an answer about a moved or wrong address put another one in


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row of the registry as a person knows it: the columns, and whether it is still in use."""

    cluster: Cluster
    retired: bool = False
    merged_into: str = ""  # the cluster that took its place; only a retired one has it

    @property
    def digest(self) -> str:
        """What tells this state from any other: a form that was made from it carries it."""
        return blake2b(msgspec.json.encode(self), digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of the registry with its instants."""

    record: Record
    added_at: datetime
    changed_at: datetime
    retired_at: datetime | None

    @property
    def cluster(self) -> Cluster:
        """The columns of the row."""
        return self.record.cluster


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryChange:
    """One change of one row. Changes are appended and never edited."""

    change_id: int
    at: datetime
    by: str
    cluster_id: str
    what: ChangeKind
    note: str  # why, in a person's words
    other: str  # the other cluster of a merge
    before: Record | None  # None: the row was new
    after: Record


@dataclass(frozen=True, slots=True)
class Difference:
    """One column of which the text changed; blank cells are ""."""

    column: str  # a field of Cluster, the heading of a further column, STATE or MERGED_INTO
    before: str
    after: str


def cell(cluster: Cluster, column: str) -> str:
    """One column as a person would type it: hosts separated by spaces, degrees as they are, "" for a blank one."""
    value: object = getattr(cluster, column) if column in COLUMNS else dict(cluster.extra).get(column, "")
    if isinstance(value, tuple):
        return " ".join(str(part) for part in value)
    return "" if value is None else str(value)


def columns_of(*clusters: Cluster) -> tuple[str, ...]:
    """The columns of the registry, and the further ones that any of these has, each once."""
    further = (heading for cluster in clusters for heading, _ in cluster.extra)
    return tuple(dict.fromkeys([*COLUMNS, *further]))


def differences(before: Record | None, after: Record) -> tuple[Difference, ...]:
    """What is different after a change, column by column; of a new row everything that is filled."""
    return tuple(_differences(before, after))


def _differences(before: Record | None, after: Record) -> Iterator[Difference]:
    old = before.cluster if before else Cluster(cluster_id="", name_en="", website="", home_language="", country="")
    for column in columns_of(old, after.cluster):
        pair = cell(old, column), cell(after.cluster, column)
        if pair[0] != pair[1]:
            yield Difference(column, *pair)
    if before and before.retired != after.retired:
        yield Difference(STATE, *(("retired", "in use") if before.retired else ("in use", "retired")))
    if before and before.merged_into != after.merged_into:
        yield Difference(MERGED_INTO, before.merged_into, after.merged_into)


# --- rows ---


def entry(row: Row) -> Entry:
    """The entry of a row of the registry."""
    retired_at = rows.optional(row, "retired_at", rows.instant)
    merged_into = rows.optional(row, "merged_into", str) or ""
    return Entry(
        record=Record(cluster=rows.cluster(row), retired=retired_at is not None, merged_into=merged_into),
        added_at=rows.instant(rows.text(row, "added_at")),
        changed_at=rows.instant(rows.text(row, "changed_at")),
        retired_at=retired_at,
    )


def stood(row: Row, end: str) -> Record | None:
    """The record of a row of `queries.AS_IT_STOOD` at that instant; None when it was not in the registry yet."""
    document = rows.optional(row, "stood", str)
    if document is not None:
        return _record(document)
    visited_from = rows.optional(row, "visited_from", str)
    was_visited = visited_from is not None and visited_from <= end
    came_from = rows.optional(row, "came_from", str)
    if came_from is not None:
        return _record(came_from) if was_visited or not row["came_new"] else None
    return entry(row).record if was_visited or rows.text(row, "added_at") <= end else None


def change_row(change: RegistryChange) -> dict[str, Cell]:
    """The columns of a change beside its id."""
    return {
        "at": rows.instant_text(change.at),
        "by": change.by,
        "cluster_id": change.cluster_id,
        "what": str(change.what),
        "note": change.note,
        "other": change.other,
        "before": msgspec.json.encode(change.before).decode() if change.before else None,
        "after": msgspec.json.encode(change.after).decode(),
    }


def change(row: Row) -> RegistryChange:
    """The change of a row."""
    return RegistryChange(
        change_id=rows.whole(row, "id"),
        **{name: rows.text(row, name) for name in ("by", "cluster_id", "note", "other")},
        at=rows.instant(rows.text(row, "at")),
        what=ChangeKind(rows.text(row, "what")),
        before=rows.optional(row, "before", _record),
        after=_record(rows.text(row, "after")),
    )


def _record(document: str) -> Record:
    return rows.unpack(document.encode(), Record)
