"""Workbooks that people have filled in: what they say is stored as one, and taken back as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from crawler.answers import Answer, Decision
from db import history, rows
from db.bulk import Bulks
from db.desk import NotToUndo, answer_of_row
from db.history import ChangeKind, RegistryChange
from db.rows import Cell, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """What a workbook says about one cluster."""

    cluster_id: str
    answers: tuple[Answer, ...] = ()  # about its questions, each to another one
    seen: int = 0  # id of the newest answer that the person has seen, 0 for none
    columns: Mapping[str, object] = field(default_factory=dict)  # of the registry, fields of Cluster to values


@dataclass(frozen=True, slots=True, kw_only=True)
class Worksheet:
    """One workbook that was imported."""

    sheet_id: int
    by: str
    at: datetime
    source: str  # the name of the file
    answers: range  # ids
    changes: range  # ids of changes of the registry, those by an answer included
    undone_at: datetime | None
    undone_by: str = ""


_SHEET = """SELECT w.*, u.at AS undone_at, coalesce(u.by, '') AS undone_by
FROM worksheets w LEFT JOIN worksheets u ON u.undoes = w.id WHERE w.undoes IS NULL"""


class Worksheets(Bulks):
    """The desk with workbooks that people fill in."""

    def store_sheet(self, lines: Sequence[SheetLine], *, by: str, source: str) -> Worksheet:
        """Store what a workbook says, all of it or, after a kill, none. `lines` are not empty, one a cluster.

        Raises Overtaken when there is a newer answer than one line has seen, and StoreError or NotPossible when a
        cluster is not in the registry.
        """
        with self.transaction():
            answers, changes = self.newest_answer(), self._newest_change()
            for line in lines:
                self._store_line(line, by=by, source=source)
            return self._put_sheet(by, source, range(answers + 1, self.newest_answer() + 1), changes)

    def _store_line(self, line: SheetLine, *, by: str, source: str) -> None:
        seen = line.seen
        for answer in line.answers:
            seen = self.answer(answer, seen=seen).answer_id
        if line.columns:
            entry = self.entries([line.cluster_id])[line.cluster_id]
            cluster = replace(entry.cluster, **line.columns)  # type: ignore[arg-type]  # values of its own fields
            self.correct_cluster(cluster, seen=entry.record.digest, by=by, note=source)

    def _put_sheet(self, by: str, source: str, answers: range, before: int, undoes: int | None = None) -> Worksheet:
        """The row of what was stored since, with that of the audit."""
        changes = range(before + 1, self._newest_change() + 1)
        values: dict[str, Cell] = {
            "by": by, "at": rows.instant_text(self._clock()), "source": source, "undoes": undoes,
            "first_answer": answers.start if answers else None, "last_answer": answers.stop - 1 if answers else None,
            "first_change": changes.start if changes else None, "last_change": changes.stop - 1 if changes else None,
        }  # fmt: skip
        sheet_id = self._insert("worksheets", values)
        told = {"sheet": undoes or sheet_id, "source": source, "answers": len(answers), "changed": len(changes)}
        if undoes:
            self._audit(by, "sheet:undone", "", **told)
        else:
            self._audit(by, "sheet:imported", "", **told)
        return Worksheet(
            sheet_id=sheet_id, by=by, at=self._clock(), source=source, answers=answers, changes=changes, undone_at=None
        )

    def undo_sheet(self, sheet_id: int, *, by: str, any_of: bool = False) -> int:
        """Take back what is left of a workbook; gives how many answers and corrected cells that were.

        A cell that somebody has changed since keeps what it has. Only one's own, unless `any_of` says otherwise.
        Raises NotToUndo when there is no such workbook, or it was taken back.
        """
        with self.transaction():
            sheet = self.sheet(sheet_id)
            if sheet is None or sheet.undone_at or not (any_of or sheet.by == by):
                raise NotToUndo("this was taken back already, or is not yours to take back")
            answers, changes = self.newest_answer(), self._newest_change()
            count = sum(self._revert(change, by=by) for change in reversed(self.changes_of(sheet)))
            for answer in reversed(self.answers_in(sheet, only_left=True)):
                self.undo(answer.answer_id, by=by, any_of=True)
                count += 1
            self._put_sheet(by, sheet.source, range(answers + 1, self.newest_answer() + 1), changes, undoes=sheet_id)
            return count

    def _revert(self, change: RegistryChange, *, by: str) -> int:
        """Bring the cells of a correction back to what they were; gives how many still had what it put there."""
        now = self.entries([change.cluster_id])[change.cluster_id]
        if change.what is not ChangeKind.CORRECTED or change.before is None or now.record.retired:
            return 0  # an answer about an address brings its own back
        columns = [d.column for d in history.differences(change.before, change.after)]
        ours = [c for c in columns if getattr(now.cluster, c) == getattr(change.after.cluster, c)]
        old = {c: getattr(change.before.cluster, c) for c in ours}
        cluster = replace(now.cluster, **old)
        return len(ours) if self.correct_cluster(cluster, seen=now.record.digest, by=by, note=change.note) else 0

    def sheet(self, sheet_id: int) -> Worksheet | None:
        """The workbook of this number."""
        row = self._one(f"{_SHEET} AND w.id = :id", id=sheet_id)
        return _worksheet(row) if row else None

    def last_sheets(self, limit: int = 20) -> list[Worksheet]:
        """The workbooks that were imported last, newest first."""
        return [_worksheet(row) for row in self._all(f"{_SHEET} ORDER BY w.id DESC LIMIT :limit", limit=limit)]

    def answers_in(self, sheet: Worksheet, *, only_left: bool = False) -> list[Answer]:
        """The answers of a workbook in their order; `only_left` leaves out what was taken back."""
        sql = """SELECT a.* FROM answers a WHERE a.id BETWEEN :first AND :last AND (NOT :left OR NOT EXISTS (
            SELECT 1 FROM answers u WHERE u.undoes = a.id)) ORDER BY a.id"""
        found = self._all(sql, first=sheet.answers.start, last=sheet.answers.stop - 1, left=int(only_left))
        return [a for a in map(answer_of_row, found) if a.decision is not Decision.UNDONE]

    def changes_of(self, sheet: Worksheet) -> list[RegistryChange]:
        """What a workbook changed in the registry, in order; what its answers changed included."""
        sql = "SELECT * FROM registry_changes WHERE id BETWEEN :first AND :last ORDER BY id"
        found = self._all(sql, first=sheet.changes.start, last=sheet.changes.stop - 1)
        return [history.change(row) for row in found]

    def _newest_change(self) -> int:
        return rows.whole(self._all("SELECT coalesce(max(id), 0) AS n FROM registry_changes")[0], "n")


def _worksheet(row: Row) -> Worksheet:
    return Worksheet(
        sheet_id=rows.whole(row, "id"),
        by=rows.text(row, "by"),
        at=rows.instant(rows.text(row, "at")),
        source=rows.text(row, "source"),
        answers=_range(row, "answer"),
        changes=_range(row, "change"),
        undone_at=rows.optional(row, "undone_at", rows.instant),
        undone_by=rows.text(row, "undone_by"),
    )


def _range(row: Row, what: str) -> range:
    first, last = row[f"first_{what}"], row[f"last_{what}"]
    return range(first, last + 1) if isinstance(first, int) and isinstance(last, int) else range(0)
