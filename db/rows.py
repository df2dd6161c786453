"""Values to rows of the database and back. Pure.

A visit and a verdict are kept whole, as a JSON document; large ones compressed. Fields that were added to a value
later get their defaults when an older document is read; fields that a newer program wrote are passed over.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeVar

import msgspec

from crawler.answers import PROPOSALS
from crawler.errors import StoreError
from crawler.model import (
    Cluster,
    Fetch,
    Role,
    RunKind,
    RunState,
    Verdict,
    Visit,
    VisitOutcome,
)
from crawler.past import OldVisit, Past

Cell = str | int | float | bytes | None
Row = Mapping[str, Cell]  # one row as sqlite hands it out
T = TypeVar("T")


class _Pages(msgspec.Struct):
    """Of the document of a visit: its pages as they are written."""

    pages: msgspec.Raw = msgspec.Raw(b"[]")


_NAMES: Mapping[type, str] = {
    Visit: "visit",
    OldVisit: "visit",
    _Pages: "visit",
    Verdict: "verdict",
    Past: "past of a cluster",
}
_PAGES = b'"pages":'
_COMPRESS_FROM = 1024  # bytes; smaller documents gain nothing
# The default 6 takes twice the time, on every visit of every night, for documents that are a tenth smaller.
_LEVEL = 3
_CLUSTER_TEXTS = tuple(
    f.name for f in fields(Cluster) if f.name not in {"other_hosts", "extra", "lat", "lon"}
)  # columns that hold a field as it is
CLUSTER_COLUMNS = tuple(f.name for f in fields(Cluster))


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of the ledger."""

    run_id: int
    kind: RunKind
    state: RunState
    now: datetime  # the instant that the visits work with
    started_at: datetime  # by the clock on the wall
    taken_at: datetime  # when the process that works on it took it up
    ended_at: datetime | None = None
    policy: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)  # visit outcomes and task states, once it has ended
    note: str = ""
    pid: int = 0  # of the process that works on it, or did last
    host: str = ""
    wish: str = ""  # what a person asked of it while it is under way: "pause" or "cancel"
    wished_by: str = ""
    ends_by: datetime | None = None  # when it must have ended


# --- instants and documents ---


@lru_cache(maxsize=64)  # what a visit asked for, and what of it was kept, bear the same
def instant_text(at: datetime) -> str:
    """An instant as a text of fixed width in UTC. Raises ValueError for one without a zone: that is our bug."""
    if at.tzinfo is None:
        raise ValueError(f"an instant without a zone cannot be stored: {at}")
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat(timespec="microseconds")


def instant(text: str) -> datetime:
    """The instant that `instant_text` wrote."""
    return datetime.fromisoformat(text)


def pack(value: object) -> bytes:
    """A value as a JSON document, compressed when that pays."""
    document = msgspec.json.encode(value)
    return document if len(document) < _COMPRESS_FROM else zlib.compress(document, _LEVEL)


def is_packed(document: bytes, value: object) -> bool:
    """Whether `pack` wrote this document from an equal value, however hard it compressed it then."""
    return _json(document, type(value)) == msgspec.json.encode(value)


def unpack(document: bytes, of: type[T]) -> T:
    """The value in a document that `pack` wrote. Raises StoreError when the document is damaged."""
    return _decoded(_json(document, of), of)


def _decoded(text: bytes, of: type[T]) -> T:
    try:
        return msgspec.json.decode(text, type=of)
    except msgspec.DecodeError as error:
        raise _damaged(of, error) from error


def _json(document: bytes, of: type) -> bytes:
    """The JSON of a document that `pack` wrote."""
    # A JSON object begins with a brace and a list with a bracket, a zlib stream with neither.
    if document.startswith((b"{", b"[")):
        return document
    try:
        return zlib.decompress(document)
    except zlib.error as error:
        raise _damaged(of, error) from error


def _damaged(of: type, error: Exception) -> StoreError:
    return StoreError(f"the database holds a damaged {_NAMES.get(of, 'cluster')} ({error}). Restore a backup.")


# --- clusters ---


def cluster_row(cluster: Cluster) -> dict[str, Cell]:
    """The registry columns of a cluster."""
    row: dict[str, Cell] = {name: getattr(cluster, name) for name in _CLUSTER_TEXTS}
    row["other_hosts"] = json.dumps(cluster.other_hosts, ensure_ascii=False) if cluster.other_hosts else "[]"
    row["extra"] = json.dumps(cluster.extra, ensure_ascii=False) if cluster.extra else "[]"
    row["lat"], row["lon"] = cluster.lat, cluster.lon
    return {name: row[name] for name in CLUSTER_COLUMNS}


def cluster(row: Row) -> Cluster:
    """The cluster of a row."""
    return Cluster(
        **{name: text(row, name) for name in _CLUSTER_TEXTS},
        other_hosts=unpack(text(row, "other_hosts").encode(), tuple[str, ...]),
        extra=unpack(text(row, "extra").encode(), tuple[tuple[str, str], ...]),
        lat=_float(row, "lat"),
        lon=_float(row, "lon"),
    )


# --- visits, fetches, verdicts ---


def visit_row(run_id: int, visit: Visit) -> dict[str, Cell]:
    """The columns of a visit beside its id and whether it is void."""
    return {
        "cluster_id": visit.cluster_id,
        "run_id": run_id,
        "started_at": instant_text(visit.started_at),
        "elapsed_s": visit.elapsed_s,
        "outcome": str(visit.outcome),
        "failure": str(visit.failure) if visit.failure else None,
        "reached": visit.reached,
        "moved_to": visit.moved_to,
        "n_fetches": len(visit.fetches),
        "n_bytes": sum(f.n_bytes for f in visit.fetches),
        "rendered_home": int(any(f.rendered and f.role is Role.HOME for f in visit.fetches)),
        "document": pack(visit),
    }


def visit(row: Row) -> Visit:
    """The visit of a row."""
    return unpack(blob(row), Visit)


def visits(found: Iterable[Row]) -> list[Visit]:
    """The visits of rows. Where one has the very pages of the visit before it, as on most nights, they are read once."""
    made: list[Visit] = []
    before = b""
    for row in found:
        document = _json(blob(row), Visit)
        pages = bytes(_decoded(document, _Pages).pages)
        if made and pages == before:
            rest = _decoded(document.replace(_PAGES + pages, _PAGES + b"[]", 1), Visit)
            made.append(replace(rest, pages=made[-1].pages))
        else:
            made.append(_decoded(document, Visit))
        before = pages
    return made


def old_visit(row: Row) -> OldVisit:
    """The visit of a row, as far as a past needs it."""
    return unpack(blob(row), OldVisit)


def past(row: Row) -> Past:
    """The past of a row."""
    return unpack(blob(row), Past)


def fetch_row(visit_id: int, position: int, fetch: Fetch) -> dict[str, Cell]:
    """The columns of one fetch of a visit."""
    same = ("url", "status", "final_url", "elapsed_s", "n_bytes", "content_type", "tls", "detail")
    return {
        "visit_id": visit_id,
        "position": position,
        "role": str(fetch.role),
        "at": instant_text(fetch.at),
        "outcome": str(fetch.outcome),
        "rendered": int(fetch.rendered),
        **{name: getattr(fetch, name) for name in same},
    }


def verdict_row(verdict: Verdict, *, run_id: Cell, visit_id: Cell) -> dict[str, Cell]:
    """The columns of a verdict beside its id."""
    return {
        "cluster_id": verdict.cluster_id,
        "visit_id": visit_id,
        "run_id": run_id,
        "decided_at": instant_text(verdict.decided_at),
        "policy": verdict.policy,
        "activity": str(verdict.activity),
        "english": str(verdict.english),
        "flag": str(verdict.flag),
        "latest_on": verdict.latest.on.isoformat() if verdict.latest else None,
        "precision": str(verdict.latest.precision) if verdict.latest else None,
        "confidence": verdict.confidence,
        "points": verdict.points,
        "asks": " ".join(sorted({r.code for r in verdict.reasons} & set(PROPOSALS))),
        "document": pack(verdict),
    }


def verdict(row: Row) -> Verdict:
    """The verdict of a row."""
    return unpack(blob(row), Verdict)


# --- runs ---


def run(row: Row) -> Run:
    """The run of a row."""
    return Run(
        run_id=whole(row, "id"),
        kind=RunKind(text(row, "kind")),
        state=RunState(text(row, "state")),
        now=instant(text(row, "now")),
        started_at=instant(text(row, "started_at")),
        taken_at=instant(text(row, "taken_at")),
        ended_at=optional(row, "ended_at", instant),
        policy=text(row, "policy"),
        counts=json.loads(text(row, "counts")),
        note=text(row, "note"),
        pid=whole(row, "pid"),
        host=text(row, "host"),
        wish=text(row, "wish"),
        wished_by=text(row, "wished_by"),
        ends_by=optional(row, "ends_by", instant),
    )


def outcome(row: Row) -> VisitOutcome:
    """How the visit of a row ended."""
    return VisitOutcome(text(row, "outcome"))


# --- cells; the tables are STRICT, so a cell of another type is our bug ---


def text(row: Row, column: str) -> str:
    """The text in a column."""
    value = row[column]
    if not isinstance(value, str):
        raise TypeError(f"column {column} holds {value!r}, not a text")
    return value


def whole(row: Row, column: str) -> int:
    """The whole number in a column."""
    value = row[column]
    if not isinstance(value, int):
        raise TypeError(f"column {column} holds {value!r}, not a whole number")
    return value


def real(row: Row, column: str) -> float:
    """The number in a column."""
    value = row[column]
    if not isinstance(value, int | float):
        raise TypeError(f"column {column} holds {value!r}, not a number")
    return float(value)


def optional(row: Row, column: str, convert: Callable[[str], T]) -> T | None:
    """What the text in a column means, None for an empty one."""
    return None if row[column] is None else convert(text(row, column))


def _float(row: Row, column: str) -> float | None:
    value = row[column]
    return float(value) if isinstance(value, int | float) else None


def blob(row: Row) -> bytes:
    """The document of a row, as `pack` wrote it."""
    value = row["document"]
    if not isinstance(value, bytes):
        raise TypeError(f"a document is {value!r}, not bytes")
    return value
