"""The mapping as a workbook for Excel and as places on a map. No cell is a formula, whatever a page said."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from crawler.model import Cluster
from db.export import COLUMNS, ExportRow, csv_cell, json_text

MAX_CELL = 32_767  # characters that Excel reads of one cell


def write_xlsx(rows: Iterable[ExportRow]) -> bytes:
    """A workbook of one sheet, its header fixed."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("clusters")
    assert isinstance(sheet, WriteOnlyWorksheet)
    sheet.freeze_panes = "B2"
    header = [WriteOnlyCell(sheet, value=name) for name in COLUMNS]
    for cell in header:
        cell.font = Font(bold=True)
    sheet.append(header)
    for row in rows:
        sheet.append([_cell(sheet, row, name) for name in COLUMNS])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: WriteOnlyWorksheet, row: ExportRow, name: str) -> Cell | float | None:
    value = row[name]
    if value is None or isinstance(value, int | float):
        return value
    cell = WriteOnlyCell(sheet, value=csv_cell(value)[:MAX_CELL])
    cell.data_type = "s"  # a text even where the library would see a formula
    return cell


def flat(row: ExportRow) -> dict[str, str | float | None]:
    """A row in which every value is a text, a number or null; reasons are their sentences, as in CSV."""
    return {
        name: " | ".join(str(reason["text"]) for reason in value) if isinstance(value, tuple) else value
        for name, value in row.items()
    }


def write_geojson(rows: Iterable[ExportRow], clusters: Sequence[Cluster]) -> str:
    """One feature a cluster with the columns of an export (RFC 7946); a cluster without coordinates has no geometry.

    The properties are flat, as tables of QGIS are: the reasons are one text.
    """
    places = {c.cluster_id: (c.lon, c.lat) for c in clusters}
    features = []
    for row in rows:
        lon, lat = places[str(row["cluster_id"])]
        place = None if lon is None or lat is None else {"type": "Point", "coordinates": [lon, lat]}
        features.append({"type": "Feature", "id": row["cluster_id"], "geometry": place, "properties": flat(row)})
    return json_text({"type": "FeatureCollection", "features": features})
