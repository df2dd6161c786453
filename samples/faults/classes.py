"""The classes of failure: every way a visit can end that the software tells apart, as a table."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from io import StringIO


class Means(StrEnum):
    """What a class may do to the verdict about a cluster."""

    SCORES = "scores"  # speaks for an end once it has lasted
    LONG = "long"  # counts as failing, and only after months
    FREEZES = "freezes"  # says nothing, and stops the clock
    BENIGN = "benign"  # the site is read all the same
    MOVED = "moved"  # life goes on elsewhere
    PENDING = "pending"  # an end on a day still to come
    ALIVE = "alive"
    VOID = "void"  # the whole night says nothing


# What is told to a newcomer about each of them.
MEANINGS = {
    Means.SCORES: "speaks for an end",
    Means.LONG: "counts only after months",
    Means.FREEZES: "says nothing, stops the clock",
    Means.BENIGN: "harmless, is read",
    Means.MOVED: "lives on elsewhere",
    Means.PENDING: "becomes a question on its day",
    Means.ALIVE: "alive",
    Means.VOID: "voids the night",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultClass:
    """One class of failure."""

    name: str
    kind: str
    means: Means
    asked_after: int | None  # nights after the first one on which staff may be asked at the earliest; None: never in 60
    shown_as: frozenset[str]  # the signs of `samples.faults.signs` by which the software shows it
    what: str


def read_classes() -> dict[str, FaultClass]:
    """Every class by its name, in the order of the table."""
    table = (files("samples.faults") / "classes.csv").read_text(encoding="utf-8")
    found = [_class(row) for row in csv.DictReader(StringIO(table))]
    return {c.name: c for c in found}


def _class(row: dict[str, str]) -> FaultClass:
    return FaultClass(
        name=row["class"],
        kind=row["kind"],
        means=Means(row["means"]),
        asked_after=int(row["asked_after_nights"]) if row["asked_after_nights"] else None,
        shown_as=frozenset(row["shown_as"].split()),
        what=row["what"],
    )
