"""Rows of the registry as they travel: what is shown of one, what is sent of one, and what is wrong with that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field
from starlette.responses import Response

from crawler.model import Cluster
from db.checking import FIELDS, Finding
from db.desk import Desk
from db.history import ChangeKind, Entry, RegistryChange, cell, differences
from review.api.problems import MAX_ERRORS, problem
from review.api.shapes import PLAIN, ClusterShape, RegistryRow, Shape
from review.forms import Typed

MAX_NOTE = 2_000  # characters
_Cell = Annotated[str, Field(max_length=10_000)]


class DifferenceShape(Shape):
    """One column of which the text changed."""

    column: str = Field(description="A column, or `state` and `merged_into` of a retirement.")
    before: str
    after: str


class ChangeShape(Shape):
    """One change of one row. Changes are added and never edited."""

    change_id: int
    at: datetime
    by: str = Field(description="Login name, or `clusterwatch` for what nobody asked for by name.")
    cluster_id: str
    what: ChangeKind
    note: str = Field(description="Why, in a person's words.")
    other: str = Field(description='The other cluster of a merge, "" else.')
    differences: list[DifferenceShape] = Field(description="Of a new row everything that is filled.")


class SentColumns(Shape):
    """Columns as they are sent. What is left out is blank in a new row, and stays as it is in a correction."""

    cluster_id: str = Field("", max_length=100, description="Of a new row; an id never changes.", examples=["fuji"])
    name_en: _Cell = Field("", examples=["Fuji Cluster"])
    name_ja: _Cell = ""
    website: _Cell = Field("", description='http or https; "" when none is known.', examples=["https://fuji.example/"])
    website_en: _Cell = ""
    other_hosts: list[Annotated[str, Field(max_length=2000)]] = Field([], max_length=200)
    home_language: str = Field("", max_length=20, description="ISO 639-1; blank means `ja`.", examples=["ja"])
    country: str = Field("", max_length=20, description="ISO 3166-1 alpha-2; blank means `JP`.", examples=["JP"])
    prefecture: _Cell = ""
    city: _Cell = ""
    lat: float | None = Field(None, ge=-90, le=90, examples=[35.16])
    lon: float | None = Field(None, ge=-180, le=180, examples=[138.68])
    sector: _Cell = ""
    programme: _Cell = ""
    period_start: _Cell = ""
    period_end: _Cell = ""
    operator: _Cell = ""
    notes: _Cell = ""
    extra: dict[Annotated[str, Field(max_length=2000)], _Cell] = Field(
        {}, max_length=200, description="Further columns; all of them, when any is sent."
    )

    def typed(
        self, onto: Cluster, seen: str = "", note: str = "", warned: Sequence[str] = (), candidate_id: int = 0
    ) -> Typed:
        """The same as a person would type it into the form that was filled from `onto`."""
        columns = {name: cell(onto, name) for name in FIELDS}
        columns |= {name: _text(getattr(self, name)) for name in FIELDS if name in self.model_fields_set}
        further = self.extra.items() if "extra" in self.model_fields_set else onto.extra
        cells = [(heading.strip(), text.strip()) for heading, text in further]
        return Typed(columns, cells, seen, note.strip(), frozenset(warned), candidate_id)


def _text(value: object) -> str:
    """A value as the text of a cell."""
    if isinstance(value, list):
        return " ".join(str(part) for part in value)
    return "" if value is None else str(value).strip()


class SentRow(Shape):
    """A row as it is sent, with why."""

    cluster: SentColumns
    note: str = Field("", max_length=MAX_NOTE, pattern=PLAIN, description="Why; kept with the change.")
    warned: list[Annotated[str, Field(max_length=2000)]] = Field(
        [],
        max_length=250,
        description="Columns whose remarks you have read. A row is refused until each column that is odd is named here.",
    )


class SentCorrection(SentRow):
    """Other values for a row."""

    seen: str = Field(max_length=64, description="`digest` of the row that you saw.")


def row_shape(entry: Entry) -> RegistryRow:
    """A row as it travels."""
    return RegistryRow(
        cluster=ClusterShape.model_validate(entry.cluster),
        digest=entry.record.digest,
        added_at=entry.added_at,
        changed_at=entry.changed_at,
        retired_at=entry.retired_at,
        merged_into=entry.record.merged_into,
    )


def change_shape(change: RegistryChange) -> ChangeShape:
    """A change as it travels."""
    same = ("change_id", "at", "by", "cluster_id", "what", "note", "other")
    found = [DifferenceShape.model_validate(d) for d in differences(change.before, change.after)]
    return ChangeShape(**{name: getattr(change, name) for name in same}, differences=found)


def changed(desk: Desk, now: Entry, yours: Typed | None = None) -> Response:
    """The refusal of a change to a row that somebody else has changed: both versions, and who it was."""
    last = next(iter(desk.registry_changes(now.cluster.cluster_id, limit=1)), None)
    who = f"{last.by} changed it last." if last else "It was changed."
    words = f"{who} `now` is the row as it is; send its digest to store yours all the same."
    mine = {"yours": {**dict(yours.further), **yours.columns}} if yours is not None else {}
    return problem("changed", words, headers=None, now=row_shape(now).model_dump(mode="json"), **mine)


def faulty(findings: Sequence[Finding]) -> Response:
    """The refusal of a row with something wrong, or odd and not read yet."""
    errors = [
        {
            "where": f"body.cluster.{found.column}"[:200],
            "what": "refused" if found.refused else "odd",
            "detail": f"{found.column[:80]} {found.fault.reason[:400]}. {found.fault.advice}",
        }
        for found in findings[:MAX_ERRORS]
    ]
    words = "See `errors`: what is `refused` has to be mended; name the columns of what is `odd` in `warned` to go on."
    return problem("not_understood", words, errors=errors)
