"""The values that the date readers pass on: an expression as written, and the bounds of what is believed."""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from crawler.model import Precision

FIRST_YEAR = 1950  # No page was written before; an earlier year is history, or no year at all.
FIRST_WEB_YEAR = 1990  # Nothing was posted before there were websites: an earlier day is history.
YEARS_AHEAD = 10  # Plans reach this far; a later year is a vision, a price or an id.

# Patterns of a year, month and day in digits, as date readers put them together.
YEAR = r"(?:19|20)[0-9]{2}"
MONTH = r"(?:1[0-2]|0?[1-9])"
DAY = r"(?:3[01]|[12][0-9]|0?[1-9])"


class Form(StrEnum):
    """How a date was written."""

    ISO = "iso"  # 2024-03-20, with or without a time
    KANJI = "kanji"  # 2024年3月20日
    ERA = "era"  # 令和6年3月20日
    ERA_LETTER = "era_letter"  # R6.3.20
    SLASH = "slash"  # 2024/3/20, 6/12/2026
    DOT = "dot"  # 2024.3.20, 18.05.2013
    DASH = "dash"  # 18-05-2013
    MONTH_NAME = "month_name"  # 20 March 2024
    TWO_DIGIT_YEAR = "two_digit_year"  # 21.04.07, 24年3月20日
    YEARLESS = "yearless"  # 3月20日, 3/20, March 20, 12月
    YEAR_MONTH = "year_month"  # 2024/03, 2024年3月, March 2024
    YEAR = "year"  # 2024年
    FISCAL_YEAR = "fiscal_year"  # 令和6年度, FY2024
    COMPACT = "compact"  # 20240320
    URL = "url"  # /2024/03/20/


class Reading(NamedTuple):
    """What one reader made of the characters from start to end; with confidence 0, that they say nothing."""

    start: int
    end: int
    form: Form
    year: int = 0
    month: int = 0
    day: int = 0
    confidence: float = 0.0
    other: tuple[int, int, int] | None = None  # year, month, day of the other reading of an ambiguous date
    until: tuple[int, int, int] | None = None  # year, month, day of the last day of a range
    weekday: int | None = None
    has_time: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """One date as written. Positions are those of the text that was given."""

    start: int
    end: int
    raw: str  # verbatim, text[start:end]
    form: Form
    on: date | None  # the first day of a month or year; None without a year, and for a fiscal year
    precision: Precision
    until: date | None = None  # last day of a range, None when there is no range or no year
    until_month: int = 0  # of the last day of a range, also of one without a year; 0 when there is no range
    until_day: int = 0
    year: int = 0  # 0 when not written
    month: int = 0  # 0 when not written
    day: int = 0  # 0 when not written
    weekday: int | None = None  # as written, Monday is 0
    weekday_ok: bool | None = None  # whether the day falls on it; None when there is no weekday or no year
    alternative: date | None = None  # the other reading of an ambiguous date, or the year that the weekday fits
    has_time: bool = False  # a time of day follows
    confidence: float = 0.95  # 0..1, that the writer meant this day (or month, or year)


_LONGEST = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)  # days of each month, in a leap year


def day_of(year: int, month: int, day: int, today: date, *, first_year: int = FIRST_YEAR) -> date | None:
    """The day, None when the calendar has no such day or its year is out of bounds."""
    if not (first_year <= year <= today.year + YEARS_AHEAD) or not day or not is_month_day(month, day):
        return None
    return None if day == 29 and month == 2 and not isleap(year) else date(year, month, day)


def full_year(short: int, today: date) -> int:
    """The year that two digits mean: at the latest next year."""
    return 2000 + short if 2000 + short <= today.year + 1 else 1900 + short


def is_month_day(month: int, day: int) -> bool:
    """Whether some year has this day; a day of 0 stands for the whole month."""
    return 1 <= month <= 12 and 0 <= day <= _LONGEST[month]
