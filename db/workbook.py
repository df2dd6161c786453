"""A workbook that people fill in: colours for what may be edited, drop-down lists, real days, a sheet that explains.

No cell is a formula, whatever it says: what could become one gets an apostrophe, and every text is stored as text.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import zip_longest
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from db.export import csv_cell
from db.spreadsheet import MAX_CELL

Value = str | float | date | None
_Sheet = Any  # a sheet that is written row by row; the stubs of the library lack most of what it has

_LISTS = "lists"  # the hidden sheet with the words of the drop-down lists
_GREY = "FFEDEFF2"  # of what may not be edited
_HAIR = Side(style="hair", color="FFB9BEC6")
_GRID = Border(left=_HAIR, right=_HAIR, top=_HAIR, bottom=_HAIR)
_DAY_FORMAT, _TEXT_FORMAT = "yyyy-mm-dd", "@"
_MANY = 1_000  # rows below the last one that have lists too: for whoever sorts or pastes


class Holds(StrEnum):
    """What stands in the cells of a column."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class BookColumn:
    """One column of the sheet that people fill in."""

    heading: str
    width: float  # in characters of the usual font
    fill: str = ""  # colour of a column that may be edited, as ARGB; "" for one that may not
    holds: Holds = Holds.TEXT
    choices: tuple[str, ...] = ()  # the words of its drop-down list
    prompt: str = ""  # what a spreadsheet program shows beside a chosen cell
    fault: str = ""  # and what it says of a word that is not in the list
    from_day: date | None = None  # the first day that may be entered
    is_hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A workbook before it is written."""

    title: str  # of the sheet that people fill in
    columns: Sequence[BookColumn]
    n_frozen: int  # columns that stay in sight
    help_title: str
    help_lines: Sequence[tuple[str, str]]  # pairs of a colour or style ("", "head", or ARGB) and a text


def write_book(book: Book, rows: Iterable[Sequence[Value]]) -> bytes:
    """The workbook with these rows, each with a value for every column."""
    made = Workbook(write_only=True)
    sheet = _sheet(made, book.title)
    lists = _lists(book.columns)
    _dress(sheet, book)
    count = _fill(sheet, book, rows)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(book.columns))}{count + 1}"
    _validate(sheet, book.columns, lists, count + 1 + _MANY)
    _explain(made, book)
    _list_sheet(made, book.columns)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _sheet(made: Workbook, title: str) -> _Sheet:
    return made.create_sheet(title)


def _dress(sheet: _Sheet, book: Book) -> None:
    """What must be told before the first row."""
    sheet.freeze_panes = f"{get_column_letter(book.n_frozen + 1)}2"
    for number, column in enumerate(book.columns, start=1):
        dimension = sheet.column_dimensions[get_column_letter(number)]
        dimension.width = column.width
        dimension.hidden = column.is_hidden
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _fill(sheet: _Sheet, book: Book, rows: Iterable[Sequence[Value]]) -> int:
    """Write header and rows; gives how many rows."""
    header = [_head(sheet, column) for column in book.columns]
    sheet.append(header)
    cells = [_blank(sheet, column) for column in book.columns]  # written at once, so each serves every row
    count = 0
    for row in rows:
        for cell, value, column in zip(cells, row, book.columns, strict=True):
            _put(cell, value, column)
        sheet.append(cells)
        count += 1
    return count


def _head(sheet: _Sheet, column: BookColumn) -> Cell:
    cell = WriteOnlyCell(sheet, value=column.heading)
    cell.font = Font(bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    cell.fill = PatternFill("solid", fgColor=column.fill or "FFD5D9DF")
    cell.border = Border(bottom=Side(style="medium", color="FF5B6470"), right=_HAIR)
    return cell


def _blank(sheet: _Sheet, column: BookColumn) -> Cell:
    cell = WriteOnlyCell(sheet, value="")
    cell.alignment = Alignment(vertical="top", wrap_text=not column.is_hidden)
    cell.fill = PatternFill("solid", fgColor=column.fill or _GREY)
    cell.border = _GRID
    cell.font = Font(color="FF111111" if column.fill else "FF4A515B")
    # As texts, codes keep their zeros and what is typed like a date or a formula stays what was typed.
    cell.number_format = {Holds.DAY: _DAY_FORMAT, Holds.NUMBER: "General"}.get(column.holds, _TEXT_FORMAT)
    return cell


def _put(cell: Cell, value: Value, column: BookColumn) -> None:
    """The value into the cell that stands for its column."""
    if value is None or value == "":
        cell.value = None
        return
    if not isinstance(value, str):
        cell.value = value
        if isinstance(value, date):
            cell.number_format = _DAY_FORMAT  # the library puts its own
        return
    cell.value = shown(value)
    cell.data_type = "s"  # a text even where the library would see a formula


def shown(text: str) -> str:
    """A text as it stands in a cell."""
    return csv_cell(text)[:MAX_CELL]


# --- drop-down lists ---


def _lists(columns: Sequence[BookColumn]) -> dict[str, str]:
    """For each heading with choices the place of its words."""
    found: dict[str, str] = {}
    for column in columns:
        if column.choices:
            letter = get_column_letter(len(found) + 1)
            found[column.heading] = f"{_LISTS}!${letter}$1:${letter}${len(column.choices)}"
    return found


def _validate(sheet: _Sheet, columns: Sequence[BookColumn], lists: Mapping[str, str], last: int) -> None:
    for number, column in enumerate(columns, start=1):
        if not (column.choices or column.prompt):
            continue
        rule = DataValidation(allow_blank=True, showInputMessage=True, showErrorMessage=True)
        if column.choices:
            rule.type, rule.formula1 = "list", lists[column.heading]
        elif column.holds is Holds.DAY and column.from_day is not None:
            rule.type, rule.operator = "date", "greaterThanOrEqual"
            rule.formula1 = str((column.from_day - date(1899, 12, 30)).days)
        rule.promptTitle, rule.prompt = column.heading[:32], column.prompt[:255]
        rule.errorTitle, rule.error = column.heading[:32], column.fault[:255]
        letter = get_column_letter(number)
        rule.add(f"{letter}2:{letter}{last}")
        sheet.data_validations.append(rule)


def _list_sheet(made: Workbook, columns: Sequence[BookColumn]) -> None:
    """The words of the lists, one list a column, in a sheet that nobody sees."""
    lists = [column.choices for column in columns if column.choices]
    sheet = _sheet(made, _LISTS)
    sheet.sheet_state = "hidden"
    for words in zip_longest(*lists):
        sheet.append(list(words))


# --- the sheet that explains ---


def _explain(made: Workbook, book: Book) -> None:
    sheet = _sheet(made, book.help_title)
    sheet.column_dimensions["A"].width = 4
    sheet.column_dimensions["B"].width = 110
    for style, text in book.help_lines:
        mark, words = WriteOnlyCell(sheet, value=None), WriteOnlyCell(sheet, value=text)
        words.data_type = "s"
        words.alignment = Alignment(wrap_text=True, vertical="top")
        if style == "head":
            words.font = Font(bold=True, size=13)
        elif style:
            mark.fill = PatternFill("solid", fgColor=style)
            mark.border = _GRID
        sheet.append([mark, words])
