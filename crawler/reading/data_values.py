"""Dates in the fields of a JSON document: texts, numbers, stamps in wrappings, and parts in fields of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from crawler.model import Precision
from crawler.reading.expressions import expressions
from crawler.reading.stamps import FIRST_YEAR, written_day

_MAX_VALUE = 48  # characters: a range of two days with weekdays and times is no longer
_SURE = 0.6  # an expression below this has two readings


@dataclass(frozen=True, slots=True)
class Day:
    """A date as a field gives it."""

    raw: str
    on: date
    precision: Precision = Precision.DAY
    until: date | None = None


def day_of_field(value: object, fields: Mapping[str, object], today: date) -> Day | None:
    """The date that a value is, None when it is none or can be read in two ways."""
    if isinstance(value, dict):
        names = ("date", "dateTime", "datetime", "$date", "$t", "value", "iso", "seconds", "_seconds", "start")
        value = next((value[n] for n in names if n in value), None)
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _of_number(float(value), str(value)[:20], today)
    if not isinstance(value, str) or not value:
        return None
    text = value.strip()[:_MAX_VALUE]
    if text.isascii() and text.isdigit():
        return _of_number(float(text[:20]), text, today)
    return _of_text(text, fields, today)


_HAS_YEAR = re.compile(
    r"(?:19|20|１９|２０)[0-9０-９]{2}|令和|平成|[RHＲＨ]\.?\s?[0-9０-９元]|[0-9０-９]{2}\s?[年./-]|[A-Za-z]{3}.{1,6}[0-9]{2}"
)
# What is read at once, for a document may hold thousands.
_PLAIN = re.compile(
    r"(?:19|20)[0-9]{2}(?:-[01][0-9]-[0-3][0-9](?:[T ][0-9:.]{4,15}\s?(?:Z|[+-][0-9:]{4,6})?)?|([/.])[01]?[0-9]\1[0-3]?[0-9])"
)
_DATE_CALL = re.compile(
    r"/?(?:new )?Date\((?:(?P<y>20[0-9]{2}),\s?(?P<m>1[01]|[0-9]),\s?(?P<d>[0-9]{1,2})|(?P<ms>[0-9]{12,13}))"
)


def _of_text(text: str, fields: Mapping[str, object], today: date) -> Day | None:
    """The date that a text begins with or holds."""
    if match := _DATE_CALL.match(text):
        if match["ms"]:
            return _of_number(float(match["ms"]), text, today)
        text = f"{match['y']}-{int(match['m']) + 1:02}-{int(match['d']):02}"  # JavaScript counts months from 0
    if not _HAS_YEAR.search(text) and not fields.keys() & {"year", "年"}:
        return None
    if not _PLAIN.fullmatch(text):
        for found in expressions(text, today=today):
            if found.on is not None and found.on.year >= FIRST_YEAR and found.confidence >= _SURE:
                return Day(text, found.on, found.precision, found.until)
            if found.on is None and found.month and (year := _number(fields, "year", "年")):
                return _checked(text, year, found.month, found.day)
    stamp = written_day(text)
    return Day(text, *stamp) if stamp else None


_ERA_START = 788_918_400  # 1995 in seconds since 1970; a smaller number is none of a website's days
_ERA_END = 4_102_444_800  # 2100
_JAPAN = timedelta(hours=9)


def _of_number(number: float, raw: str, today: date) -> Day | None:
    """The date of 20240320, or of seconds or milliseconds since 1970.

    Those have no zone. They are read in Japan's: the midnight of a day there, which date pickers store, is still
    the day before in UTC, and the midnights of Europe fall on the same day in both.
    """
    if 19_950_101 <= number <= 21_001_231 and number == int(number):
        stamp = written_day(str(int(number)))
        return Day(raw, *stamp) if stamp else None
    seconds = number / 1000 if number > _ERA_END else number
    if not _ERA_START <= seconds <= _ERA_END:
        return None
    at = datetime.fromtimestamp(seconds, UTC)
    on = (at + _JAPAN).date()
    return Day(raw, at.date() if on > today >= at.date() else on)


def split_day(fields: Mapping[str, object]) -> Day | None:
    """The date of an object that has a year, a month and perhaps a day in fields of their own."""
    year, month, day = _number(fields, "year", "年"), _number(fields, "month", "月"), _number(fields, "day", "日")
    return _checked(" ".join(str(n) for n in (year, month, day) if n), year, month, day) if year and month else None


def _number(fields: Mapping[str, object], *names: str) -> int:
    """A field that is a small number, also as text; 0 when there is none."""
    for name in names:
        value = str(fields.get(name, ""))[:5].rstrip("年月日")
        if value.isascii() and value.isdigit():
            return int(value)
    return 0


def _checked(raw: str, year: int, month: int, day: int) -> Day | None:
    stamp = written_day(f"{year:04}-{month:02}" + (f"-{day:02}" if day else ""))
    return Day(raw, *stamp) if stamp else None
