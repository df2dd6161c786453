"""A workbook of several sheets for people who calculate with it: real numbers and days, and no formula whatever a page said."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell as BookCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from db.export import csv_cell
from db.spreadsheet import MAX_CELL

_NAME = 31  # characters that Excel allows in the name of a sheet
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")

_Sheet = Any  # a sheet that is written row by row; the stubs of the library lack most of what it has
Cell = str | int | float | date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: its header stays in sight, and floats between 0 and 1 are shares."""

    name: str
    header: tuple[str, ...]
    rows: Iterable[Sequence[Cell]]
    widths: tuple[float, ...]  # of the columns, in characters


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """A workbook of these sheets."""
    book = Workbook(write_only=True)
    for content in sheets:
        sheet: _Sheet = book.create_sheet(_NOT_IN_NAMES.sub(" ", content.name)[:_NAME])
        sheet.freeze_panes = "B2" if len(content.header) > 1 else "A2"
        for number, width in enumerate(content.widths, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        header = [_text(sheet, name) for name in content.header]
        for cell in header:
            cell.font = Font(bold=True)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.append(header)
        for row in content.rows:
            sheet.append([_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: _Sheet, value: Cell) -> BookCell | int | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return _text(sheet, value)
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        cell = WriteOnlyCell(sheet, value=value)
        cell.number_format = "0 %"
        return cell
    cell = WriteOnlyCell(sheet, value=datetime.combine(value, time()))
    cell.number_format = "yyyy-mm-dd"
    return cell


def _text(sheet: _Sheet, value: str) -> BookCell:
    cell = WriteOnlyCell(sheet, value=csv_cell(value)[:MAX_CELL])
    cell.data_type = "s"  # a text even where the library would see a formula
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
