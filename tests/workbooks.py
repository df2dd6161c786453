"""Workbooks as people hand them back: filled in, and saved again as Excel or as LibreOffice writes them.

Neither program is needed. What they write differently from the library is written here by hand: shared or inline
strings, days as numbers, rows without numbers, blank rows and cells with nothing but a style, another order of parts.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from xml.sax.saxutils import escape

from openpyxl import load_workbook
from openpyxl.cell import Cell as OpenpyxlCell
from openpyxl.utils import get_column_letter

Cell = str | float | bool | date | None
_EPOCH = date(1899, 12, 30)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def cells_of(content: bytes) -> list[list[Cell]]:
    """The cells of the first sheet, the headings first; days without their midnight."""
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [[_plain(value) for value in row] for row in sheet.iter_rows(values_only=True)]


def _plain(value: object) -> Cell:
    if isinstance(value, datetime):
        return value.date()
    assert value is None or isinstance(value, str | int | float | bool)
    return value


def edited(content: bytes, changes: Mapping[tuple[int, str], Cell]) -> bytes:
    """The workbook with other values in cells, by row as it is shown and heading."""
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    places = {cell.value: number for number, cell in enumerate(sheet[1], start=1)}
    for (row, heading), value in changes.items():
        cell = sheet.cell(row, places[heading])
        assert isinstance(cell, OpenpyxlCell)
        cell.value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def excel(rows: Sequence[Sequence[Cell]], merged: Sequence[str] = ()) -> bytes:
    """As Excel saves it: shared strings, days as numbers with a style, and styled rows below the last one."""
    strings: dict[str, int] = {}

    def cell(place: str, value: Cell) -> str:
        if value is None:
            return f'<c r="{place}" s="1"/>'
        if isinstance(value, bool):
            return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
        if isinstance(value, date):
            return f'<c r="{place}" s="2"><v>{(value - _EPOCH).days}</v></c>'
        if isinstance(value, str):
            if value.startswith("="):
                return f'<c r="{place}" t="str"><f>{escape(value[1:])}</f><v>shown</v></c>'
            return f'<c r="{place}" t="s"><v>{strings.setdefault(value, len(strings))}</v></c>'
        return f'<c r="{place}"><v>{value!r}</v></c>'

    body = "".join(
        f'<row r="{n}" spans="1:{len(row)}">' + "".join(cell(f"{get_column_letter(i)}{n}", v) for i, v in enumerate(row, 1))
        + "</row>" for n, row in enumerate(rows, start=1)
    )  # fmt: skip
    body += "".join(f'<row r="{len(rows) + n}"><c r="A{len(rows) + n}" s="1"/></row>' for n in range(1, 4))
    merges = "".join(f'<mergeCell ref="{place}"/>' for place in merged)
    tail = f'<mergeCells count="{len(merged)}">{merges}</mergeCells>' if merged else ""
    shared = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in strings)
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData>{tail}</worksheet>'
    return _packed(sheet, f'<sst xmlns="{_MAIN}" count="{len(strings)}">{shared}</sst>')


def libreoffice(rows: Sequence[Sequence[Cell]]) -> bytes:
    """As LibreOffice might save it: inline strings in several runs, no places, another sheet before this one."""

    def cell(value: Cell) -> str:
        if value is None:
            return "<c/>"
        if isinstance(value, bool):
            return f'<c t="b"><v>{int(value)}</v></c>'
        if isinstance(value, date):
            return f'<c s="2"><v>{(value - _EPOCH).days}.0</v></c>'
        if isinstance(value, str):
            half = len(value) // 2
            runs = "".join(
                f'<r><t xml:space="preserve">{escape(part)}</t></r>' for part in (value[:half], value[half:])
            )
            return f'<c t="inlineStr"><is>{runs}</is></c>'
        return f'<c t="n"><v>{value:.15G}</v></c>'

    body = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    blank = f'<worksheet xmlns="{_MAIN}"><sheetData><row><c t="inlineStr"><is><t>memo</t></is></c></row></sheetData></worksheet>'
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData></worksheet>'
    return _packed(sheet, "", before=blank)


def _packed(sheet: str, shared: str, before: str = "") -> bytes:
    """The parts of a workbook, zipped."""
    sheets = [text for text in (before, sheet) if text]
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    named = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="rId{n}"/>' for n in range(1, len(sheets) + 1))
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_LINK}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    links += f'<Relationship Id="rIdStyles" Type="{_LINK}/styles" Target="styles.xml"/>'
    if shared:
        links += f'<Relationship Id="rIdTexts" Type="{_LINK}/sharedStrings" Target="sharedStrings.xml"/>'
        types += (
            '<Override PartName="/xl/sharedStrings.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
        )
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/styles.xml" '
        f'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>{types}</Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_LINK}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINK}"><sheets>{named}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{links}</Relationships>",
        "xl/styles.xml": _STYLES,
    }
    parts |= {f"xl/worksheets/sheet{n}.xml": text for n, text in enumerate(sheets, start=1)}
    if shared:
        parts["xl/sharedStrings.xml"] = shared
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + text)
    return out.getvalue()


_STYLES = f"""<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="170" formatCode="yyyy/m/d"/></numFmts>
<fonts count="1"><font/></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders>
<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="49"/><xf numFmtId="170" applyNumberFormat="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""
