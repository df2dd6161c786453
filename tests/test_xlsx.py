"""The fast reading of a workbook gives what openpyxl gives, cell by cell, for whatever a sheet may hold."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.worksheet.formula import ArrayFormula

from crawler.errors import RefusedInput
from db.sheets import MAX_COLUMNS, CellText, cell_text, sheet_of

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
VALUES = (
    "text", " spaced ", "", None, 2007, 2007.0, 0.1, -1e-7, 1e20, True, False, "=1+1", "#N/A", "2026-11-24",
    date(2026, 11, 24), datetime(2026, 11, 24, 9, 30), time(9, 30), timedelta(hours=30), "日本語", "a\nb", "_x005F_a",
    CellRichText("plain ", TextBlock(InlineFont(b=True), "bold")), ArrayFormula("A1:A2", "=B1:B2"),
)  # fmt: skip


def by_openpyxl(content: bytes) -> dict[int, tuple[CellText, ...]]:
    """The rows that are not blank, as openpyxl reads them by itself."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()
    rows = {n: [cell_text(c) for c in cells] for n, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1), 1)}
    for cells in rows.values():
        while cells and not (cells[-1].text or cells[-1].fault):
            cells.pop()
    return {n: tuple(cells) for n, cells in rows.items() if cells}


def by_us(content: bytes) -> dict[int, tuple[CellText, ...]]:
    sheet = sheet_of(content)
    return dict([(sheet.header_row, tuple(CellText(text) for text in sheet.header)), *sheet.rows])


def saved(*rows: tuple[object, ...], **options: bool) -> bytes:
    book = openpyxl.Workbook(**options)
    sheet = book.create_sheet("data", 0) if options else book.worksheets[0]
    for row in rows:
        sheet.append(list(row))  # pyright: ignore[reportArgumentType]  # any value that a cell takes
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_parts(content: bytes, parts: dict[str, str]) -> bytes:
    """The workbook with other parts in the place of its own, or beside them."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, text in parts.items():
            new.writestr(name, text)
    return out.getvalue()


def with_sheet(rows: str, strings: str = "") -> bytes:
    """A workbook whose first sheet has these rows, as XML, and these shared texts."""
    content = saved(("a",))
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    with ZipFile(io.BytesIO(content)) as archive:
        types = archive.read("[Content_Types].xml").decode()
        links = archive.read("xl/_rels/workbook.xml.rels").decode()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    if kind not in types:
        types = types.replace("</Types>", f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>')
        links = links.replace(
            "</Relationships>", f'<Relationship Id="rId99" Type="{rel}" Target="sharedStrings.xml"/></Relationships>'
        )
    return with_parts(
        content,
        {
            "xl/worksheets/sheet1.xml": sheet,
            "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{strings}</sst>',
            "[Content_Types].xml": types,
            "xl/_rels/workbook.xml.rels": links,
        },
    )


@pytest.mark.parametrize("write_only", [False, True])
def test_every_kind_of_value_is_read_as_before(write_only: bool) -> None:
    options = {"write_only": True} if write_only else {}
    content = saved(("id", "value"), *((f"r{n}", value) for n, value in enumerate(VALUES)), **options)
    found = by_us(content)
    array = next(number for number, (name, *_) in found.items() if name.text == f"r{len(VALUES) - 1}")
    expected = by_openpyxl(content)
    assert found[array][1].fault == expected[array][1].fault == "is a formula, and what it would show is not known"
    del found[array], expected[array]  # the words of an array are the address of an object
    assert found == expected
    assert len(found) == len(VALUES)


STRINGS = (
    "<si><t>id</t></si><si><t>value</t></si><si><r><t>rich </t></r><r><rPr><b/></rPr><t>text</t></r></si>"
    "<si><t>漢字</t><rPh sb='0' eb='2'><t>カンジ</t></rPh></si><si><t xml:space='preserve'> a_x005F_b </t></si><si><t/></si>"
)
HEADER = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
ROWS = {
    "shared texts": "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>{n}</v></c><c r="B{n}" t="s"><v>0</v></c></row>' for n in range(2, 5)
    ),
    "an empty shared text": '<row r="2"><c r="A2" t="s"><v>5</v></c><c r="B2"><v>1</v></c></row>',
    "a shared text without a number": '<row r="2"><c r="A2" t="s"><v></v></c><c r="B2"><v>1</v></c></row>',
    "inline": '<row r="2"><c r="A2" t="inlineStr"><is><t>x</t></is></c>'
    '<c r="B2" t="inlineStr"><is><r><t>y</t></r><r><t>z</t></r></is></c><c r="C2" t="inlineStr"/></row>',
    "without places": '<row><c t="s"><v>0</v></c><c><v>7</v></c></row><row><c/><c t="str"><v>q</v></c></row>',
    "gaps": '<row r="5"><c r="B5" t="str"><v>x</v></c><c r="AB5"><v>3.50</v></c></row>',
    "too far right": '<row r="2"><c r="A2"><v>1</v></c><c r="XFD2"><v>1</v></c></row>',
    "twice": '<row r="3"><c r="A3"><v>1</v></c><c r="A3"><v>2</v></c></row><row r="3"><c r="A3"><v>3</v></c></row>'
    '<row r="2"><c r="A2"><v>4</v></c></row>',
    "formulas": '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2" t="str"><f t="shared" ref="B2:B3" si="0">A2&amp;"x"</f>'
    '<v>2x</v></c></row><row r="3"><c r="A3"><v>3</v></c><c r="B3" t="str"><f t="shared" si="0"/><v>3x</v></c></row>',
    "a formula alone": '<row r="2"><c r="A2"><f>1+1</f></c><c r="B2"><v>1</v></c></row>',
    "errors and truths": '<row r="2"><c r="A2" t="e"><v>#REF!</v></c><c r="B2" t="b"><v>1</v></c></row>',
    "a day": '<row r="2"><c r="A2" t="d"><v>2026-11-24</v></c><c r="B2"><v>1E3</v></c></row>',
}


@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS)
def test_whatever_a_program_writes_is_read_as_before(rows: str) -> None:
    content = with_sheet(HEADER + rows, STRINGS)
    assert by_us(content) == by_openpyxl(content)
    assert len(by_us(content)) > 1


@pytest.mark.parametrize(
    "rows",
    ['<row r="2"><c r="A2" t="s"><v>99</v></c></row>', '<row r="2"><c r="A2" t="s"><v>x</v></c></row>', "<row><c>"],
    ids=["no such text", "no number", "torn"],
)
def test_what_is_damaged_is_refused(rows: str) -> None:
    with pytest.raises(RefusedInput, match="is a damaged Excel workbook"):
        sheet_of(with_sheet(HEADER + rows, STRINGS))


def test_the_sheet_called_clusters_goes_before_the_first() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["not", "this"])
    for name in ("other", " Clusters "):
        sheet = book.create_sheet(name)
        sheet.append([name.strip(), "x"])
        sheet.append(["1", "2"])
    book.create_chartsheet("clusters of the chart", 0)
    out = io.BytesIO()
    book.save(out)
    assert sheet_of(out.getvalue()).header == ("Clusters", "x")


def test_rows_beyond_the_most_are_refused_wherever_they_stand() -> None:
    with pytest.raises(RefusedInput, match=r"has more than 100,000 rows \(row 100002\)"):
        sheet_of(with_sheet(HEADER + '<row r="900000"><c r="A900000"><v>1</v></c></row>', STRINGS))
    last = '<row r="100001"><c r="A100001"><v>1</v></c></row>'
    assert sheet_of(with_sheet(HEADER + last, STRINGS)).rows == ((100_001, (CellText("1"),)),)
