"""Readers of dates in digits: 2024/3/20, 18.05.2013, 21.04.07, 11/9, 20240320.

Each reads at one place of a flattened text. A reading with confidence 0 uses up characters that look like a date and
are none, so that no part of them is read as one.
"""

from __future__ import annotations

import re
from datetime import date

from crawler.reading.date_values import DAY, MONTH, YEAR, Form, Reading, day_of, full_year, is_month_day

_NO_MORE = r"(?![0-9]|[./][0-9])"  # 1.2.3.4 is an address or a section

_YEAR_FIRST = re.compile(
    rf"(?P<y>{YEAR})(?P<s1>\s?[./·]\s{{0,2}}|[-ー_]|\s-\s|\s{{1,2}})(?P<m>{MONTH})(?P<s2>\s?[./·]\s{{0,2}}|[-ー_]|\s-\s)(?P<d>{DAY}){_NO_MORE}(?![A-Z](?:\s|$))"
)
_YEAR_MONTH = re.compile(
    rf"(?P<y>{YEAR})(?P<s>[./-])(?P<m>1[0-2]|0?[1-9])(?![0-9A-Za-z]|\s?[./][0-9]|/[A-Z]|-(?!{YEAR}(?![0-9]))[0-9])"
)
_YEAR_LAST = re.compile(
    rf"(?P<a>[0-9]{{1,2}})(?P<s1>\s?[./]\s?|-)(?P<b>[0-9]{{1,2}})(?P<s2>\s?[./]\s?|-)(?P<y>{YEAR})(?![0-9]|[./-][0-9])"
)
_DAYS_YEAR_LAST = re.compile(
    rf"(?P<d>{DAY})\.?(?:(?P<m0>{MONTH})\.?)?\s?[-~]\s?(?P<d2>{DAY})\.\s?(?P<m>{MONTH})\.\s?(?P<y>{YEAR})(?![0-9]|[.][0-9])"
)
_MONTH_YEAR = re.compile(rf"(?P<m>0[1-9]|1[0-2])[./](?P<y>{YEAR})(?![0-9]|[./-][0-9])")
_SHORT_YEAR = re.compile(
    r"(?P<a>[0-9]{1,2})(?P<s>[./-])(?P<b>[0-9]{1,2})(?P=s)(?P<c>[0-9]{1,2})(?![0-9a-z]|[./:-][0-9]|\s?[%℃°])"
)
_NO_YEAR = re.compile(r"(?P<a>[0-9]{1,2})(?P<s>[./-])(?P<b>[0-9]{1,2})(?![0-9]|[./:][0-9]|-[0-9]{3})")
_EIGHT = re.compile(r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?![0-9])(?P<t>T[0-9]{4})?")
# The word before says that the digits are something else. Read backwards from the digits, with marks between.
_NO_DATE_BEFORE = re.compile(
    r"(?:(?<![A-Za-z])(?:tel|fax|phone|mobile|isbn|issn|doi|no|nr|nos|ver|version|v|rev|release|pages?|pp?|vol|ip|id|fig|sect?"
    r"|section|chapter|ch|table|port|item|room|score|code|build|model|python|php|java|windows|win|office|mac ?os|ios|android)\.?"
    r"|(?:regulation|directive|decision|\(e[ceu]c?\))|(?<![A-Za-z])(?:jis|iso|iec|din|astm|ansi|ieee|(?-i:EN))(?:\s?[a-z])?|電話|内線|番号|型番|品番|型式|ファーム(?:ウェア)?|バージョン|ビルド|ドライバー?|℡|☎|〒|第|図|表|版|頁|ページ|全|約|比|計|税込|[$¥€£#№@=+×])[\s:：(\[.]{0,3}$",
    re.IGNORECASE,
)
_WORD_BEFORE = 14  # characters looked at for such a word
# Words that begin like a unit: 5/12 名古屋で, 4/19 人材育成. Behind a space more words do than can be listed here.
_NO_UNIT = (
    r"(?!人[材事工気権口間類文]|名(?:古屋|称|刺)|千[葉歳代]|社[員会団長]|分[科野析譲]|個[人別展]|件名|点検|番組|条[例件約]|枚方|万博|円卓|位置|回[答収]|話題"
    r"|本[日社部会校年誌学格人市県]|版画|時間[帯外]|度会|号外|階[段層])"
)
_UNIT = (
    r"(?:[百千万億]{0,3}(?:円|ドル|ユーロ|ポンド|トン|人|名|件|歳|才|号|丁目|番|条|章|節|版|個|台|回|位|点|階|倍|度|ページ|頁|枚|話|本|冊|社|分|秒|時間)"
    r"|[百千万億]{1,3})"
)
_UNIT_NEXT = re.compile(
    r"\s?(?:[kmgt]b(?![a-z])|px|[ckm]?m(?![a-z])|k?g(?![a-z])|%|[$¥€£℃°]|eur|usd|chf|jpy|pln|cm|mm|pages?|stars?|★|points?|of\s|x\s?[0-9]|×)"
    rf"|{_NO_UNIT}{_UNIT}|\s{_NO_UNIT}{_UNIT}(?:目|以[上下内]|未満|前後|程度)?(?![一-鿿々])",
    re.IGNORECASE,
)
_ENDS = re.compile(r"\s|$|\.(?:\s|$)|[()\[\]<>|~、。,:;\"'»–-]")
_LABEL_BEFORE = re.compile(r"[:\])>|、。「]\s?$")


def _is_free(flat: str, at: int) -> bool:
    """Whether the number starts by itself: 10.24 in 192.168.10.24 does not, nor 10 in v10."""
    before = flat[at - 1] if at else " "
    return not (before.isascii() and (before.isalnum() or before in "./:-_#+%$&=@\\,^"))


def _continues_number(flat: str, at: int) -> bool:
    """Whether digits and a mark stand right before, so that this is a later part of something else."""
    return at > 1 and flat[at - 1] in "./:-_" and flat[at - 2].isdigit()


def _is_glued(flat: str, at: int) -> bool:
    """Whether a kanji or the ケ of a place name stands right before: then numbers with dashes are an address."""
    return at > 0 and ("\u4e00" <= flat[at - 1] <= "\u9fff" or flat[at - 1] in "ヶケ")


def _is_called_otherwise(flat: str, start: int, end: int) -> bool:
    """Whether the words around say that these digits are a phone number, a version, a price or an amount."""
    if start and _NO_DATE_BEFORE.search(flat[max(0, start - _WORD_BEFORE) : start]) is not None:
        return True
    return _UNIT_NEXT.match(flat, end) is not None


def four_digits(flat: str, at: int, *, in_range: bool) -> Reading | None:
    """A date that begins with a year: 2024/3/20, 2024-03-20, 2026 07/23, 2024.3."""
    if not in_range and _continues_number(flat, at):
        return None
    match = _YEAR_FIRST.match(flat, at)
    if match is not None and (form := _year_first_form(match)) is not None:
        parts = int(match["y"]), int(match["m"]), int(match["d"])
        if not is_month_day(parts[1], parts[2]):
            return Reading(at, match.end(), form)
        unpadded = len(match["m"]) == 1 or len(match["d"]) == 1
        if form is Form.ISO and unpadded and _is_glued(flat, at):
            return Reading(at, match.end(), form)  # 四賀2020-10-3 is the number of a plot
        if at and (form is not Form.ISO or unpadded) and _NO_DATE_BEFORE.search(flat[max(0, at - _WORD_BEFORE) : at]):
            return Reading(at, match.end(), form)
        sure = 0.97 if match["s1"].strip() or "/" in match["s2"] else 0.8
        return Reading(at, match.end(), form, *parts, confidence=sure)
    return _year_month(flat, at, in_range=in_range)


def _year_first_form(match: re.Match[str]) -> Form | None:
    """The form of year, month and day, None when the marks between them do not go together."""
    first, second = match["s1"].strip(), match["s2"].strip()
    if first != second and {first, second} & {"-", "ー", "_"}:
        return None
    if first in {"-", "ー", "_"}:
        # Elements with a dash in one between them; 2014 - 5 - 12 may be a sum.
        spaced = match["s1"] != first or match["s2"] != second
        return None if spaced and (match["s1"] != match["s2"] or len(match["m"]) + len(match["d"]) < 4) else Form.ISO
    padded = len(match["m"]) == 2 and len(match["d"]) == 2
    # The year stands apart from the day: 2026 07/23. With a point between them only 2026 07.23 is no number.
    if not first and (second == "·" or (second == "." and not padded)):
        return None
    return Form.SLASH if "/" in {first, second} else Form.DOT


def _year_month(flat: str, at: int, *, in_range: bool) -> Reading | None:
    """A year and a month: 2024/03, 2024.3. Doubtful where 2001-05 may be a span of years and 2024.3 a number."""
    match = _YEAR_MONTH.match(flat, at)
    if match is None or not (in_range or _is_free(flat, at)) or _is_called_otherwise(flat, at, match.end()):
        return None
    padded = len(match["m"]) == 2
    if match["s"] == "-" and not padded:
        return None
    confidence = 0.6 if match["s"] == "-" else 0.85 if padded else 0.7
    return Reading(at, match.end(), Form.YEAR_MONTH, year=int(match["y"]), month=int(match["m"]), confidence=confidence)


def two_digits(flat: str, at: int, today: date, *, day_first: bool | None, in_range: bool) -> Reading | None:
    """A date that begins with a day, a month or a short year: 18.05.2013, 6/12/2026, 21.04.07, 11/9."""
    if not in_range and not _is_free(flat, at):
        return None
    return (
        _days_year_last(flat, at)
        or _year_last(flat, at, today, day_first=day_first)
        or _month_year(flat, at)
        or _short_year(flat, at, today, day_first=day_first)
        or _no_year(flat, at, day_first=day_first, in_range=in_range)
    )


def _days_year_last(flat: str, at: int) -> Reading | None:
    """A range of days in European order: 14.-16.08.2025, 28.06.-02.07.2025."""
    match = _DAYS_YEAR_LAST.match(flat, at)
    if match is None:
        return None
    year, last_month = int(match["y"]), int(match["m"])
    month = int(match["m0"] or last_month)
    first, last = (year - (month > last_month), month, int(match["d"])), (year, last_month, int(match["d2"]))
    return Reading(at, match.end(), Form.DOT, *first, confidence=0.93, until=last) if first < last else None


def _year_last(flat: str, at: int, today: date, *, day_first: bool | None) -> Reading | None:
    """6/12/2026: told by what is possible, then by the page's order; points are European, else US order."""
    match = _YEAR_LAST.match(flat, at)
    if match is None or match["s1"].strip() != match["s2"].strip():
        return None
    a, b, year = int(match["a"]), int(match["b"]), int(match["y"])
    mark = match["s1"].strip()
    form = {".": Form.DOT, "/": Form.SLASH, "-": Form.DASH}[mark]
    orders = [(year, b, a), (year, a, b)]  # European, US
    told = day_first is not None or mark == "."
    if not (day_first if day_first is not None else mark != "/"):
        orders.reverse()
    possible = [parts for parts in orders if day_of(*parts, today)]
    if not possible or _is_called_otherwise(flat, at, match.end()) or (mark == "-" and _is_glued(flat, at)):
        return Reading(at, match.end(), form)
    sure = len(set(possible)) == 1
    confidence = 0.95 if sure else 0.9 if told else 0.6 if mark == "-" else 0.5
    other = None if sure else possible[1]
    return Reading(at, match.end(), form, *possible[0], confidence=confidence, other=other)


def _month_year(flat: str, at: int) -> Reading | None:
    """03/2024. Also the number of an issue, so doubtful."""
    match = _MONTH_YEAR.match(flat, at)
    if match is None or _is_called_otherwise(flat, at, match.end()):
        return None
    return Reading(at, match.end(), Form.YEAR_MONTH, year=int(match["y"]), month=int(match["m"]), confidence=0.55)


def _short_year(flat: str, at: int, today: date, *, day_first: bool | None) -> Reading | None:
    """21.04.07, '24.3.20, 24/03/20: the year comes first where it can; European and US order are other readings."""
    match = _SHORT_YEAR.match(flat, at)
    if match is None:
        return None
    marked = at > 0 and flat[at - 1] == "'"
    start = at - marked
    plausible = marked or _is_plausible(flat, match, day_first=day_first)
    if not plausible or _is_called_otherwise(flat, start, match.end()):
        return Reading(start, match.end(), Form.TWO_DIGIT_YEAR)
    possible = [parts for parts in _short_orders(match, day_first, today) if day_of(*parts, today)]
    if marked:
        possible = possible[:1]
    if not possible:
        return Reading(start, match.end(), Form.TWO_DIGIT_YEAR)
    distinct = list(dict.fromkeys(possible))
    padded = all(len(match[part]) == 2 for part in "abc")
    confidence = 0.8 if marked else 0.5 if match["s"] == "-" or len(distinct) > 2 else 0.7 if padded else 0.6
    other = distinct[1] if len(distinct) > 1 else None
    return Reading(start, match.end(), Form.TWO_DIGIT_YEAR, *distinct[0], confidence=confidence, other=other)


def _is_plausible(flat: str, match: re.Match[str], *, day_first: bool | None) -> bool:
    """Whether three short numbers look like a date at all: 1.2.3 and 10.12.5 are versions, 1-2-3 is an address."""
    a, b, c = (len(match[part]) for part in "abc")
    if match["s"] == "-":
        before = flat[match.start() - 1] if match.start() else " "
        return a == b == c == 2 and not before.isalnum()
    if b == c == 2 and (day_first or a == 2):
        return True
    opens_line = a == 2 and not flat[: match.start()].strip() and _ENDS.match(flat, match.end()) is not None
    if c == 2 and (match["s"] == "/" or opens_line):
        return True
    return a == 2 and _WEEKDAY_NEXT.match(flat, match.end()) is not None


def _short_orders(match: re.Match[str], day_first: bool | None, today: date) -> list[tuple[int, int, int]]:
    """The readings of three short numbers as year, month and day, the likeliest first."""
    a, b, c = int(match["a"]), int(match["b"]), int(match["c"])
    orders = []
    if len(match["a"]) == 2 and full_year(a, today) >= 1995:  # No website is older; 35.10.20 is a place.
        orders.append((full_year(a, today), b, c))
    european, us = (full_year(c, today), b, a), (full_year(c, today), a, b)
    if match["s"] == "." or day_first:
        return [european, *orders] if day_first else [*orders, european]
    # 12/03/04 is 2012 wherever the year can come first: two-digit years are a habit of Japanese pages.
    return [*orders, us] if match["s"] == "/" else orders


def _no_year(flat: str, at: int, *, day_first: bool | None, in_range: bool) -> Reading | None:
    """11/9, 10.13: a month and a day, where nothing says that it is a ratio, a page or a number."""
    match = _NO_YEAR.match(flat, at)
    if match is None:
        return None
    weekday_next = _WEEKDAY_NEXT.match(flat, match.end()) is not None
    month, day = int(match["a"]), int(match["b"])
    if day_first and match["s"] != "-" and (month > 12 or (match["s"] == "." and len(match["b"]) == 2)):
        month, day = day, month
    if not month or not day or not is_month_day(month, day) or flat.startswith("24/7", at):
        return None
    if _is_called_otherwise(flat, at, match.end()):
        return Reading(at, match.end(), Form.YEARLESS)
    if weekday_next:
        return Reading(at, match.end(), Form.YEARLESS, month=month, day=day, confidence=0.8)
    confidence = _undated_confidence(flat, match, in_range=in_range)
    return Reading(at, match.end(), Form.YEARLESS, month=month, day=day, confidence=confidence)


_WEEKDAY_NEXT = re.compile(
    r"\s?[(\[]\s?(?:[月火水木金土日祝]|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?\s?[)\]])", re.IGNORECASE
)
_RANGE_NEXT = re.compile(r"\s?[~-]\s?[0-9]|\s?から")
_TIME_NEXT = re.compile(r"\s{1,2}[0-2]?[0-9]:[0-5][0-9]")


def _undated_confidence(flat: str, match: re.Match[str], *, in_range: bool) -> float:
    """How sure a month and day in digits are without a weekday: 0 when they are more likely a number."""
    mark, a, b = match["s"], match["a"], match["b"]
    start, end = match.span()
    first = not flat[:start].strip()
    told = first or _LABEL_BEFORE.search(flat[max(0, start - 2) : start]) is not None
    spans = in_range or _RANGE_NEXT.match(flat, end) is not None or _TIME_NEXT.match(flat, end) is not None
    if mark == "-":
        return 0.0
    if mark == ".":
        return 0.4 if told and len(b) == 2 and _ENDS.match(flat, end) else 0.5 if in_range and len(b) == 2 else 0.0
    looks_like_part = int(a) <= int(b) <= 10 and len(b) == 1  # 1/2, 3/4: a half, a pager
    if spans:
        return 0.6
    if looks_like_part:
        return 0.4 if told and flat[end:].strip() else 0.0
    if first and not flat[end:].strip() and int(a) < int(b):
        return 0.45  # alone in its line it may be a pager: 3/12
    return 0.55 if told or len(b) == 2 else 0.5


def eight_digits(flat: str, at: int, today: date) -> Reading | None:
    """20240320, where it can only be a day: a recent year, by itself, and not called otherwise."""
    match = _EIGHT.match(flat, at)
    if match is None or not (_is_free(flat, at) or flat.startswith("_", at - 1)):
        return None
    year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
    end = match.start("t") if match["t"] else match.end()
    if day_of(year, month, day, today) is None or not 1995 <= year <= today.year + 1:
        return None
    behind = flat[end : end + 1]
    if not match["t"] and ((behind.isascii() and behind.isalnum()) or behind in {"-", "#", "%"}):
        return None
    if _is_called_otherwise(flat, at, end):
        return None
    confidence = 0.9 if match["t"] else 0.75 if not flat[:at].strip() else 0.6
    return Reading(at, end, Form.COMPACT, year, month, day, confidence=confidence)
