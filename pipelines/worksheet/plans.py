"""What a filled-in workbook would change: each cell as the sheet said then, as it says now, and as the store says now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from crawler.answers import Answer
from crawler.model import Cluster, Verdict
from db.registry import Issue
from db.worksheets import SheetLine
from pipelines.answering import Given, answer_of
from pipelines.worksheet.columns import ANSWER


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Why a change is left out unless a person chooses it: what somebody else has done since the sheet was saved."""

    by: str  # "" where nobody did, because the evidence for the question is gone
    at: datetime | None
    answer: Answer | None = None  # of a question: the newest answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One cell of the registry that was changed in the sheet."""

    row: int
    column: str
    then: str  # when the sheet was saved
    now: str  # in the registry
    after: str  # in the sheet
    clash: Clash | None = None

    @property
    def name(self) -> str:
        """What names it among the conflicts."""
        return f"{self.row}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPlan:
    """One answer that was written into the sheet."""

    row: int
    given: Given
    verdict: Verdict  # that the row showed
    clash: Clash | None = None

    @property
    def name(self) -> str:
        """What names it among the conflicts."""
        return f"{self.row}:{ANSWER}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterPlan:
    """What would change about one cluster."""

    row: int  # the first with a change
    cluster: Cluster  # as the registry has it now
    digest: str  # of that row of the registry
    seen: int  # id of the newest answer now, 0 for none
    edits: tuple[Edit, ...] = ()
    corrected: Cluster | None = None  # with every edit, clashing ones too
    answers: tuple[AnswerPlan, ...] = ()

    @property
    def changes(self) -> tuple[Edit | AnswerPlan, ...]:
        """Answers first, then corrected cells."""
        return (*self.answers, *self.edits)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPlan:
    """What an import of a workbook would do."""

    clusters: tuple[ClusterPlan, ...]
    issues: tuple[Issue, ...]  # a refused one stops all of it
    unchanged: int  # rows that say nothing new

    @property
    def refused(self) -> tuple[Issue, ...]:
        """What must be mended first."""
        return tuple(i for i in self.issues if i.refused)

    @property
    def remarks(self) -> tuple[Issue, ...]:
        """What a person should know."""
        return tuple(i for i in self.issues if not i.refused)

    @property
    def edits(self) -> tuple[Edit, ...]:
        """Every corrected cell."""
        return tuple(e for c in self.clusters for e in c.edits)

    @property
    def answers(self) -> tuple[AnswerPlan, ...]:
        """Every answer."""
        return tuple(a for c in self.clusters for a in c.answers)

    @property
    def clashes(self) -> tuple[Edit | AnswerPlan, ...]:
        """What is left out unless a person chooses it."""
        both: tuple[Edit | AnswerPlan, ...] = (*self.answers, *self.edits)
        return tuple(change for change in both if change.clash)

    @property
    def digest(self) -> str:
        """What tells this plan from any other: every change, and the state that it rests on."""
        told = blake2b(digest_size=16)
        for plan in self.clusters:
            told.update(f"{plan.cluster.cluster_id}>{plan.digest}>{plan.seen};".encode())
            for change in plan.changes:
                told.update(f"{change!r};".encode())
        return told.hexdigest()


def chosen(plan: SheetPlan, taken: Collection[str], *, by: str, at: datetime) -> list[SheetLine]:
    """What is stored: all changes without a conflict, and those with one that `taken` names."""
    lines: list[SheetLine] = []
    for cluster in plan.clusters:
        answers = [a for a in cluster.answers if a.clash is None or a.name in taken]
        edits = [e for e in cluster.edits if e.clash is None or e.name in taken]
        if not (answers or edits):
            continue
        assert cluster.corrected is not None or not edits
        lines.append(
            SheetLine(
                cluster_id=cluster.cluster.cluster_id,
                answers=tuple(answer_of(a.given, a.verdict, by=by, at=at) for a in answers),
                seen=cluster.seen,
                columns={e.column: getattr(cluster.corrected, e.column) for e in edits},
            )
        )
    return lines
