"""The cells of one sheet of a workbook, row by row, as openpyxl reads them and several times as fast.

openpyxl builds an object for every text and pads every row, and with defusedxml installed its parser is written in
Python: ten thousand rows took eight seconds. Document types, against which defusedxml guards, are refused before
(`db.sheets.check_parts`). What is not plain goes the way of openpyxl.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from functools import lru_cache
from io import BytesIO
from typing import Any

# The parser of C; `db.sheets` refuses what it must not see.
from xml.etree.ElementTree import iterparse

from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet._reader import (
    INLINE_STRING,
    ROW_TAG,
    VALUE_TAG,
    WorkSheetParser,
)
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

_STRING = f"{{{SHEET_MAIN_NS}}}si"
_TEXT = f"{{{SHEET_MAIN_NS}}}t"
_DIGITS = "0123456789"

# Any, here and below: the stubs of openpyxl know neither what it does within nor any parser but its own.
Cell = dict[str, Any]  # a column from 1, a value and its data_type


class Book(ExcelReader):
    """A workbook of which only the sheets are found; `rows` reads one of them."""

    def __init__(self, content: bytes) -> None:
        super().__init__(BytesIO(content), read_only=True, keep_links=False)
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        apply_stylesheet(self.archive, self.wb)
        self.parts: list[tuple[str, str]] = [  # title and part of each sheet with cells
            (sheet.name, rel.target)
            for sheet, rel in self.parser.find_sheets()
            if rel.target in self.valid_files and "chartsheet" not in rel.Type
        ]

    def read_strings(self) -> None:
        """Read the texts that cells share."""
        package: Any = self.package
        found = package.find(SHARED_STRINGS)
        if found is not None:
            with self.archive.open(found.PartName[1:]) as source:
                self.shared_strings = [_string(e) for e in _elements(source, _STRING)]

    def rows(self, part: str) -> Iterator[tuple[int, list[Cell]]]:
        """The rows that a sheet has, with their numbers and the cells that they have, in the order of the file."""
        book: Any = self.wb
        with self.archive.open(part) as source:
            yield from _Rows(
                source,
                self.shared_strings,
                epoch=book.epoch,
                date_formats=book._date_formats,
                timedelta_formats=book._timedelta_formats,
            ).parse()


class _Rows(WorkSheetParser):
    """Openpyxl's parser, for the rows alone, with a short way for plain cells."""

    def parse(self) -> Generator[tuple[int, list[Cell]], None, None]:
        """The number of each row and its cells."""
        for element in _elements(self.source, ROW_TAG):
            yield self.parse_row(element)

    def parse_cell(self, element: Any) -> Cell:
        """One cell."""
        kind, place = element.get("t", "n"), element.get("r")
        if place is None or len(element) != 1:
            return super().parse_cell(element)
        inner = element[0]
        if inner.tag == VALUE_TAG and inner.text:
            if kind == "s":
                return self._cell(place, self.shared_strings[int(inner.text)])
            if kind == "str":
                return self._cell(place, inner.text)
        elif kind == "inlineStr" and inner.tag == INLINE_STRING:
            return self._cell(place, _plain(inner))
        return super().parse_cell(element)

    def _cell(self, place: str, text: str) -> Cell:
        self.col_counter = _column(place.rstrip(_DIGITS))
        return {"column": self.col_counter, "value": text, "data_type": "s"}


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    return column_index_from_string(letters)


def _elements(source: Any, tag: str) -> Iterator[Any]:
    """The elements of this name, each whole; they are emptied behind us."""
    for _, element in iterparse(source):  # noqa: S314  # see the import
        if element.tag == tag:
            yield element
            element.clear()


def _string(element: Any) -> str:
    return _plain(element).replace("x005F_", "")


def _plain(element: Any) -> str:
    """The text of an element without its formats."""
    if len(element) == 1 and element[0].tag == _TEXT:
        return element[0].text or ""
    whole: Any = Text.from_tree(element)
    return str(whole.content)
