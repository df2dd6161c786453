"""Registry files as rows of text: CSV in the encodings that office programs write, and XLSX.

Whoever made the file may not be on our side: sizes are bounded before anything is unpacked, and an XML part with a
document type (where entity bombs and external entities live) is refused; no office program writes one.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from crawler.errors import RefusedInput

MAX_BYTES = 50 * 1024 * 1024
MAX_UNPACKED_BYTES = 100 * 1024 * 1024  # of all parts of an XLSX; what a registry of 100,000 rows unpacks to
# A part of an office program shrinks to a tenth, seldom to a fiftieth. Half a megabyte that unpacked to 190 MB of
# the same cell kept the parser busy for minutes.
_MAX_SHRINKING = 100
_SMALL_PART = 4 * 1024 * 1024  # bytes; below that any shrinking is harmless
MAX_ROWS = 100_000  # without the header
MAX_COLUMNS = 200
_CHUNK = 1 << 20
_SHEET = "clusters"
_JAPANESE = r"[\u3040-\u30ff\u3400-\u9fff\uff10-\uffef]"
_RUN = re.compile(f"{_JAPANESE}{{2,}}")
_ONE = re.compile(_JAPANESE)
_DOCTYPE = tuple("<!DOCTYPE".encode(code) for code in ("ascii", "utf-16-le", "utf-16-be"))
SAVE_AS = "Open it in a spreadsheet program and save it as CSV UTF-8 or as Excel workbook (.xlsx)."


@dataclass(frozen=True, slots=True)
class CellText:
    """What stands in one cell, and why it cannot be taken, if so."""

    text: str
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table of a file. Row numbers are those that a spreadsheet program shows; the header's is `header_row`."""

    header: tuple[str, ...]
    header_row: int
    rows: tuple[tuple[int, tuple[CellText, ...]], ...]  # rows that are blank from end to end are left out
    form: str  # what the file was read as, in words


Numbered = Iterable[tuple[int, tuple[CellText, ...]]]


def read_sheet(path: Path) -> Sheet:
    """The table in a CSV or XLSX file. Raises RefusedInput saying what is wrong and what to do."""
    content = content_of(path)
    try:
        return sheet_of(content)
    except RefusedInput as refused:
        raise RefusedInput(f"{path}: {refused}") from None


def sheet_of(content: bytes) -> Sheet:
    """The table in the bytes of a CSV or XLSX file. Raises RefusedInput, which does not name the file."""
    if is_workbook(content):
        return _sheet(_xlsx_rows(content), "XLSX")
    rows, form = csv_of(content)
    return _sheet(rows, form)


def is_workbook(content: bytes) -> bool:
    """Whether the bytes begin like a workbook (.xlsx)."""
    return content.startswith(b"PK\x03\x04")


def csv_of(content: bytes) -> tuple[Numbered, str]:
    """The rows of a CSV file from the first on, and what it was read as. Raises RefusedInput."""
    if not content.strip():
        raise RefusedInput("is empty")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise RefusedInput(f"is an Excel file of the old kind (.xls) or one with a password. {SAVE_AS}")
    text, encoding = _decoded(content)
    text, delimiter = _delimiter(text)
    name = {",": "commas", ";": "semicolons", "\t": "tabs"}[delimiter]
    return _csv_rows(text, delimiter), f"CSV in {encoding}, separated by {name}"


def content_of(path: Path) -> bytes:
    """All bytes of the file. Raises RefusedInput, which names it."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise RefusedInput(f"{path}: is larger than {MAX_BYTES // 1024**2} MB. A registry is never that large.")
        content = path.read_bytes()
    except FileNotFoundError:
        raise RefusedInput(f"{path}: there is no such file") from None
    except IsADirectoryError:
        raise RefusedInput(f"{path}: is a folder, not a file") from None
    except OSError as error:
        raise RefusedInput(f"{path}: cannot be read: {error.strerror}") from None
    return content


def _sheet(rows: Numbered, form: str) -> Sheet:
    """The table of the rows: the first that is not blank is the header."""
    filled = ((number, _trimmed(cells)) for number, cells in rows)
    found = [(number, cells) for number, cells in filled if cells]
    if not found:
        raise RefusedInput("holds no rows")
    (header_row, header), *body = found
    if not body:
        raise RefusedInput(f"holds headings in row {header_row}, but no rows below them")
    if len(header) > MAX_COLUMNS:
        raise RefusedInput(f"has more than {MAX_COLUMNS} columns. Leave those out that the registry does not need.")
    return Sheet(header=tuple(c.text for c in header), header_row=header_row, rows=tuple(body), form=form)


def _trimmed(cells: tuple[CellText, ...]) -> tuple[CellText, ...]:
    """The cells without the blank ones at the end."""
    last = max((i for i, cell in enumerate(cells) if cell.text or cell.fault), default=-1)
    return cells[: last + 1]


def too_many(number: int) -> RefusedInput:
    """What is said of a sheet with too many rows."""
    return RefusedInput(f"has more than {MAX_ROWS:,} rows (row {number}). Split the file.")


# --- CSV ---


def _decoded(content: bytes) -> tuple[str, str]:
    """The text of a CSV file and the name of its encoding."""
    for mark, code, name in (
        (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
        (b"\xff\xfe", "utf-16", "UTF-16"),
        (b"\xfe\xff", "utf-16", "UTF-16"),
    ):
        if content.startswith(mark):
            return _strictly(content, code, name), name
    if b"\x00" in content[:4096]:
        raise RefusedInput(f"is not a table of text. {SAVE_AS}")
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError as error:
        return _shift_jis(content, error.start), "Shift_JIS (CP932)"


def _strictly(content: bytes, code: str, name: str) -> str:
    try:
        return content.decode(code)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise RefusedInput(f"is marked as {name}, but line {line} is not. {SAVE_AS}") from None


def _shift_jis(content: bytes, not_utf8_from: int) -> str:
    """The text of a file in Shift_JIS; RefusedInput when reading it so makes no Japanese.

    Western files decode as well, their accented letters turned into single kanji; in real Japanese they stand in runs.
    """
    line = content[:not_utf8_from].count(b"\n") + 1
    refused = RefusedInput(f"line {line} is written neither in UTF-8 nor in Shift_JIS. {SAVE_AS}")
    try:
        text = content.decode("cp932")
    except UnicodeDecodeError:
        raise refused from None
    in_runs = sum(len(run) for run in _RUN.findall(text))
    if 2 * in_runs < len(_ONE.findall(text)) or not in_runs:
        raise refused
    return text


def _delimiter(text: str) -> tuple[str, str]:
    """The text, and the separator: what Excel's own line (sep=;) names, or what makes the most cells of the header."""
    told = re.match(r"sep=([,;\t])\r?\n", text, re.IGNORECASE)
    if told:
        return text[told.end() :], told.group(1)  # Excel does not show the line, nor count it
    first = next((line for line in text.splitlines() if line.strip()), "")
    unquoted = re.sub(r'"[^"]*"', "", first)
    return text, max(",;\t", key=unquoted.count)


def _csv_rows(text: str, delimiter: str) -> Iterator[tuple[int, tuple[CellText, ...]]]:
    """The records of a CSV file (RFC 4180), numbered as a spreadsheet program would."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, record in enumerate(reader, start=1):
            if number > MAX_ROWS + 1:
                raise too_many(number)
            yield number, tuple(CellText(cell.strip()) for cell in record)
    except csv.Error as error:
        raise RefusedInput(
            f"row {number + 1} (line {reader.line_num}) cannot be taken apart: {error}. "
            "Look for a quotation mark that is not closed, or not doubled within a quoted cell."
        ) from None


# --- XLSX ---


def _xlsx_rows(content: bytes) -> Iterator[tuple[int, tuple[CellText, ...]]]:
    """The rows of the sheet named "clusters", or else of the first one."""
    check_parts(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheets = {sheet.title.strip().casefold(): sheet for sheet in reversed(book.worksheets)}
        if not sheets:
            raise RefusedInput("has no sheet with cells")
        sheet = sheets.get(_SHEET) or book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its own size may be wrong
        rows = sheet.iter_rows(max_row=MAX_ROWS + 2, max_col=MAX_COLUMNS + 1)
        for number, cells in enumerate(rows, start=1):
            if number > MAX_ROWS + 1:
                raise too_many(number)
            yield number, tuple(cell_text(cell) for cell in cells)
    except RefusedInput:
        raise
    # openpyxl lets through whatever its parsers raise on a damaged part; the file is at fault, whichever it is.
    except Exception as error:  # noqa: BLE001
        raise RefusedInput(f"is a damaged Excel workbook ({type(error).__name__}: {error}). {SAVE_AS}") from None


def cell_text(cell: object) -> CellText:
    """What an openpyxl cell shows, as a person would type it."""
    value: object = getattr(cell, "value", None)
    kind: object = getattr(cell, "data_type", "n")
    if kind == "f":
        return CellText(str(value), "is a formula, and what it would show is not known")
    if kind == "e":
        return CellText(str(value), f"shows an error ({value})")
    return CellText(_typed(value).strip())


def _typed(value: object) -> str:
    """A value of a spreadsheet as text: 2007.0 as 2007, a day without its midnight."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def check_parts(content: bytes) -> None:
    """Raises RefusedInput for a workbook that unpacks to too much, or whose XML declares entities."""
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > 10_000 or sum(p.file_size for p in parts) > MAX_UNPACKED_BYTES:
                raise RefusedInput(f"unpacks to more than {MAX_UNPACKED_BYTES // 1024**2} MB; it is not opened.")
            for part in parts:
                if part.file_size > max(_SMALL_PART, _MAX_SHRINKING * part.compress_size):
                    raise RefusedInput(f"holds a part ({part.filename}) that is packed like a bomb; it is not opened.")
                if part.filename.endswith((".xml", ".rels")) and _has_doctype(archive, part):
                    raise RefusedInput(f"declares XML entities ({part.filename}); it is not opened. {SAVE_AS}")
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
    ) as error:
        raise RefusedInput(f"is a damaged or protected Excel workbook ({error}). {SAVE_AS}") from None


def _has_doctype(archive: ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether an XML part has a document type anywhere, in any encoding that a parser would notice by itself."""
    tail = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            if any(mark in tail + chunk for mark in _DOCTYPE):
                return True
            tail = chunk[-32:]
    return False


def column_name(index: int) -> str:
    """The letter under which a spreadsheet program shows a column; the first is 0."""
    return get_column_letter(index + 1)
