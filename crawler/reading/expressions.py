"""Every date written in a line of text: eras, numerals, month names, ranges, and what only looks like a date.

One walk over the numbers, month names and eras of the line; each is handed to the readers that can begin with it, the
surest first. Every reader looks at a bounded number of characters, so the time is linear in the length of the text.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from crawler.model import Precision
from crawler.reading import badges, japanese_dates, named_dates, numeric_dates, wareki
from crawler.reading.date_values import FIRST_YEAR, Expression, Form, Reading, day_of, is_month_day
from crawler.reading.flatten import flatten
from crawler.reading.wareki import ERA_NAME, ERA_SHORT
from crawler.reading.weekdays import has_time_after, weekday_after, weekday_before
from crawler.reading.year_context import from_url, is_fiscal_heading, resolve_yearless, year_heading

__all__ = [
    "Expression",
    "Form",
    "expressions",
    "from_url",
    "is_fiscal_heading",
    "resolve_yearless",
    "year_heading",
]

_MAY_HOLD_A_DATE = re.compile(r"[0-9０-９〇一二三四五六七八九十元](?:(?<=[0-9０-９])|\s{0,2}[年月日])")
_KANJI_NUMERALS = "〇○零一二三四五六七八九十百千廿卅"
# A word counts only when a number follows it closely; most words of a line are passed over here, at little cost.
_TOKEN = re.compile(
    r"[0-9]+|(?<![A-Za-zÀ-ɏͰ-ӿ])[A-Za-zÀ-ɏͰ-ӿ]{1,14}+(?=[^0-9A-Za-zÀ-ɏͰ-ӿ]{0,8}(?:(?:of|de|del|the)\s)?[0-9元])"
    rf"|(?:{ERA_NAME})(?=\s{{0,2}}[0-9元〇一二三四五六七八九十廿卅])"
    rf"|(?<![\u4e00-\u9fff])[{ERA_SHORT}](?=[0-9元])"
    rf"|(?<![{_KANJI_NUMERALS}])[{_KANJI_NUMERALS}]{{1,8}}(?=\s{{0,2}}[年月])"
)
# Every one of these has a number in it or behind it, not further off than the longest word with what may follow it.
_NUMBER = re.compile(rf"[0-9元{_KANJI_NUMERALS}]")
_LONGEST_WAY = 14 + 8 + len("the ")
_FISCAL = re.compile(r"\s?'?((?:19|20)[0-9]{2}|[0-9]{2})(?![0-9])")
_JAPANESE = "\u2e80"  # no character below is Chinese or kana
_ERA_LETTERS = frozenset("MTSHRhs")


_MOST_REMEMBERED = 200  # characters of a line


class _Page(NamedTuple):
    """What the readers are told about the page that the line is from."""

    today: date
    day_first: bool | None


def expressions(text: str, *, today: date, day_first: bool | None = None) -> tuple[Expression, ...]:
    """Every date in a line, in order, none overlapping.

    `day_first` is the page's order for 06/12/2026; None when it is not known: then what is possible decides, else US
    order with confidence 0.5 and the European reading as alternative. A date without a year has `on` None: see
    `resolve_yearless`. A fiscal year has `on` None too, for it is no day.
    """
    if _MAY_HOLD_A_DATE.search(text) is None:
        return ()
    if len(text) <= _MOST_REMEMBERED:
        return _remembered(text, today, day_first)
    return _expressions(text, today, day_first)


def _expressions(text: str, today: date, day_first: bool | None) -> tuple[Expression, ...]:
    flat, page = flatten(text), _Page(today, day_first)
    found: list[Expression] = []
    at = floor = 0
    while (token := _token(flat, at)) is not None:
        reading = _read(flat, token.start(), token.end(), page)
        if reading is None:
            at = token.end()
            continue
        whole = _with_neighbours(reading, flat, floor, page)
        at = floor = max(whole.end, token.end())
        expression = _expression(whole, text, today)
        if expression is not None:
            found.append(expression)
    return tuple(found)


def _token(flat: str, at: int) -> re.Match[str] | None:
    """The next number, word or era behind a place that a date may begin with; most of a text is far from any number."""
    number = _NUMBER.search(flat, at)
    return _TOKEN.search(flat, max(at, number.start() - _LONGEST_WAY)) if number else None


# The entries of a list of news stand on several pages of a website, and its foot on all.
_remembered = lru_cache(maxsize=512)(_expressions)


def _read(flat: str, start: int, end: int, page: _Page, *, in_range: bool = False) -> Reading | None:
    """What the number, word or era from start to end begins; None when it begins no date."""
    first = flat[start]
    if "0" <= first <= "9":
        return _read_number(flat, start, end, page, in_range=in_range)
    if first < "\u0180":
        return _read_word(flat, start, end, page)
    return japanese_dates.kanji(flat, start, page.today) or japanese_dates.month_day(flat, start)


def _read_number(flat: str, start: int, end: int, page: _Page, *, in_range: bool) -> Reading | None:
    """A date that begins with digits; how many there are tells what they can be."""
    length = end - start
    if length == 8:
        return numeric_dates.eight_digits(flat, start, page.today)
    if length not in {1, 2, 4}:
        return None
    if (badge := badges.read(flat, start)) is not None:
        return badge
    if "年" in flat[end : end + 20] and (reading := japanese_dates.kanji(flat, start, page.today)) is not None:
        return reading
    if length == 4:
        return numeric_dates.four_digits(flat, start, in_range=in_range) or named_dates.year_first(flat, start)
    if "月" in flat[end : end + 6]:
        reading = japanese_dates.year_behind(flat, start)
        if reading is None and "月" in flat[end : end + 3]:
            reading = japanese_dates.month_day(flat, start)
        if reading is not None:
            return reading
    if flat[end : end + 1] >= _JAPANESE or end == len(flat):
        return None  # what is left has a mark, a space or a Latin letter behind its first number
    return named_dates.day_first(flat, start, page.today) or numeric_dates.two_digits(
        flat, start, page.today, day_first=page.day_first, in_range=in_range
    )


def _read_word(flat: str, start: int, end: int, page: _Page) -> Reading | None:
    """A date that begins with a month's name, the letter of an era, or FY."""
    if end - start == 1:
        return japanese_dates.era_letter(flat, start, page.today) if flat[start] in _ERA_LETTERS else None
    if flat[start:end] == "FY" and (match := _FISCAL.match(flat, end)) is not None:
        year = int(match[1]) if len(match[1]) == 4 else 2000 + int(match[1])
        return Reading(start, match.end(), Form.FISCAL_YEAR, year=year, confidence=0.85)
    return named_dates.month_first(flat, start, end, page.today)


def _with_neighbours(reading: Reading, flat: str, floor: int, page: _Page) -> Reading:
    """The reading with the weekday beside it, the range that it begins, and whether a time follows."""
    if not reading.confidence:
        return reading
    if not reading.day:
        return _with_range(reading, flat, page) if reading.month else reading
    weekday, end = weekday_after(flat, reading.end)
    start = reading.start
    if weekday is None and start >= floor + 2:
        weekday, start = weekday_before(flat, start, floor)
    told = reading if weekday is None else reading._replace(start=start, end=end, weekday=weekday)
    whole = _with_year_behind(_with_range(told, flat, page), flat)
    timed = has_time_after(flat, end) or (whole.end != end and has_time_after(flat, whole.end))
    return whole._replace(has_time=True) if timed else whole


_SEPARATOR = re.compile(
    r"\s{0,2}(?:(?P<dash>--?|ー)|(?P<wave>[~→⇒➡])|(?P<word>から|より|(?<=\s)(?:to|bis|until|till|au|al|fino al|t/m)(?=\s))"
    r"|(?P<list>[·、,&/]|及び|および|と))\s{0,2}"
)
_DAY_TAIL = re.compile(
    r"(?P<d>[0-9]{1,2}|[一二三十]?[一二三四五六七八九十]{1,2}(?=日))(?:\s?(?P<ja>日)(?![間目本])|(?P<wd>(?=\s?[(\[][月火水木金土日祝]))"
    r"|(?![0-9:%℃A-Za-z時分年月件人名回個]|[.,-][0-9]|/(?!(?:19|20)[0-9]{2})))"
)
# 11/17(木) ~ 金 11/18, Thursday 11/17 ~ Friday 11/18
_WEEKDAY_BETWEEN = re.compile(r"(?:[月火水木金土日][.\s]|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}[.,]?\s)\s?")
_YEAR_BEHIND = re.compile(r"(?:\s?[,/]\s?|\s|\s?\(\s?)(?P<y>(?:19|20)[0-9]{2})年?(?=\s?[)\]]|\s?$)")
# 03.20 2024 Title, 5月12日 2019年 Title: a date in two elements opens its line.
_YEAR_NEXT = re.compile(r"\s(?P<y>(?:19|20)[0-9]{2})年?(?=\s)(?!\s[0-9]{1,2}\s?月)")
_LONGEST_TOLD = 240  # months between two full dates that still make one range: a programme's period
_LONGEST_INFERRED = 7  # months, when the year of one end had to be inferred from the other


def _with_range(reading: Reading, flat: str, page: _Page) -> Reading:
    """The reading with the end of its range, when one follows directly."""
    if reading.until is not None or reading.form in {Form.YEAR, Form.FISCAL_YEAR, Form.COMPACT}:
        return reading
    separator = _SEPARATOR.match(flat, reading.end)
    if separator is None:
        return reading
    if separator["list"] is None and (joined := _joined_to_next(reading, flat, separator.end(), page)) is not None:
        return joined
    return _with_last_day(reading, flat, separator) if reading.day else reading


def _joined_to_next(reading: Reading, flat: str, at: int, page: _Page) -> Reading | None:
    """The range up to the date that begins at a place; None when there is none or it cannot be the end."""
    weekday = _WEEKDAY_BETWEEN.match(flat, at)
    token = _TOKEN.match(flat, weekday.end() if weekday else at)
    last = _read(flat, token.start(), token.end(), page, in_range=True) if token else None
    if last is None or not last.confidence or not last.month or bool(last.day) != bool(reading.day):
        return None
    first_year, last_year = _years(reading, last)
    until = last_year, last.month, last.day
    if not _is_span(reading, (first_year, reading.month, reading.day), until, told=bool(reading.year and last.year)):
        return None
    end = weekday_after(flat, last.end)[1] if last.day else last.end
    named = reading.form is Form.YEARLESS and first_year and last.form is Form.MONTH_NAME
    form = Form.MONTH_NAME if named else last.form if reading.form is Form.YEARLESS and first_year else reading.form
    confidence = max(reading.confidence, last.confidence)
    return reading._replace(end=end, form=form, year=first_year, until=until, confidence=confidence)


def _years(first: Reading, last: Reading) -> tuple[int, int]:
    """The years of both ends; one that is not written follows from the other, 0 when neither is."""
    turns = (last.month, last.day) < (first.month, first.day)
    if first.year:
        return first.year, last.year or first.year + turns
    return (last.year - turns, last.year) if last.year else (0, 0)


def _is_span(reading: Reading, first: tuple[int, int, int], last: tuple[int, int, int], *, told: bool) -> bool:
    """Whether two ends, as year, month and day, make a range that somebody would write."""
    if not first[0]:
        return first != last
    if not is_month_day(first[1], first[2]) or not is_month_day(last[1], last[2]):
        return False
    months = (last[0] - first[0]) * 12 + last[1] - first[1]
    longest = _LONGEST_TOLD if told or not reading.day else _LONGEST_INFERRED
    return first < last and months <= longest


def _with_last_day(reading: Reading, flat: str, separator: re.Match[str]) -> Reading:
    """The range within a month whose last day follows as a bare number: 3月20日～22日, 9/14-17."""
    tail = _DAY_TAIL.match(flat, separator.end())
    if tail is None:
        return reading
    marked = tail["ja"] is not None or tail["wd"] is not None
    tight = separator.end() - separator.start() == 1 and reading.form is not Form.ISO
    if not marked and separator["wave"] is None and not (separator["dash"] and tight):
        return reading
    day = wareki.number(tail["d"]) or 0
    if day <= reading.day or not is_month_day(reading.month, day):
        return reading
    end = weekday_after(flat, tail.end())[1]
    confidence = max(reading.confidence, 0.6)
    return reading._replace(end=end, until=(reading.year, reading.month, day), confidence=confidence)


def _with_year_behind(reading: Reading, flat: str) -> Reading:
    """The reading with the year that closes its line or bracket, or follows at once: (7/7-11, 2014), 5/26-28/2016."""
    if reading.form is not Form.YEARLESS:
        return reading
    match = _YEAR_BEHIND.match(flat, reading.end)
    if match is None and not flat[: reading.start].strip():
        match = _YEAR_NEXT.match(flat, reading.end)
    if match is None:
        return reading
    last = int(match["y"])
    first, until = last, None
    if reading.until is not None:
        until = last, reading.until[1], reading.until[2]
        first -= until[1:] < (reading.month, reading.day)
    confidence = max(reading.confidence, 0.85)
    return reading._replace(end=match.end(), form=Form.SLASH, year=first, until=until, confidence=confidence)


_WEEKDAY_MISMATCH = 0.25  # taken off when the written weekday is another: one of the two is a slip
_WEEKDAY_MATCH = 0.15  # added when it fits


def _expression(reading: Reading, text: str, today: date) -> Expression | None:
    """The expression of a reading; None when it says nothing, or its year is out of bounds."""
    if not reading.confidence:
        return None
    # An era that is named is no number: its dates are history at least. They are never a post.
    first_year = wareki.FIRST_YEAR if reading.form is Form.ERA else FIRST_YEAR
    on = (
        day_of(reading.year, reading.month or 1, reading.day or 1, today, first_year=first_year)
        if reading.year
        else None
    )
    if reading.year and on is None:
        return None
    other = day_of(*reading.other, today) if reading.other else None
    if on and other and reading.weekday == other.weekday() != on.weekday():
        on, other = other, on
    fits = on.weekday() == reading.weekday if on and reading.day and reading.weekday is not None else None
    if fits is False and on and other is None:
        other = _nearest_year(on, reading.weekday, today)
    until_month, until_day = (reading.until[1], reading.until[2]) if reading.until else (0, 0)
    dated = on if on and reading.day else None
    return Expression(
        start=reading.start,
        end=reading.end,
        raw=text[reading.start : reading.end],
        form=reading.form,
        on=None if reading.form is Form.FISCAL_YEAR else on,
        precision=_precision(reading),
        until=_last_day(reading.until, today),
        until_month=until_month,
        until_day=until_day,
        year=on.year if on else 0,
        month=dated.month if dated else reading.month,
        day=dated.day if dated else reading.day,
        weekday=reading.weekday,
        weekday_ok=fits,
        alternative=other,
        has_time=reading.has_time,
        confidence=_confidence(reading, fits=fits),
    )


def _precision(reading: Reading) -> Precision:
    """How much of the date was written."""
    return Precision.DAY if reading.day else Precision.MONTH if reading.month else Precision.YEAR


def _confidence(reading: Reading, *, fits: bool | None) -> float:
    """The reader's confidence, corrected by what the weekday says."""
    change = 0.0
    if fits is False:
        change = -_WEEKDAY_MISMATCH
    elif fits or (reading.weekday is not None and not reading.year):
        change = _WEEKDAY_MATCH
    return round(min(0.99, max(0.05, reading.confidence + change)), 2)


def _last_day(until: tuple[int, int, int] | None, today: date) -> date | None:
    """The last day of a range; of a range of months the last day of the last one. None without a year."""
    if until is None or not until[0]:
        return None
    year, month, day = until
    return day_of(year, month, day or monthrange(year, month)[1], today)


def _nearest_year(on: date, weekday: int | None, today: date) -> date | None:
    """The same month and day in the nearest year in which the weekday fits, the later of two equally near ones."""
    for away in (1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6):
        moved = day_of(on.year + away, on.month, on.day, today)
        if moved is not None and moved.weekday() == weekday:
            return moved
    return None
