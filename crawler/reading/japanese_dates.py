"""Readers of Japanese dates: kanji, eras and era letters. Each reads at one place of a flattened text."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from crawler.reading import wareki
from crawler.reading.date_values import Form, Reading, full_year, is_month_day

_S = r"\s{0,2}"
_KANJI = "〇一二三四五六七八九十廿卅"
# A year in words: 二千二十四, 千九百九十八.
_THOUSANDS = "[一二]?千(?:[一二三四五六七八九]?百)?[二三四五六七八九]?十?[一二三四五六七八九]?"
_NUMBER = rf"(?:[0-9]{{1,2}}|[{_KANJI}]{{1,3}})"
# The same year in the other calendar: 2024年(令和6年)3月, 令和6(2024)年.
_ASIDE = (
    rf"(?:\s?[(\[]\s?(?:(?:{wareki.ERA_NAME}|[SHR]\.?)\s?(?:[0-9]{{1,2}}|元)|(?:19|20)[0-9]{{2}})\s?年?度?\s?[)\]])?"
)
_WEEKDAY_NEXT = r"(?=\s?\([月火水木金土日])"
# 20日間 and 20日目 are lengths, not days. 4月26～29日 and 3月20・21日 write 日 once for both days.
_MONTH_DAY = (
    rf"(?P<m>{_NUMBER}){_S}月(?:{_S}(?P<d>{_NUMBER})(?:\s?[~·、,-]\s?(?P<d2>{_NUMBER}))?"
    rf"(?:{_S}日(?![間目])|{_WEEKDAY_NEXT}))?"
)
_FULL = re.compile(
    rf"(?:(?P<era>{wareki.ERA_NAME}){_S}(?P<ey>[0-9]{{1,2}}|[元{_KANJI}]{{1,3}})"
    rf"|(?P<y>[12][0-9]{{3}}|[一二][〇○零一二三四五六七八九]{{3}}|{_THOUSANDS})|(?P<mark>')?(?P<yy>[0-9]{{1,2}}))"
    rf"{_ASIDE}{_S}年(?!代)(?:{_S}(?P<fy>度)|{_ASIDE}(?:{_S}(?:{_MONTH_DAY}|(?P<m3>[0-9]{{1,2}})/(?P<d3>[0-9]{{1,2}})(?![0-9/])))?)"
)
# 令和6.5.12, 平28/5/12: the marks of numbers behind the name of an era; of its first character only where a day is told.
_NAMED_MARKS = re.compile(
    rf"(?P<era>{wareki.ERA_NAME}|[{wareki.ERA_SHORT}])\s?(?P<ey>[0-9]{{1,2}}|元)(?P<sep>\s?[./·]\s?|-)"
    r"(?P<m>[0-9]{1,2})(?:(?P=sep)(?P<d>[0-9]{1,2}))?(?![0-9]|[./-][0-9])"
)
# 9 10月 2026, 10月 9, 2026: formats of English themes with the Japanese names of months.
_YEAR_BEHIND = re.compile(
    r"(?:(?P<m>1[0-2]|0?[1-9])\s?月\s{1,2}(?P<d>3[01]|[12][0-9]|0?[1-9]),?\s{1,2}"
    r"|(?P<d2>3[01]|[12][0-9]|0?[1-9])\s{1,2}(?P<m2>1[0-2]|0?[1-9])\s?月,?\s{1,2})(?P<y>(?:19|20)[0-9]{2})(?![0-9年])"
)
_LETTER = re.compile(
    r"(?P<era>[MTSHR]|[hs](?=[0-9]{2}\.[0-9]{1,2}\.))\.?\s?(?P<ey>[0-9]{1,2}|元)(?:\s?年\s?(?P<fy>度)"
    r"|(?P<sep>\s?[./·]\s?|\s?年\s?|-)(?P<m>[0-9]{1,2})(?:(?:\s?[./·]\s?|\s?月\s?|-)(?P<d>[0-9]{1,2})(?:\s?日)?|\s?月)?|年)"
    r"(?![0-9]|[./][0-9])"
)
_MONTH_ONLY_DAY = re.compile(_MONTH_DAY)
# 毎年12月10日 comes back; 翌年, 同年 and 同月 hang on a date told before: none names a day by itself.
_RELATIVE = re.compile(r"(?:毎年|例年|翌々?年|翌|同年?|前年|昨年|去年|来年|一昨年|再来年|毎)度?の?\s?$")
_THIS_FAR_BACK = 6
_LENGTH_NEXT = re.compile(r"\s?(?:間|分の|額|平均|々)")
_WRONG_ERA = 0.3  # taken off a date outside the era it is written in
_NO_DATE = Form.YEARLESS  # the form of a reading that only uses up characters


def _nothing(match: re.Match[str]) -> Reading:
    """A reading that uses the characters up: their date is impossible, and its parts are no dates either."""
    return Reading(match.start(), match.end(), _NO_DATE)


def _parsed(text: str | None) -> int:
    """The number in a group of a pattern; 0 for an absent one, 99 (no month, no day) for one that is no number."""
    if not text:
        return 0
    value = wareki.number(text)
    return 99 if value is None else value


def kanji(flat: str, at: int, today: date) -> Reading | None:
    """A date with 年: 2024年3月20日, 令和6年4月1日, 平成28年度, 24年3月20日, 2024年."""
    if at and flat[at - 1] == "'":
        at -= 1
    match = _FULL.match(flat, at)
    if match is None:
        return _in_marks(flat, at)
    if match["era"]:
        return _in_era(match, match["era"], Form.ERA)
    if match["yy"]:
        return _short_year(match, today)
    return _with_year(match, _parsed(match["y"]), Form.KANJI, 0.98)


def _in_marks(flat: str, at: int) -> Reading | None:
    """A date with the name of an era and marks between its numbers: 令和6.5.12, 平28/5/12."""
    match = _NAMED_MARKS.match(flat, at)
    if match is None or (not match["d"] and (match["era"] in wareki.ERA_SHORT or match["sep"] == "-")):
        return None
    return _in_era(match, match["era"], Form.ERA)


def era_letter(flat: str, at: int, today: date) -> Reading | None:
    """A date with the letter of an era: R6.4.1, H28.5, R6/4/1, H28年度."""
    match = _LETTER.match(flat, at)
    if match is None:
        return None
    reading = _in_era(match, match["era"], Form.ERA_LETTER)
    if reading.year > today.year + 2:
        return None
    if match["sep"] is None or reading.form is not Form.ERA_LETTER:
        return reading
    if match["d"]:
        # R 4.3.1 amid words is a release of a program; whoever means the era begins a line or a bracket with it.
        apart = flat[at + 1] == " " and len(match["ey"]) == 1 and flat[:at].strip() and flat[at - 1] not in "(["
        return _nothing(match) if apart else reading._replace(confidence=min(reading.confidence, 0.93))
    if match["sep"] == "-":
        return None  # R2-1 is a room, a model or a rule
    # R2.1 is also a release: only brackets or 年 around say that it is not.
    enclosed = flat[at - 1 : at] in {"(", "["} and flat[match.end() : match.end() + 1] in {")", "]"}
    surer = enclosed or "年" in match["sep"] or len(match["ey"]) == 2
    return reading._replace(confidence=0.85 if surer else 0.5)


def _in_era(match: re.Match[str], era: str, form: Form) -> Reading:
    """A date of an era; less sure when the era does not cover it."""
    number = wareki.number(match["ey"])
    year = wareki.western_year(era, number) if number else None
    if year is None:
        return _nothing(match)
    reading = _with_year(match, year, form, 0.98)
    month, day = reading.month, reading.day
    if month and reading.confidence and not _is_covered(era, year, month, day):
        return reading._replace(confidence=reading.confidence - _WRONG_ERA)
    return reading


def _is_covered(era: str, year: int, month: int, day: int) -> bool:
    """Whether the era covers the day, or any day of the month; an impossible day is told apart later."""
    last = monthrange(year, month)[1]
    first = date(year, month, min(day or 1, last))
    return wareki.covers(era, first, first if day else first.replace(day=last))


def _short_year(match: re.Match[str], today: date) -> Reading | None:
    """24年3月20日, the era or the century left out. Without a day it is a length of time (3年6月) more often."""
    short = int(match["yy"])
    if not match["mark"] and not (match["d"] or match["d3"]):
        return _nothing(match) if match["m"] else None
    if match["mark"] or len(match["yy"]) == 2:
        reading = _with_year(match, full_year(short, today), Form.TWO_DIGIT_YEAR, 0.7 if match["mark"] else 0.5)
        heisei = (1988 + short, reading.month, reading.day) if 1 <= short <= 31 and not match["mark"] else None
        return reading._replace(other=heisei)
    return _with_year(match, 2018 + short, Form.TWO_DIGIT_YEAR, 0.4)  # 6年4月1日 is 令和, on any page of now


def _with_year(match: re.Match[str], year: int, form: Form, confidence: float) -> Reading:
    """A reading of day, month or year precision, or of a fiscal year."""
    groups = match.groupdict()
    if groups.get("fy"):
        return Reading(match.start(), match.end(), Form.FISCAL_YEAR, year=year, confidence=0.9)
    month, day = _parsed(groups["m"] or groups.get("m3")), _parsed(groups["d"] or groups.get("d3"))
    if not is_month_day(month or 1, day):
        return _nothing(match)
    if not month:
        return Reading(match.start(), match.end(), Form.YEAR, year=year, confidence=0.6)
    if not day and form is Form.KANJI:
        form, confidence = Form.YEAR_MONTH, 0.95
    until = _second_day(groups.get("d2"), month, day)
    return Reading(
        match.start(), match.end(), form, year=year, month=month, day=day, confidence=confidence,
        until=(year, month, until) if until else None,
    )  # fmt: skip


def _second_day(text: str | None, month: int, day: int) -> int:
    """The last day of a range within a month, 0 when there is none or it does not come later."""
    second = _parsed(text)
    return second if second > day and is_month_day(month, second) else 0


def year_behind(flat: str, at: int) -> Reading | None:
    """A date of a theme that was translated in part: 10月 9, 2026, 9 10月 2026."""
    match = _YEAR_BEHIND.match(flat, at)
    if match is None:
        return None
    month, day = int(match["m"] or match["m2"]), int(match["d"] or match["d2"])
    if not is_month_day(month, day):
        return _nothing(match)
    return Reading(at, match.end(), Form.KANJI, year=int(match["y"]), month=month, day=day, confidence=0.95)


def month_day(flat: str, at: int) -> Reading | None:
    """A date without a year: 12月10日, 十二月十日, 4月26～29日, 12月."""
    match = _MONTH_ONLY_DAY.match(flat, at)
    if match is None:
        return None
    month, day = _parsed(match["m"]), _parsed(match["d"])
    before = flat[max(0, at - _THIS_FAR_BACK) : at].rstrip()
    hangs = before.endswith("月") or _RELATIVE.search(before) is not None
    if not 1 <= month <= 12 or not is_month_day(month, day) or hangs:
        return _nothing(match)
    if not day and _LENGTH_NEXT.match(flat, match.end()):
        return _nothing(match)
    until = _second_day(match["d2"], month, day)
    return Reading(
        match.start(), match.end(), Form.YEARLESS, month=month, day=day, confidence=0.8 if day else 0.4,
        until=(0, month, until) if until else None,
    )  # fmt: skip
