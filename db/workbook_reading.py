"""The tables of a file that people have edited: every sheet of a workbook, or a CSV file, as rows of text.

What `db.sheets` refuses is refused here too: bombs, entities, more rows and columns than anybody fills in.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string

from crawler.errors import RefusedInput
from db.sheets import MAX_COLUMNS, MAX_ROWS, SAVE_AS, CellText, cell_text, check_parts, csv_of, is_workbook, too_many

_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})\"")
_MOST_MERGED = 10_000
_TITLE_ROWS = 20  # above the headings, for whoever puts a title there

_Sheet = Any  # a sheet that is read row by row; the stubs of the library lack what it has
Row = tuple[int, tuple[CellText, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Cells that a person made one; only the first of them has a value. Columns from 0, rows as they are shown."""

    columns: range
    rows: range


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One sheet from its headings on."""

    header: tuple[str, ...]
    header_row: int
    rows: tuple[Row, ...]  # without blank ones
    merged: tuple[Merged, ...] = ()


def table_with(content: bytes, wanted: re.Pattern[str]) -> Table | None:
    """The first sheet with a heading that the pattern knows, None when there is none. Raises RefusedInput.

    Headings may stand below a title, and sheets may be in any order.
    """
    if not is_workbook(content):
        return _table(iter(csv_of(content)[0]), wanted)
    check_parts(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        for sheet in book.worksheets:
            found = _table(_rows(sheet), wanted)
            if found is not None:
                return _with_merged(found, content, sheet)
    except RefusedInput:
        raise
    # openpyxl lets through whatever its parsers raise on a damaged part; the file is at fault, whichever it is.
    except Exception as error:  # noqa: BLE001
        raise RefusedInput(f"is a damaged Excel workbook ({type(error).__name__}: {error}). {SAVE_AS}") from None
    return None


def _rows(sheet: _Sheet) -> Iterator[Row]:
    sheet.reset_dimensions()  # what the file says of its own size may be wrong
    rows = sheet.iter_rows(max_row=MAX_ROWS + _TITLE_ROWS, max_col=MAX_COLUMNS)
    for number, cells in enumerate(rows, start=1):
        yield number, tuple(cell_text(cell) for cell in cells)


def _table(rows: Iterator[Row], wanted: re.Pattern[str]) -> Table | None:
    for number, cells in rows:
        if any(wanted.fullmatch(cell.text) for cell in cells):
            header = tuple(cell.text for cell in cells)
            return Table(header=header, header_row=number, rows=tuple(_filled(rows)))
        if number >= _TITLE_ROWS:
            return None
    return None


def _filled(rows: Iterator[Row]) -> Iterator[Row]:
    count = 0
    for number, cells in rows:
        if not any(cell.text for cell in cells):
            continue
        count += 1
        if count > MAX_ROWS:
            raise too_many(number)
        yield number, cells


def _with_merged(table: Table, content: bytes, sheet: _Sheet) -> Table:
    """The table with its merged cells, which the library does not tell of a sheet that it reads row by row."""
    with ZipFile(io.BytesIO(content)) as archive:
        content_of_part = archive.read(sheet._worksheet_path)  # its size was checked with the others
    merged = []
    for found in _MERGED.findall(content_of_part)[:_MOST_MERGED]:
        left, top, right, bottom = (part.decode("ascii") for part in found)
        columns = range(column_index_from_string(left) - 1, column_index_from_string(right))
        merged.append(Merged(columns=columns, rows=range(int(top), int(bottom) + 1)))
    return Table(header=table.header, header_row=table.header_row, rows=table.rows, merged=tuple(merged))
