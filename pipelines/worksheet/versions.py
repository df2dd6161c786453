"""What each row of a workbook rests on: the state of the store when it was written. It stands in the last column.

With it a sheet that comes back weeks later, sorted and shortened, is compared with what it said then. A check sum
tells a version that was damaged from one that is ours; it is no secret, for whoever may send a sheet may write all of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from crawler.answers import QuestionKind

_FORM = "1"  # the form of a version; another one is not understood
_MARK = 4  # hexadecimal digits that tell one told cell from another
PATTERN = re.compile(r"1\|[^|]*\|[a-z]*\|[^|]*\|\d+\|[0-9a-f]+\|[0-9a-f]*\|[0-9a-f]{8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """The state that one row was written from."""

    cluster_id: str
    kind: QuestionKind | None  # None: nothing was asked about the cluster
    verdict_at: datetime | None  # None: it was never judged
    last_answer: int  # id of the newest answer about the cluster, 0 for none
    registry: str  # digest of its row of the registry
    marks: tuple[str, ...]  # of what was told, in the order of columns.TOLD

    def text(self) -> str:
        """The version as it stands in a cell."""
        at = self.verdict_at.isoformat() if self.verdict_at else ""
        parts = (_FORM, self.cluster_id, str(self.kind or ""), at, str(self.last_answer), self.registry)
        body = "|".join((*parts, "".join(self.marks)))
        return f"{body}|{_sum(body)}"


def mark(text: str) -> str:
    """What tells the text of a told cell from any other."""
    return blake2b(" ".join(text.split()).encode(), digest_size=_MARK // 2).hexdigest()


def version_of(text: str) -> Version | None:
    """The version in a cell, None for one that was damaged."""
    body, _, told = text.strip().rpartition("|")
    if not PATTERN.fullmatch(text.strip()) or _sum(body) != told:
        return None
    _, cluster_id, kind, at, last, registry, marks = body.split("|")
    return Version(
        cluster_id=cluster_id,
        kind=QuestionKind(kind) if kind else None,
        verdict_at=datetime.fromisoformat(at) if at else None,
        last_answer=int(last),
        registry=registry,
        marks=_cut(marks),
    )


def _cut(marks: str) -> tuple[str, ...]:
    return tuple(marks[i : i + _MARK] for i in range(0, len(marks), _MARK))


def _sum(body: str) -> str:
    return blake2b(body.encode(), digest_size=4).hexdigest()
