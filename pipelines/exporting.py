"""The mapping as a file: the same clusters and the same bytes, whether a page or the command asks for it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime

from crawler.policy import Policy
from db.desk import Desk
from db.export import export_rows, write_csv, write_json
from db.listing import FACETS, Wanted
from db.spreadsheet import write_geojson, write_xlsx
from pipelines.questions import open_questions, reviews

FORMS = ("csv", "xlsx", "json", "geojson")
TEXT, ASKED = "q", "asked"  # the parts of a filter beside the facets, as the addresses of the pages name them
FILTERS = (TEXT, *FACETS, ASKED)
MARK = "\ufeff".encode()  # without it Excel takes a CSV for one of the machine's own encoding


def wanted(desk: Desk, parts: Mapping[str, str], now: datetime, policy: Policy) -> Wanted | None:
    """The clusters that a filter lets through, None for all; `parts` are values of FILTERS by name."""
    kept = {name: value for name, value in parts.items() if value}
    if not kept:
        return None
    asked = kept.get(ASKED) == "1"
    ids = {q.cluster.cluster_id for q in open_questions(desk, now.date(), policy)} if asked else ()
    facets = {name: value for name, value in kept.items() if name in FACETS}
    return Wanted(text=kept.get(TEXT, ""), facets=facets, only=tuple(ids) if asked else None, limit=-1)


def exported(desk: Desk, form: str, which: Wanted | None, *, generated_at: datetime) -> tuple[bytes, int]:
    """The file in one of FORMS, and of how many clusters it tells. A CSV comes without MARK."""
    ids = None if which is None else desk.ids(which)
    clusters = desk.clusters(ids)
    verdicts = desk.latest_verdicts() if ids is None else desk.current_of(ids)
    rows = list(export_rows([(c, verdicts.get(c.cluster_id)) for c in clusters], reviews(desk)))
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
