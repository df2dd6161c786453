"""The workbook that people fill in, from the store: one row for each open question, or for each cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from crawler.answers import Answer, QuestionKind, Standing
from crawler.model import Cluster, Precision, Verdict
from crawler.policy import Policy
from db.desk import Desk
from db.history import Record, cell
from db.workbook import Value, shown
from pipelines.judging.answers import effective, standing
from pipelines.questions import OpenQuestion, open_questions
from pipelines.worksheet import columns
from pipelines.worksheet.columns import ORDER, TOLD, Words
from pipelines.worksheet.versions import Version, mark

_MOST_REASONS = 6
_NUMBERS = ("lat", "lon")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row before it is written."""

    cluster: Cluster
    kind: QuestionKind | None  # the open question, None when nothing is asked
    verdict: Verdict | None
    answers: Sequence[Answer]

    @property
    def stands(self) -> Standing:
        """What people said so far."""
        return standing(self.answers, self.verdict)


def lines_of_questions(desk: Desk, found: Iterable[OpenQuestion]) -> list[Line]:
    """One row for each of these questions, in their order."""
    asked = list(found)
    answers = desk.answers([q.cluster.cluster_id for q in asked])
    return [
        Line(
            cluster=q.cluster,
            kind=q.question.kind,
            verdict=q.verdict,
            answers=answers.get(q.cluster.cluster_id, ()),
        )
        for q in asked
    ]


def lines_of_clusters(desk: Desk, ids: Sequence[str] | None, today: date, policy: Policy) -> list[Line]:
    """One row for each of these clusters (None: all), or several where several things are asked about it."""
    clusters = desk.clusters(ids)
    known = [c.cluster_id for c in clusters]
    verdicts, answers = desk.current_of(known), desk.answers(known)
    kinds: dict[str, list[QuestionKind | None]] = {}
    for asked in open_questions(desk, today, policy):
        kinds.setdefault(asked.cluster.cluster_id, []).append(asked.question.kind)
    return [
        Line(cluster=c, kind=kind, verdict=verdicts.get(c.cluster_id), answers=answers.get(c.cluster_id, ()))
        for c in clusters
        for kind in kinds.get(c.cluster_id, [None])
    ]


def rows_of(lines: Iterable[Line], words: Words) -> Iterator[list[Value]]:
    """The rows of the workbook, each with a value for every column of ORDER."""
    for line in lines:
        told = _told(line, words)
        cells: dict[str, Value] = {**told, columns.ID: line.cluster.cluster_id}
        cells |= {name: _registry_cell(line.cluster, name) for name in columns.REGISTRY}
        cells[columns.VERSION] = _version(line, told).text()
        yield [cells.get(name) for name in ORDER]


def _version(line: Line, told: Mapping[str, Value]) -> Version:
    return Version(
        cluster_id=line.cluster.cluster_id,
        kind=line.kind,
        verdict_at=line.verdict.decided_at if line.verdict else None,
        last_answer=line.answers[-1].answer_id if line.answers else 0,
        registry=Record(cluster=line.cluster).digest,
        marks=tuple(mark(told_text(told[name])) for name in TOLD),
    )


def told_text(value: Value) -> str:
    """A value as a reader of the file would see its text."""
    if isinstance(value, date):
        return value.isoformat()
    return shown(value) if isinstance(value, str) else "" if value is None else f"{value:g}"


def _registry_cell(cluster: Cluster, name: str) -> Value:
    value = getattr(cluster, name)
    return value if name in _NUMBERS else cell(cluster, name)


def _told(line: Line, words: Words) -> dict[str, Value]:
    """What is told beside the cells that may be edited."""
    verdict = line.verdict
    said = effective(line.answers)
    told: dict[str, Value] = dict.fromkeys(TOLD)
    told[columns.QUESTION] = words.kinds[line.kind] if line.kind else None
    told[columns.WORD] = words.said(said[-1]) if said else None
    if verdict is not None:
        reasons = verdict.reasons[:_MOST_REASONS]
        urls = dict.fromkeys(r.url for r in reasons if r.url)
        told[columns.WHY] = "\n".join(words.sentence(verdict)[:_MOST_REASONS])
        told[columns.EVIDENCE] = "\n".join(urls)
        told[columns.FLAG] = words.flag(verdict.flag, line.cluster.home_language)
        told[columns.LATEST] = _day(verdict)
        told[columns.JUDGED] = _on(verdict.decided_at)
    return told


def _on(at: datetime) -> date:
    return at.date()


def _day(verdict: Verdict) -> Value:
    """The latest post: a real day, or as much of it as is known."""
    latest = verdict.latest
    if latest is None:
        return None
    return {Precision.MONTH: f"{latest.on:%Y-%m}", Precision.YEAR: f"{latest.on:%Y}"}.get(latest.precision) or latest.on
