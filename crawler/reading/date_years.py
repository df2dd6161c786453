"""Years that stand elsewhere than in the date, as the lines of a page are met: headings, year cells, the entry above."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from crawler.model import Precision
from crawler.reading.date_values import Form, day_of
from crawler.reading.expressions import Expression, expressions, is_fiscal_heading, year_heading
from crawler.reading.flatten import flatten
from crawler.reading.page import Line, Region
from crawler.reading.values import HEADINGS

CELL = " | "  # between the cells of a row
_DAY = re.compile(r"^\W{0,3}(?P<d>3[01]|[12][0-9]|0?[1-9])\s?日(?![間目])")
# Alone in its line, or the first cell of a row.
_SLASHED = re.compile(r"^\W{0,3}(?P<m>1[0-2]|[1-9])/(?P<d>3[01]|[12][0-9]|[1-9])(?=\s?(?:$|\|))")
_COLUMNS = re.compile(r"年 \| 月 \| 日(?: \||$)")
_CELLS = re.compile(r"(?P<y>(?:19|20)[0-9]{2})年? \| (?P<m>[0-9]{1,2})月? \| (?P<d>[0-9]{1,2})日?(?= \||$)")
_FIFTHS = 5
_MAX_CELLS = 24  # characters
_ENTRIES = frozenset({"dt", "dd", "li", "tr", "td", "th"})
_MAX_YEAR_CELL = 12  # characters


class Under(NamedTuple):
    """What a line stands under."""

    year: int | None = None  # of the heading or the year cell that it stands under
    fiscal: bool = False  # that names a fiscal year
    month: int = 0  # of a heading such as 2026年5月, 0 for none
    near: date | None = None  # the last date above in the same list that is written with its year
    columns: bool = False  # in a table whose first columns are year, month and day


@dataclass(slots=True)
class Years:
    """The years in force while the lines of a page are met in order."""

    today: date
    _heading: Under = field(default_factory=Under)
    _rank: int = 0
    _cell: Under = field(default_factory=Under)
    _cell_container: int = -1
    _near: dict[int, date] = field(default_factory=dict)
    _columns: set[int] = field(default_factory=set)  # containers of tables with a column each of year, month and day

    def under(self, line: Line, text: str) -> Under:
        """What the line stands under; a heading counts from itself on."""
        self._meet_heading(line, text)
        if line.tag == "tr" and _COLUMNS.match(text):
            self._columns.add(line.container)
        year, fiscal, month, _, _ = self._of_cell(line, text) or self._heading
        return Under(year, fiscal, month, self._near.get(line.container), line.container in self._columns)

    def met(self, line: Line, found: Expression) -> None:
        """Remember a date that is written with its year."""
        if found.on is not None and found.day and found.year:
            self._near[line.container] = found.on

    def _meet_heading(self, line: Line, text: str) -> None:
        named = year_heading(text)
        if named is not None and line.region in {Region.MAIN, Region.ASIDE}:
            self._heading = Under(named, is_fiscal_heading(text), _month_of(text, self.today))
            self._rank = _rank_of(line)
        elif self._ends_heading(line) and not expressions(text, today=self.today):
            self._heading, self._rank = Under(), 0

    def _ends_heading(self, line: Line) -> bool:
        """Whether a line is a heading of the rank of the one in force, or above."""
        return bool(self._rank) and line.tag in HEADINGS and _rank_of(line) <= self._rank

    def _of_cell(self, line: Line, text: str) -> Under | None:
        """The year of the row's first cell, which holds for the rows below it too: cells that span rows stand once."""
        if line.tag != "tr":
            return None
        first, cut, _ = text.partition(CELL)
        named = year_heading(first) if cut and len(first) <= _MAX_YEAR_CELL else None
        if named is not None:
            self._cell, self._cell_container = Under(named, is_fiscal_heading(first)), line.container
        elif line.container != self._cell_container:
            self._cell, self._cell_container = Under(), -1
        return self._cell if self._cell.year else None


def _rank_of(line: Line) -> int:
    """The rank of a heading, 1 to 6; 7 for a line that is no heading by its tag."""
    return int(line.tag[1]) if line.tag in HEADINGS else 7


def _month_of(text: str, today: date) -> int:
    found = expressions(text, today=today)
    return found[0].month if len(found) == 1 and found[0].precision is Precision.MONTH else 0


def day_alone(line: Line, text: str, under: Under, today: date) -> Expression | None:
    """The date that a line begins with under the heading of a month (12日 総会) or of a year (6/9); None for any other.

    Anywhere else 6/9 may be a share or a page. So may three cells of numbers whose columns have no names.
    """
    if under.columns:
        return _in_columns(text, today)
    if not under.year:
        return None
    head = flatten(text[:12])
    match = _DAY.match(head) if under.month else _SLASHED.match(head) if line.tag in _ENTRIES else None
    if match is None:
        return None
    month = under.month or int(match["m"])
    if not under.month and is_share(month, int(match["d"])):
        return None
    try:
        on = date(under.year + (under.fiscal and month <= 3), month, int(match["d"]))
    except ValueError:
        return None
    start = match.start("m" if not under.month else "d")
    return Expression(
        start=start, end=match.end(), raw=text[start : match.end()], form=Form.KANJI, on=on,
        precision=Precision.DAY, year=on.year, month=on.month, day=on.day, confidence=0.8,
    )  # fmt: skip


def is_share(first: int, second: int) -> bool:
    """Whether two numbers with a slash are a usual share (1/2, 2/3), which a list below a year may hold too."""
    return first < second <= _FIFTHS


def _in_columns(text: str, today: date) -> Expression | None:
    match = _CELLS.match(flatten(text[:_MAX_CELLS]))
    on = day_of(int(match["y"]), int(match["m"]), int(match["d"]), today) if match else None
    if match is None or on is None:
        return None
    return Expression(
        start=match.start("y"), end=match.end(), raw=text[match.start("y") : match.end()], form=Form.SLASH, on=on,
        precision=Precision.DAY, year=on.year, month=on.month, day=on.day, confidence=0.9,
    )  # fmt: skip


def by_neighbour(month: int, day: int, near: date) -> date | None:
    """The day nearest to the entry above, which is written with its year; None when it is no day."""
    days = []
    for year in (near.year - 1, near.year, near.year + 1):
        try:
            days.append(date(year, month, day or 1))
        except ValueError:
            continue
    return min(days, key=lambda on: abs(on - near), default=None)
