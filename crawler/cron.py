"""Cron expressions: five fields, each a set of numbers. Pure; what they mean on a clock is in `crawler.timetable`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_PART = re.compile(r"(?:(\*)|(\w+)(?:-(\w+))?)(?:/(\d+))?")


@dataclass(frozen=True, slots=True)
class Cron:
    """What a cron expression admits."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]  # of the month
    months: frozenset[int]
    weekdays: frozenset[int]  # 0 and 7 are Sunday, as in every cron, and as nowhere else
    every_hour: bool  # the hours are counted off, not named: such a job follows elapsed time, see `timetable`
    either_day: bool  # days and weekdays are both given: then one of them suffices, as in every cron

    def is_on(self, day: date) -> bool:
        """Whether the expression admits this day."""
        if day.month not in self.months:
            return False
        of_month, of_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return (of_month or of_week) if self.either_day else (of_month and of_week)


@dataclass(frozen=True, slots=True)
class _Field:
    """One of the five fields."""

    name: str
    low: int
    high: int
    words: tuple[str, ...] = ()  # names for numbers, the first for `low`


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 0, 7, _WEEKDAYS),
)


def parse_cron(text: str) -> Cron:
    """The expression in a text such as "0 2 * * mon-fri". Raises ValueError naming the field that is wrong."""
    words = text.lower().split()
    if len(words) != len(_FIELDS):
        raise ValueError(
            f"{text!r} has {len(words)} fields, a cron expression has 5: minute, hour, day of the month, month, "
            'day of the week, such as "0 2 * * *"'
        )
    minutes, hours, days, months, weekdays = (_numbers(field, word) for field, word in zip(_FIELDS, words, strict=True))
    return Cron(
        minutes=minutes,
        hours=hours,
        days=days,
        months=months,
        weekdays=frozenset(n % 7 for n in weekdays),
        every_hour=words[1].startswith("*"),
        either_day=not words[2].startswith("*") and not words[4].startswith("*"),
    )


def _numbers(field: _Field, word: str) -> frozenset[int]:
    return frozenset(n for part in word.split(",") for n in _part(field, part))


def _part(field: _Field, part: str) -> range:
    """The numbers of one part: a star, a number, a range, each with a step or without."""
    match = _PART.fullmatch(part)
    if match is None:
        raise ValueError(f"{field.name}: {part!r} is no number, range (1-5), list (1,3) or step (*/2)")
    star, first, last, step = match.groups()
    if star:
        low, high = field.low, field.high
    else:
        low = _number(field, first)
        high = _number(field, last) if last else (field.high if step else low)
    if low > high:
        raise ValueError(f"{field.name}: the range {part!r} runs backwards")
    if step and int(step) == 0:
        raise ValueError(f"{field.name}: the step of {part!r} is 0")
    return range(low, high + 1, int(step or 1))


def _number(field: _Field, word: str) -> int:
    if word in field.words:
        return field.words.index(word) + field.low
    if not word.isascii() or not word.isdigit() or not field.low <= int(word) <= field.high:
        raise ValueError(f"{field.name}: {word!r} is not between {field.low} and {field.high}")
    return int(word)
