"""A filled-in workbook read back: its rows, and what is wrong with them as far as the sheet itself tells. Pure."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from crawler.answers import Decision
from crawler.errors import RefusedInput
from db.registry import Issue
from db.sheets import CellText, column_name
from db.workbook_reading import Merged, Table, table_with
from pipelines.worksheet import columns
from pipelines.worksheet.columns import ANSWERS, DECISIONS, ID, REGISTRY, TOLD, VERSION, Vocabulary, plain
from pipelines.worksheet.versions import Version, mark, version_of

MAX_NOTE = 2_000  # characters, as in the form of the pages
EDITED = (*ANSWERS, *REGISTRY)
_DAY = re.compile(r"((?:19|20)\d\d)(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?")
_SERIAL = re.compile(r"\d{5}")  # a day whose cell lost its format
_EPOCH = date(1899, 12, 30)  # day 0 of both programs, the leap day that never was included
_FORMULA_MARK = re.compile(r"'(?=[=+\-@＝＋－＠])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a row says about its question, before it is compared with the store."""

    decision: Decision | None = None
    reason_code: str = ""
    until: date | None = None
    note: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing is said."""
        return self == Said()


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One row that can be understood."""

    number: int  # as a spreadsheet program shows it
    version: Version
    said: Said
    columns: Mapping[str, str]  # of the registry, those that the sheet has


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A filled-in workbook."""

    headings: Mapping[str, str]  # column to its heading in the file
    rows: tuple[SheetRow, ...]
    issues: tuple[Issue, ...]  # refused ones stop the import; the others are remarks

    def heading(self, name: str) -> str:
        """The heading of a column, its own name where the file has none."""
        return self.headings.get(name, name)


def filled(content: bytes, vocabulary: Vocabulary) -> Filled:
    """The rows of a workbook or CSV file. Raises RefusedInput for a file that is none of ours as a whole."""
    known = [re.escape(text) for text, name in vocabulary.headings.items() if name == VERSION]
    pattern = re.compile(r"\s*(?:" + "|".join(known).replace(r"\ ", r"[\s_]+") + r")\s*", re.IGNORECASE)
    table = table_with(content, pattern)
    if table is None:
        raise RefusedInput(
            "has no column Version, so it is not known what its rows rest on. Save a new sheet, and copy what you "
            "have entered into it."
        )
    return _Reader(table, vocabulary).filled()


def day_of(text: str) -> date | None:
    """The day that a cell names, in any way that a spreadsheet program or a person writes one clearly; else None."""
    folded = unicodedata.normalize("NFKC", text).strip().partition(" ")[0].partition("T")[0]
    found = _DAY.fullmatch(folded)
    try:
        if found:
            return date(*map(int, found.groups()))
        return _EPOCH + timedelta(days=int(folded)) if _SERIAL.fullmatch(folded) else None
    except ValueError:
        return None


class _Reader:
    """Reads one table."""

    def __init__(self, table: Table, vocabulary: Vocabulary) -> None:
        self._table = table
        self._vocabulary = vocabulary
        self._issues: list[Issue] = []
        self._places = self._header()

    def filled(self) -> Filled:
        """All that is in the table."""
        headings = {name: self._table.header[i] for name, i in self._places.items()}
        self._report_merged()
        rows = tuple(row for number, cells in self._table.rows if (row := self._row(number, cells)) is not None)
        rows = self._without_twins(rows)
        issues = sorted(self._issues, key=lambda i: i.row)
        return Filled(headings=headings, rows=rows, issues=tuple(issues))

    def _issue(self, row: int, column: str, reason: str, advice: str, *, refused: bool = True) -> None:
        place = self._places.get(column)
        heading = self._table.header[place] if place is not None else column
        self._issues.append(Issue(row=row, column=heading, reason=reason, advice=advice, refused=refused))

    # --- the header ---

    def _header(self) -> dict[str, int]:
        """Where each of our columns stands."""
        places: dict[str, int] = {}
        row = self._table.header_row
        for i, heading in enumerate(self._table.header):
            name = self._vocabulary.headings.get(plain(heading))
            if name in places:
                advice = f"Remove one of the columns {column_name(places[name])} and {column_name(i)}."
                self._issues.append(
                    Issue(row=row, column=heading, reason="stands above two columns", advice=advice, refused=True)
                )
            elif name is not None:
                places[name] = i
            elif any(i < len(cells) and cells[i].text for _, cells in self._table.rows):
                reason = "is no column of this workbook; what stands in it is left out"
                advice = "Give the column the heading back that it had, if you changed it."
                self._issues.append(
                    Issue(row=row, column=heading or column_name(i), reason=reason, advice=advice, refused=False)
                )
        return places

    # --- merged cells ---

    def _report_merged(self) -> None:
        filled = {number for number, _ in self._table.rows}
        for merged in self._table.merged:
            names = [name for name, i in self._places.items() if i in merged.columns and name in EDITED]
            rows = [number for number in merged.rows if number in filled]
            if names and rows and merged.rows.stop - 1 > self._table.header_row:
                self._issue(
                    rows[0], names[0], f"is one cell with others ({_told(merged)}), of which only the first has a value",
                    "Split the cells again, and fill in each of them.",
                )  # fmt: skip

    # --- rows ---

    def _row(self, number: int, cells: tuple[CellText, ...]) -> SheetRow | None:
        found = {name: cells[i] if i < len(cells) else CellText("") for name, i in self._places.items()}
        version = self._version(number, found)
        if version is None:
            return None
        before = len(self._issues)
        self._report_faults(number, found)
        self._remark_told(number, found, version)
        if any(issue.refused for issue in self._issues[before:]):
            return None
        said = self._said(number, {name: meant(found[name]) for name in ANSWERS if name in found})
        if any(issue.refused for issue in self._issues[before:]):
            return None
        registry = {name: meant(found[name]) for name in REGISTRY if name in found}
        return SheetRow(number=number, version=version, said=said, columns=registry)

    def _report_faults(self, number: int, found: Mapping[str, CellText]) -> None:
        for name in EDITED:
            if name in found and found[name].fault:
                self._issue(number, name, found[name].fault, "Copy the cell and paste it back as value only.")

    def _version(self, number: int, found: Mapping[str, CellText]) -> Version | None:
        """The version of a row, None when the row cannot be told; that is an issue."""
        text, named = found[VERSION].text, found[ID].text if ID in found else ""
        version = version_of(text)
        if version is not None and (ID not in found or _is_id(named, version.cluster_id)):
            return version
        if version is not None:
            self._issue(
                number, ID, f"{named!r} stands in the row of {version.cluster_id!r}",
                "Sort whole rows only, and do not change ids. Save a new sheet, and copy what you have entered into it.",
            )  # fmt: skip
        elif not text:
            self._issue(
                number, VERSION, "is blank: the row is not one of those that were saved",
                "Remove the row. New clusters are added in the registry.",
            )  # fmt: skip
        else:
            self._issue(number, VERSION, "was changed", "Undo that, or save a new sheet and enter the row there.")
        return None

    def _remark_told(self, number: int, found: Mapping[str, CellText], version: Version) -> None:
        """Say which cells were changed that are told only."""
        for name, known in zip(TOLD, version.marks, strict=False):
            text = found[name].text if name in found else None
            if text is None or mark(text) == known:
                continue
            on = day_of(text)
            if on is None or mark(on.isoformat()) != known:
                self._issue(
                    number, name, "was changed, but is told only; the change is left out",
                    "Write answers and corrections into the coloured columns.", refused=False,
                )  # fmt: skip

    def _said(self, number: int, texts: Mapping[str, str]) -> Said:
        """What a row says; what cannot be understood is an issue."""
        answer, how = texts.get(columns.ANSWER, ""), texts.get(columns.HOW, "")
        decision = self._vocabulary.decisions.get(plain(answer))
        reason_code = self._vocabulary.reasons.get(plain(how), "")
        if answer and decision is None:
            words = ", ".join(d.replace("_", " ") for d in DECISIONS)
            self._issue(number, columns.ANSWER, f"{answer[:60]!r} is no answer", f"Choose one of the list: {words}.")
        if how and not reason_code:
            self._issue(
                number, columns.HOW, f"{how[:60]!r} is not in the list", "Choose a word of the list, or leave it blank."
            )
        note = texts.get(columns.NOTE, "")
        if len(note) > MAX_NOTE:
            self._issue(number, columns.NOTE, f"is {len(note):,} characters long", f"Shorten it to {MAX_NOTE:,}.")
        until = self._until(number, texts.get(columns.UNTIL, ""), decision, is_answered=bool(answer))
        if reason_code and not answer and not note:
            self._issue(
                number,
                columns.HOW,
                "says how you know, but nothing is answered",
                "Choose an answer, or clear this cell.",
            )
        return Said(decision=decision, reason_code=reason_code, until=until, note=note)

    def _until(self, number: int, text: str, decision: Decision | None, *, is_answered: bool) -> date | None:
        """The day in the cell that snoozes."""
        until = day_of(text)
        if text and until is None:
            self._issue(number, columns.UNTIL, f"{text[:60]!r} is no day", "Write it like 2026-12-24.")
        elif text and decision is not Decision.SNOOZED and (decision or not is_answered):
            self._issue(
                number, columns.UNTIL, "has a day, but the answer does not put the question off",
                "Choose snoozed as the answer, or clear this cell.",
            )  # fmt: skip
        return until

    def _without_twins(self, rows: tuple[SheetRow, ...]) -> tuple[SheetRow, ...]:
        """The rows without those that an earlier one repeats; that is an issue."""
        first: dict[tuple[str, str], int] = {}
        kept: list[SheetRow] = []
        for row in rows:
            key = row.version.cluster_id, str(row.version.kind or "")
            earlier = first.setdefault(key, row.number)
            if earlier == row.number:
                kept.append(row)
            else:
                self._issue(row.number, ID, f"is the same row as row {earlier}", "Remove one of the two.")
        return tuple(kept)


def _told(merged: Merged) -> str:
    left, right = column_name(merged.columns.start), column_name(merged.columns.stop - 1)
    return f"{left}{merged.rows.start}:{right}{merged.rows.stop - 1}"


def meant(cell: CellText) -> str:
    """The text of a cell as a person means it: lines ended in one way, no mark against formulas."""
    text = cell.text.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n").strip()
    return _FORMULA_MARK.sub("", text, count=1) if text.startswith("'") else text


def _is_id(text: str, cluster_id: str) -> bool:
    """Whether a cell holds this id, even after a spreadsheet program took it for a number."""
    if unicodedata.normalize("NFKC", text).strip() == cluster_id:
        return True
    try:
        return math.isclose(float(text), float(cluster_id))
    except ValueError:
        return False
