"""Japanese eras, numerals and fiscal years: 令和6年 to 2024, 二十一 to 21."""

from __future__ import annotations

import re
from datetime import date

# First and last day of each era. Sources: the imperial edicts and cabinet orders that changed the era name
# (昭和64 ended on 7 January 1989, 平成31 on 30 April 2019); 明治 counts from its first day in the new calendar.
ERAS: dict[str, tuple[date, date]] = {
    "明治": (date(1868, 1, 25), date(1912, 7, 29)),
    "大正": (date(1912, 7, 30), date(1926, 12, 24)),
    "昭和": (date(1926, 12, 25), date(1989, 1, 7)),
    "平成": (date(1989, 1, 8), date(2019, 4, 30)),
    "令和": (date(2019, 5, 1), date.max),
}
FIRST_YEAR = 1868
# A pattern. Headings and letters are set with a space between the two characters, so that lines come out even.
ERA_NAME = r"明\s?治|大\s?正|昭\s?和|平\s?成|令\s?和|[㍾㍽㍼㍻㋿]"
ERA_SHORT = "昭平令"  # 令6.4.1, as offices write it
_SHORT = {
    "M": "明治", "T": "大正", "S": "昭和", "H": "平成", "R": "令和", "s": "昭和", "h": "平成",
    "㍾": "明治", "㍽": "大正", "㍼": "昭和", "㍻": "平成", "㋿": "令和", "昭": "昭和", "平": "平成", "令": "令和",
}  # fmt: skip
# Plans written before an era ended count on in it (平成33年度, 昭和66年): so many years past its end are believed.
_OVERRUN_YEARS = 12
_PLACES = re.compile(
    r"(?:(?P<thousands>[一二三四五六七八九]?)千)?(?:(?P<hundreds>[一二三四五六七八九]?)百)?"
    r"(?P<rest>(?:[二三四五六七八九]?十)?[一二三四五六七八九]?)"
)
_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}


def number(text: str) -> int | None:
    """The number that digits or numerals write (31, ３１, 二〇二四, 二千二十四, 二十一, 廿三, 元), None when they write none."""
    if text.isdecimal():
        return int(text)
    if text == "元":
        return 1
    text = text.replace("廿", "二十").replace("卅", "三十")
    if "千" in text or "百" in text:
        return _thousands(text)
    if "十" in text:
        return _tens(text)
    if not text or any(c not in _DIGITS for c in text):
        return None
    return int("".join(str(_DIGITS[c]) for c in text))


def _thousands(text: str) -> int | None:
    """The number of numerals with 千 or 百 in them: 二千二十四 to 2024, 千九百九十八 to 1998."""
    match = _PLACES.fullmatch(text)
    if match is None:
        return None
    high = sum(
        (_DIGITS[many] if many else 1) * unit
        for many, unit in ((match["thousands"], 1000), (match["hundreds"], 100))
        if many is not None
    )
    return high + (number(match["rest"]) or 0)


def _tens(text: str) -> int | None:
    """The number of numerals with 十 in them: 十 to 10, 二十一 to 21."""
    tens, _, ones = text.partition("十")
    high = _DIGITS.get(tens) if tens else 1
    low = _DIGITS.get(ones) if ones else 0
    return None if high is None or low is None else high * 10 + low


def western_year(era: str, year: int) -> int | None:
    """The western year of a year of an era (1 is 元年), None when the era never came near it.

    The era is its name, first character, capital letter or ligature. A year that begins in the era and a year planned past its end
    both count, for 平成31年6月 and 平成33年度 stand on many pages and mean 2019 and 2021: see `covers`.
    """
    first, last = ERAS[_full(era)]
    western = first.year + year - 1
    return western if year >= 1 and western <= min(last.year + _OVERRUN_YEARS, date.max.year) else None


def _full(era: str) -> str:
    """The full name of an era, without the spaces that some lines set it with."""
    return _SHORT.get(era) or "".join(era.split())


def covers(era: str, first: date, last: date) -> bool:
    """Whether any day from first to last lies in the era; False for 平成31年6月, a common slip for 令和元年6月."""
    began, ended = ERAS[_full(era)]
    return first <= ended and last >= began


def fiscal_year(year: int) -> tuple[date, date]:
    """The first and last day of a Japanese fiscal year (年度): April to March."""
    return date(year, 4, 1), date(year + 1, 3, 31)
