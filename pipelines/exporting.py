"""The mapping as a file: the same clusters and the same bytes, whether a page or the command asks for it."""

from __future__ import annotations

import io
from datetime import datetime
from urllib.parse import quote

from db.desk import Desk
from db.export import export_rows, write_csv, write_json
from db.listing import Wanted
from db.spreadsheet import write_geojson, write_xlsx
from pipelines.maps.drawing import map_svg
from pipelines.maps.lines import map_lines
from pipelines.questions import reviews

FORMS = ("csv", "xlsx", "json", "geojson", "svg")
MARK = "\ufeff".encode()  # without it Excel takes a CSV for one of the machine's own encoding


def exported(
    desk: Desk, form: str, which: Wanted | None, *, generated_at: datetime, language: str = "en", pages: str = ""
) -> tuple[bytes, int]:
    """The file in one of FORMS, and of how many clusters it tells. A CSV comes without MARK.

    Only the map (svg) has words, in a `language`, and links, to the staff's pages at this address ("": none).
    """
    ids = None if which is None else desk.ids(which)
    clusters = desk.clusters(ids)
    verdicts = desk.latest_verdicts() if ids is None else desk.current_of(ids)
    said = reviews(desk)
    if form == "svg":
        lines = map_lines(clusters, verdicts, said, language=language)
        link = (lambda cluster_id: f"{pages}/clusters/{quote(cluster_id, safe='')}") if pages else None
        return map_svg(lines, language=language, link=link).encode(), len(lines)
    rows = list(export_rows([(c, verdicts.get(c.cluster_id)) for c in clusters], said))
    if form == "xlsx":
        return write_xlsx(rows), len(rows)
    if form == "geojson":
        return write_geojson(rows, clusters).encode(), len(rows)
    if form not in FORMS:
        raise ValueError(f"no export is called {form!r}")
    out = io.StringIO(newline="")
    if form == "csv":
        write_csv(rows, out)
    else:
        write_json(rows, out, generated_at=generated_at)
    return out.getvalue().encode(), len(rows)
