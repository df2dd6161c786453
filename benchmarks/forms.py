"""Dates in every form that pages write, and what only looks like one: ours beside two libraries. `make bench-dates`.

The table (`date_forms.csv`) is ours: sentences as they stand on pages, each with the day, month, year or range that a
reader of the page would understand, or with none. Most of it was written before the rules were looked at.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from functools import partial
from html import escape
from pathlib import Path
from types import MappingProxyType

from htmldate import find_date
from rich.console import Console
from rich.table import Table

from crawler.model import DateKind, Precision
from crawler.policy import Policy
from crawler.reading import dates
from crawler.reading.date_places import day_first
from crawler.reading.date_senses import PUBLISHED
from crawler.reading.date_values import YEARS_AHEAD, Expression
from crawler.reading.expressions import expressions
from crawler.reading.page import Page, parse

with warnings.catch_warnings():
    # It announces on import what will change in its own dependencies; warnings are errors in our tests.
    warnings.simplefilter("ignore")
    from dateparser.search import search_dates

TABLE = Path(__file__).parent / "date_forms.csv"
LOOK_ALIKES = "look-alikes: "  # what the classes begin with whose sentences hold no date
_NONE = "none"
_ITEMS = PUBLISHED | {DateKind.UPDATED}  # a year that heads a list is no item of its own


class Outcome(StrEnum):
    """What an answer is worth."""

    RIGHT = "right"
    WRONG = "wrong"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One sentence with what it says."""

    form: str
    sentence: str  # as it stands on a page; markup where the date is split over elements
    language: str  # of the page, as <html lang> has it
    today: date
    expected: tuple[tuple[str, ...], ...]  # the defensible readings, each the dates it holds; () is no date
    group: str  # class of forms

    @property
    def page(self) -> Page:
        """A page that holds the sentence and nothing else."""
        return parse(self.html.encode(), "https://a.example/")

    @property
    def html(self) -> str:
        """The source of that page."""
        body = self.sentence if self.has_markup else f"<p>{escape(self.sentence)}</p>"
        return f'<html lang="{self.language}"><head><title>T</title></head><body><main>{body}</main></body></html>'

    @property
    def has_markup(self) -> bool:
        """Whether the sentence is a piece of a page and no single line."""
        return self.sentence.startswith("<")


def rows(path: Path = TABLE) -> tuple[Row, ...]:
    """The rows of the table, in order."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(_row(fields) for fields in csv.DictReader(file))


def _row(fields: Mapping[str, str]) -> Row:
    readings = fields["expected"].split(" or ")
    return Row(
        form=fields["form"],
        sentence=fields["sentence"],
        language=fields["language"],
        today=date.fromisoformat(fields["today"]),
        expected=tuple(() if told == _NONE else tuple(told.split(",")) for told in readings),
        group=fields["class"],
    )


Reader = Callable[[Row], tuple[str, ...]]


def readers() -> dict[str, Reader]:
    """Ours, and the libraries of this field."""
    return {"ours": _ours, "htmldate": _htmldate, "dateparser": _dateparser}


def _ours(row: Row) -> tuple[str, ...]:
    """The dates of a line; of a piece of a page those of its items, to which the years of headings are added."""
    page = row.page
    language = page.lang or "ja"
    if not row.has_markup:
        order = day_first(page, language)
        found = expressions(row.sentence, today=row.today, day_first=order)
        return tuple(written for one in found if (written := _expression_written(one)))
    items = dates.read(page, today=row.today, home_language=language)
    items = tuple(i for i in items if i.kind in _ITEMS and i.confidence >= Policy().post_confidence)
    return tuple(dict.fromkeys(_written(item.on, item.until, item.precision) for item in items))


def _expression_written(found: Expression) -> str:
    """An expression as the table writes it; "" for a month and a day without a year, which is no date yet."""
    if found.on is None:
        return str(found.year or "")  # of a fiscal year
    return _written(found.on, found.until, found.precision)


def _written(on: date, until: date | None, precision: Precision) -> str:
    length = {Precision.DAY: 10, Precision.MONTH: 7, Precision.YEAR: 4}[precision]
    first = on.isoformat()[:length]
    return f"{first}/{until.isoformat()[:length]}" if until else first


def _htmldate(row: Row) -> tuple[str, ...]:
    """The library's one day for the page, with its own first year and as far ahead as we read."""
    latest = f"{row.today.year + YEARS_AHEAD}-12-31"
    try:
        found = find_date(row.html, original_date=True, extensive_search=True, max_date=latest)
    except Exception:  # noqa: BLE001  # a library that breaks over a sentence has no answer
        return ()
    return (str(found),) if found else ()


def _dateparser(row: Row) -> tuple[str, ...]:
    """The days that the library finds in the visible text."""
    base = datetime.combine(row.today, time(12))
    try:
        found = search_dates(row.page.text(), languages=["ja", "en"], settings={"RELATIVE_BASE": base})
    except Exception:  # noqa: BLE001  # a library that breaks over a sentence has no answer
        return ()
    return tuple(dict.fromkeys(when.date().isoformat() for _, when in found or ()))


def outcome(answers: Sequence[str], expected: Sequence[Sequence[str]], *, exact: bool) -> Outcome:
    """What the dates that a reader found are worth beside the defensible readings.

    Exactly those of one reading, with as much as was written and the end of a range, when `exact`. A library that knows
    days only need not find all, and any day within the month, year or range is right.
    """
    if not answers:
        return Outcome.RIGHT if () in map(tuple, expected) else Outcome.SILENT
    fits = partial(_is_same if exact else _lies_in, answers)
    return Outcome.RIGHT if any(fits(reading) for reading in expected if reading) else Outcome.WRONG


def _is_same(answers: Sequence[str], reading: Sequence[str]) -> bool:
    return sorted(answers) == sorted(reading)


def _lies_in(answers: Sequence[str], reading: Sequence[str]) -> bool:
    return all(any(_is_within(answer, told) for told in reading) for answer in answers)


def _is_within(day: str, told: str) -> bool:
    """Whether an ISO day lies in a day, month, year or range as the table writes it."""
    first, _, last = told.partition("/")
    return first <= day[: len(first)] and day[: len(last or first)] <= (last or first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One row with what each reader made of it."""

    row: Row
    answers: Mapping[str, tuple[str, ...]]
    outcomes: Mapping[str, Outcome]


def measure(table: Sequence[Row], by: Mapping[str, Reader]) -> tuple[Judged, ...]:
    """Every row read by every reader."""
    judged = []
    for row in table:
        answers = {name: read(row) for name, read in by.items()}
        told = {name: outcome(a, row.expected, exact=name == "ours") for name, a in answers.items()}
        judged.append(Judged(row=row, answers=MappingProxyType(answers), outcomes=MappingProxyType(told)))
    return tuple(judged)


def figures(judged: Sequence[Judged], reader: str) -> dict[str, float]:
    """The figures of one reader as they are written to a file."""
    counts = {kind: sum(one.outcomes[reader] is kind for one in judged) for kind in Outcome}
    alike = [one for one in judged if one.row.group.startswith(LOOK_ALIKES)]
    return {
        "right": counts[Outcome.RIGHT],
        "wrong": counts[Outcome.WRONG],
        "silent": counts[Outcome.SILENT],
        "share": counts[Outcome.RIGHT] / max(1, len(judged)),
        "lookalikes_wrong": sum(one.outcomes[reader] is Outcome.WRONG for one in alike),
    }


def _print(judged: Sequence[Judged], names: Sequence[str]) -> None:
    console = Console(width=None if sys.stdout.isatty() else 120)
    table = Table(title=f"{len(judged)} forms: right / wrong / silent", title_justify="left")
    table.add_column("class")
    table.add_column("forms", justify="right")
    for name in names:
        table.add_column(name, justify="right")
    groups = dict.fromkeys(one.row.group for one in judged)
    for group in (*groups, ""):
        chosen = [one for one in judged if group in {one.row.group, ""}]
        cells = (" / ".join(str(sum(o.outcomes[n] is kind for o in chosen)) for kind in Outcome) for n in names)
        if not group:
            table.add_section()
        table.add_row(group or "all", str(len(chosen)), *cells)
    console.print(table)
    for one in judged:
        if one.outcomes["ours"] is not Outcome.RIGHT:
            read = ", ".join(one.answers["ours"]) or _NONE
            wanted = " or ".join(",".join(reading) or _NONE for reading in one.row.expected)
            console.print(f"{one.row.form}: {one.row.sentence!r} is {wanted}, read as {read}", markup=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command behind `make bench-dates`."""
    parser = argparse.ArgumentParser(prog="bench-dates", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--json", type=Path, help="write the figures there too")
    options = parser.parse_args(arguments)
    by = readers()
    judged = measure(rows(), by)
    _print(judged, tuple(by))
    if options.json:
        document = {**{name: figures(judged, name) for name in by}, "forms": len(judged)}
        options.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
