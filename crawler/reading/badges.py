"""Dates whose parts stand in elements of their own, as themes set them beside an entry: 12 | 2019.05, 2019 | 5月12日.

Only at the beginning of a line, which makes it an entry of a list; anywhere else such numbers may belong to different
things.
"""

from __future__ import annotations

import re

from crawler.reading.date_values import DAY, MONTH, YEAR, Form, Reading, is_month_day

_INDENT = 3  # characters: white space before the first word of a line; a page of numbers is not to be searched for it
_END = r"(?=\s|$)"
_TWO_DIGITS = r"(?P<m>0[1-9]|1[0-2]){}(?P<d>0[1-9]|[12][0-9]|3[01])"
_MONTH_OF_YEAR = rf"(?P<y>{YEAR})(?:[./](?P<m1>{MONTH})|-(?P<m2>0[1-9]|1[0-2])|\s?年\s?(?P<m3>{MONTH})\s?月)"
_YEAR_OF_MONTH = rf"(?P<m4>{MONTH})(?:[./-]|,\s?|\s?月\s{{1,2}})(?P<y2>{YEAR})年?"
_WEEKDAY = r"(?:\s{1,2}(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?|\(?[月火水木金土日](?:曜日?)?\)?))?"
# 3 名 and 3 days are amounts; a day has the title of its entry behind it.
_NO_AMOUNT = r"(?!\s{0,2}(?:[0-9年月日時名人件社回点号部箇ヶか個周種]|(?:days?|people|persons|companies|items?)\b))"
_BADGES = tuple(
    (re.compile(pattern, re.IGNORECASE), sure)
    for pattern, sure in (
        (rf"(?P<y>{YEAR})\s{{1,2}}{_TWO_DIGITS.format('(?:-|[ ]{1,2})')}{_END}", 0.75),  # 2024 05 12, 2024 05-12
        (rf"{_TWO_DIGITS.format('-')}\s{{1,2}}(?P<y>{YEAR}){_END}", 0.75),  # 05-12 2024
        (rf"(?P<y>{YEAR})\s{{1,2}}(?P<m>{MONTH})\s?月\s?(?P<d>{DAY})\s?日(?![間目])", 0.9),
        (
            rf"(?P<d>{DAY})日?{_WEEKDAY}\s{{1,2}}(?:{_MONTH_OF_YEAR}|{_YEAR_OF_MONTH}){_END}(?!\s{{1,2}}{DAY}\s?日)",
            0.75,
        ),
        (rf"{_MONTH_OF_YEAR}\s{{1,2}}(?P<d>{DAY}){_END}{_NO_AMOUNT}", 0.75),
    )
)


def read(flat: str, at: int) -> Reading | None:
    """The day of a badge that opens a flattened line at a place; None when none does."""
    if at > _INDENT or flat[:at].strip():
        return None
    for pattern, sure in _BADGES:
        match = pattern.match(flat, at)
        if match is not None:
            written = {name[0]: int(number) for name, number in match.groupdict().items() if number}
            if is_month_day(written["m"], written["d"]):
                year, month, day = (written[part] for part in "ymd")
                return Reading(at, match.end(), Form.DOT, year, month, day, confidence=sure)
    return None
