"""The mapping as rows for other programs: columns and order are a promise (docs/commands.md).

Many words in it were read from websites. In CSV none of them begins a formula or carries a control character; in JSON
characters that a terminal would obey are written as escapes.
"""

from __future__ import annotations

import csv
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from errno import EINVAL, EISDIR
from pathlib import Path
from typing import TextIO

import msgspec

from crawler.model import Cluster, DatedItem, Flag, Review, Verdict

COLUMNS = (
    "cluster_id", "name_en", "name_ja", "website", "flag", "activity", "english",
    "latest_post_on", "latest_post_precision", "latest_post_url", "latest_post_source", "latest_post_raw",
    "english_latest_post_on", "next_event_on", "languages", "reachability", "last_reached_at", "failing_since",
    "confidence", "reasons", "reviewed_flag", "reviewed_by", "reviewed_at", "policy", "decided_at",
    "sector", "prefecture", "programme",
)  # fmt: skip

Value = str | float | None | tuple[Mapping[str, str | float], ...]
ExportRow = Mapping[str, Value]

# What a spreadsheet program takes for the beginning of a formula, in the widths that it treats alike.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_OBEYED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")  # line feed excepted


def export_rows(
    mapping: Iterable[tuple[Cluster, Verdict | None]], reviews: Mapping[str, Review]
) -> Iterator[ExportRow]:
    """The mapping, one row a cluster; a blank is None in each row, never missing."""
    for cluster, verdict in mapping:
        row = {**_of_cluster(cluster), **_of_verdict(verdict), **_of_review(reviews.get(cluster.cluster_id))}
        yield {name: row.get(name) for name in COLUMNS}


def _of_cluster(cluster: Cluster) -> dict[str, Value]:
    names = ("cluster_id", "name_en", "name_ja", "website", "sector", "prefecture", "programme")
    return {name: getattr(cluster, name) or None for name in names}


def _of_verdict(verdict: Verdict | None) -> dict[str, Value]:
    """The columns of a verdict; a cluster that was never judged is undetermined."""
    if verdict is None:
        return {"flag": Flag.UNDETERMINED.value, "activity": "undetermined", "english": "undetermined"}
    latest = verdict.latest
    return {
        "flag": verdict.flag.value,
        "activity": verdict.activity.value,
        "english": verdict.english.value,
        "latest_post_on": _day(latest),
        "latest_post_precision": latest.precision.value if latest else None,
        "latest_post_url": latest.url if latest else None,
        "latest_post_source": latest.source.value if latest else None,
        "latest_post_raw": latest.raw if latest else None,
        "english_latest_post_on": _day(verdict.english_latest),
        "next_event_on": _day(verdict.next_event),
        "languages": ",".join(verdict.languages) or None,
        "reachability": verdict.reachability or None,
        "last_reached_at": _instant(verdict.last_reached_at),
        "failing_since": _instant(verdict.failing_since),
        "confidence": round(verdict.confidence, 3),
        "reasons": tuple(
            {"code": r.code, "text": r.text, "points": r.points, "url": r.url, "raw": r.raw} for r in verdict.reasons
        ),
        "policy": verdict.policy,
        "decided_at": _instant(verdict.decided_at),
    }


def _of_review(review: Review | None) -> dict[str, Value]:
    if review is None:
        return {}
    return {"reviewed_flag": review.flag.value, "reviewed_by": review.by, "reviewed_at": _instant(review.at)}


def _day(item: DatedItem | None) -> str | None:
    """The ISO day; the first of the month or year where no more was written."""
    return date.isoformat(item.on) if item else None


def _instant(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z") if at else None


# --- CSV ---


def write_csv(rows: Iterable[ExportRow], stream: TextIO) -> int:
    """Write the rows under one header; gives how many."""
    return write_table(COLUMNS, rows, stream)


def write_table(columns: Iterable[str], rows: Iterable[ExportRow], stream: TextIO) -> int:
    """Write rows of any columns under one header; gives how many."""
    names = list(columns)
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(names)
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007  # the count is the result
        table.writerow([csv_cell(row[name]) for name in names])
    return count


def csv_cell(value: Value) -> str:
    """A value as a cell that no spreadsheet program calculates and no terminal obeys."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return f"{value:g}"
    text = value if isinstance(value, str) else " | ".join(str(reason["text"]) for reason in value)
    if text.startswith(_FORMULA):
        text = "'" + text
    return _OBEYED.sub(" ", text)


def obeyed_by_nobody(text: str) -> str:
    """Words of a page as one line, without characters that a terminal, a browser or a reader's eye would obey."""
    return " ".join(_OBEYED.sub(" ", text).split())


# --- JSON ---


def write_json(rows: Iterable[ExportRow], stream: TextIO, *, generated_at: datetime) -> int:
    """Write one document: when it was made, and the clusters; gives how many."""
    clusters = list(rows)
    stream.write(json_text({"generated_at": _instant(generated_at), "clusters": clusters}))
    return len(clusters)


def json_text(document: object) -> str:
    """A document as indented JSON whose words a terminal cannot take for orders."""
    text = msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
    # Outside its texts a JSON document holds none of these characters, so an escape means the same.
    return _OBEYED.sub(lambda found: f"\\u{ord(found.group()):04x}", text) + "\n"


# --- files ---


def write_file(path: Path, content: bytes) -> None:
    """Put a whole file in its place. Raises OSError, the old file then untouched.

    Only a regular file is overwritten: not a folder, a device, a pipe, or a link that leads elsewhere.
    """
    try:
        old: os.stat_result | None = path.lstat()
    except FileNotFoundError:
        old = None
    if old is not None and not stat.S_ISREG(old.st_mode):
        raise IsADirectoryError(EISDIR, os.strerror(EISDIR)) if path.is_dir() else OSError(EINVAL, "not a regular file")
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with unfinished.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())  # or after a loss of power the new name could stand for an empty file
        if old is not None:
            unfinished.chmod(stat.S_IMODE(old.st_mode))  # who may read it is not ours to change
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
