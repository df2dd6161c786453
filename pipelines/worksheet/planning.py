"""Compares a filled-in workbook with the store: three states of each cell make a change, a conflict, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from crawler.answers import Answer, Decision, QuestionKind
from crawler.model import Cluster, Verdict
from crawler.policy import Policy
from db.cells import Fault
from db.checking import checked
from db.desk import Desk
from db.history import Entry, Record, RegistryChange, cell, columns_of
from db.registry import Issue
from db.sheets import CellText
from db.workbook import shown
from pipelines import answering
from pipelines.answering import TAKES_ADDRESS, Given
from pipelines.judging.answers import effective
from pipelines.questions import open_questions
from pipelines.worksheet import columns
from pipelines.worksheet.columns import ANSWER, UNTIL
from pipelines.worksheet.plans import AnswerPlan, Clash, ClusterPlan, Edit, SheetPlan
from pipelines.worksheet.reading import Filled, SheetRow, meant

_CHANGES = 1_000  # of one cluster, looked through for the state that a sheet was saved from
_DEGREES = ("lat", "lon")
_WRONG = {
    answering.Fault.UNTIL: (UNTIL, Fault("snoozed needs a day to come", "Write the day on which to ask again, like 2026-12-24.")),
    answering.Fault.ADDRESS: ("website", Fault("moved needs the new address", "Write the new address into this cell.")),
}  # fmt: skip
_UNJUDGED = Fault(
    "is about a cluster that was never visited", "Clear the answer; there is nothing yet that it could rest on."
)
_UNKNOWN = Fault("answers a verdict that is not known", "Save a new sheet, and enter the answer there.")


def sheet_plan(desk: Desk, filled: Filled, today: date, policy: Policy) -> SheetPlan:
    """What the rows of a workbook would change in the store as it is now."""
    return _Planner(desk, filled, today, policy).plan()


def outcome(then: str, now: str, after: str) -> str:
    """What comes of one cell: "same" when nothing is to be done, "change", or "clash" with what somebody else stored."""
    if after in {then, now}:
        return "same"
    return "change" if now == then else "clash"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the store knows about one cluster now."""

    entry: Entry
    answers: Sequence[Answer]

    @property
    def newest(self) -> Answer | None:
        return self.answers[-1] if self.answers else None


class _Planner:
    """Makes the plan of one workbook."""

    def __init__(self, desk: Desk, filled: Filled, today: date, policy: Policy) -> None:
        self._desk, self._filled, self._today = desk, filled, today
        self._issues: list[Issue] = list(filled.issues)
        ids = list(dict.fromkeys(row.version.cluster_id for row in filled.rows))
        self._entries = desk.entries(ids)
        self._answers = desk.answers(ids)
        said = [row.version.cluster_id for row in filled.rows if not row.said.is_blank]
        self._verdicts = desk.current_of(said)
        asked = open_questions(desk, today, policy) if said else []
        self._open = {(q.cluster.cluster_id, q.question.kind) for q in asked}

    def plan(self) -> SheetPlan:
        """The plan."""
        rows: dict[str, list[SheetRow]] = {}
        for row in self._filled.rows:
            rows.setdefault(row.version.cluster_id, []).append(row)
        plans = [plan for of_one in rows.values() if (plan := self._cluster(of_one)) is not None]
        changed = {change.row for plan in plans for change in plan.changes}
        issues = sorted(self._issues, key=lambda issue: issue.row)
        return SheetPlan(clusters=tuple(plans), issues=tuple(issues), unchanged=len(self._filled.rows) - len(changed))

    def _issue(self, row: SheetRow, column: str, fault: Fault, *, refused: bool = True) -> None:
        heading = self._filled.heading(column)
        self._issues.append(
            Issue(row=row.number, column=heading, reason=fault.reason, advice=fault.advice, refused=refused)
        )

    def _cluster(self, rows: Sequence[SheetRow]) -> ClusterPlan | None:
        """What changes about one cluster, None when nothing does."""
        entry = self._entries.get(rows[0].version.cluster_id)
        if entry is None:
            self._issue(
                rows[0],
                columns.ID,
                Fault("is not in this registry", "Was the sheet saved from another database? Save a new one."),
            )
            return None
        known = _Known(entry=entry, answers=self._answers.get(entry.cluster.cluster_id, ()))
        edits = self._edits(rows, known)
        given = [(row, said) for row in rows if (said := self._given(row, known, edits)) is not None]
        answers = tuple(said for _, said in given)
        absorbed = {said.row for said in answers if said.given.address}
        edits = [e for e in edits if not (e.column == "website" and e.row in absorbed)]
        if not edits and not answers:
            return None
        if entry.record.retired:
            self._issue(
                rows[0],
                columns.ID,
                Fault(
                    "was retired since; nothing is changed about it",
                    "Bring it back first, or clear what you have entered.",
                ),
            )
            return None
        return ClusterPlan(
            row=min([*(e.row for e in edits), *(a.row for a in answers)]),
            cluster=entry.cluster,
            digest=entry.record.digest,
            seen=known.newest.answer_id if known.newest else 0,
            edits=tuple(edits),
            corrected=self._corrected(rows, entry.cluster, edits) if edits else None,
            answers=answers,
        )

    # --- corrections ---

    def _edits(self, rows: Sequence[SheetRow], known: _Known) -> list[Edit]:
        """The corrected cells of one cluster, each once even if several rows have it."""
        found: dict[str, Edit] = {}
        for row in rows:
            then = self._then(row, known.entry)
            if then is None:
                self._issue(
                    row,
                    columns.VERSION,
                    Fault(
                        "names a state of the registry that is not known",
                        "Was the sheet saved from another database? Save a new one.",
                    ),
                )
                continue
            for column, text in row.columns.items():
                edit = self._edit(row, column, text, then, known.entry)
                first = found.setdefault(column, edit) if edit else None
                if edit and first and first.after != edit.after:
                    self._issue(
                        row,
                        column,
                        Fault(
                            f"says something else than row {first.row} about the same cluster",
                            "Make both the same, or undo one.",
                        ),
                    )
        return list(found.values())

    def _then(self, row: SheetRow, entry: Entry) -> Cluster | None:
        """The row of the registry when the sheet was saved, None when nobody knows."""
        wanted = row.version.registry
        if entry.record.digest == wanted:
            return entry.cluster
        for change in self._desk.registry_changes(row.version.cluster_id, limit=_CHANGES):
            for record in (change.before, change.after):
                if record is not None and record.digest == wanted:
                    return record.cluster
        return None

    def _edit(self, row: SheetRow, column: str, text: str, then: Cluster, entry: Entry) -> Edit | None:
        old, now, after = _cell(then, column), _cell(entry.cluster, column), _spelt(column, text)
        what = outcome(old, now, after)
        if what == "same":
            return None
        clash = self._changed_by(row, column, now) if what == "clash" else None
        return Edit(row=row.number, column=column, then=old, now=now, after=after, clash=clash)

    def _changed_by(self, row: SheetRow, column: str, now: str) -> Clash:
        """Who put into a cell what it has now."""
        for change in self._desk.registry_changes(row.version.cluster_id, limit=_CHANGES):
            if _put(change, column) and _cell(change.after.cluster, column) == now:
                return Clash(by=change.by, at=change.at)
        return Clash(by="", at=None)

    def _corrected(self, rows: Sequence[SheetRow], cluster: Cluster, edits: Iterable[Edit]) -> Cluster | None:
        """The cluster with these cells; what is wrong with them are issues of their rows."""
        of_row = {row.number: row for row in rows}
        after = {edit.column: edit for edit in edits}
        typed = {name: cell(cluster, name) for name in columns_of(cluster)} | {c: e.after for c, e in after.items()}
        result = checked(typed)
        for found in result.findings:
            edit = after.get(found.column)
            if edit is not None:
                self._issue(of_row[edit.row], found.column, found.fault, refused=found.refused)
            elif found.refused:
                self._issue(rows[0], found.column, found.fault)
        if result.cluster is None:
            return None
        return replace(cluster, **{name: getattr(result.cluster, name) for name in after})

    # --- answers ---

    def _given(self, row: SheetRow, known: _Known, edits: Sequence[Edit]) -> AnswerPlan | None:
        """The answer of a row, None when it says nothing new."""
        if row.said.is_blank:
            return None
        decision = row.said.decision or Decision.NOTED
        website = next((e for e in edits if e.column == "website" and e.row == row.number), None)
        address = self._address(row, known.entry, website) if decision in TAKES_ADDRESS else ""
        given = Given(
            question=row.version.kind or QuestionKind.CEASED, decision=decision, note=row.said.note,
            reason_code=row.said.reason_code, address=address, until=row.said.until,
        )  # fmt: skip
        if _is_said_already(given, known.answers):
            return None
        verdict = self._verdict(row)
        if verdict is None:
            self._issue(row, ANSWER, _UNJUDGED if row.version.verdict_at is None else _UNKNOWN)
            return None
        wrong = answering.fault(self._desk, given, self._today)
        if wrong is not None:
            column, fault = _WRONG[wrong]
            if wrong is answering.Fault.ADDRESS and website is not None:
                return None  # what is wrong with the address is told beside it
            self._issue(row, column, fault)
            return None
        return AnswerPlan(row=row.number, given=given, verdict=verdict, clash=self._clash(row, known, website))

    def _address(self, row: SheetRow, entry: Entry, website: Edit | None) -> str:
        """The new address that a row gives, "" when it gives none."""
        if website is not None:
            return website.after
        then = self._then(row, entry)
        text = row.columns.get("website", "")
        return text if then is not None and text != _cell(then, "website") else ""

    def _verdict(self, row: SheetRow) -> Verdict | None:
        """The verdict that the row showed: its evidence is what the answer rests on."""
        at, now = row.version.verdict_at, self._verdicts.get(row.version.cluster_id)
        if now is not None and now.decided_at == at:
            return now
        history = self._desk.verdict_history(row.version.cluster_id) if at else []
        return next((v for v in history if v.decided_at == at), None)

    def _clash(self, row: SheetRow, known: _Known, website: Edit | None) -> Clash | None:
        """What stands against an answer: a newer one, another address by somebody else, or a question that is gone."""
        newest = known.newest
        if newest is not None and newest.answer_id != row.version.last_answer:
            return Clash(by=newest.by, at=newest.at, answer=newest)
        if website is not None and website.clash is not None and row.said.decision in TAKES_ADDRESS:
            return website.clash
        kind = row.version.kind
        if kind is not None and (row.version.cluster_id, kind) not in self._open:
            return Clash(by="", at=None)
        return None


def _put(change: RegistryChange, column: str) -> bool:
    """Whether a change of the registry touched a column."""
    before: Record | None = change.before
    return before is None or _cell(before.cluster, column) != _cell(change.after.cluster, column)


def _cell(cluster: Cluster, column: str) -> str:
    """A cell of the registry as it would be read back from a sheet in which nobody touched it."""
    return _spelt(column, meant(CellText(shown(cell(cluster, column)).strip())))


def _spelt(column: str, text: str) -> str:
    """A text in the one spelling in which cells are compared: degrees as numbers."""
    if column in _DEGREES:
        try:
            return f"{float(text):.12g}"
        except ValueError:
            return text
    return text


def _is_said_already(given: Given, answers: Sequence[Answer]) -> bool:
    """Whether the newest valid answer to the question says just that: the sheet was imported before."""
    same = [a for a in effective(answers) if a.question is given.question]
    if not same:
        return False
    last = same[-1]
    return (last.decision, last.note, last.reason_code) == (given.decision, given.note, given.reason_code) and (
        given.decision is not Decision.SNOOZED or last.until == given.until
    )
