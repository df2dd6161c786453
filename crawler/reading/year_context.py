"""Years that stand elsewhere than in the date: in a heading, in an address, or nowhere."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from crawler.model import Precision
from crawler.reading import wareki
from crawler.reading.date_values import FIRST_YEAR, YEAR, Expression, Form, day_of
from crawler.reading.flatten import flatten

_MAX_HEADING = 40  # characters; a longer line is a sentence
_HEADING = re.compile(
    rf"(?P<before>[^0-9]{{0,24}}?)(?:(?P<y>{YEAR})|(?P<fy>FY\s?)(?P<f>{YEAR})"
    rf"|(?P<era>{wareki.ERA_NAME}|(?<![A-Za-z])[MTSHR]\.?)\s?(?P<ey>[0-9]{{1,2}}|[元〇一二三四五六七八九十]{{1,3}}))"
    r"\s?(?:\([^)]{1,12}\)\s?)?(?P<n>年度?)?(?:\s?[(\[][^)\]]{1,24}[)\]])?(?P<m>\s?[0-9]{1,2}\s?月)?(?P<after>[^0-9]{0,24})$"
)
# A bare number of four digits is a year only among words that head lists; "Horizon 2020" heads none.
LIST_WORDS = re.compile(
    r"news|topics?|archives?|archiv|what'?s new|information|events?|press|releases?|year|blog|calendar|schedule|history"
    r"|activit|reports?|publications?|updates?|seminars?|workshops?|meetings?|minutes|newsletters?|aktuell|neuigkeiten"
    r"|termine|veranstaltung|actualit|communiqu|ann[ée]e|évén|notizi|novità|eventi|comunicati|anno|noticias|eventos|año"
    r"|aktualno|wydarzenia|rok|nieuws|jaar|agenda|nyheter|nyheder|uutiset|arkist|arkiv|hírek|novinky"
    r"|お知らせ|新着|ニュース|トピックス|更新|履歴|活動|イベント|行事|予定|実績|アーカイブ|過去|一覧|記事|セミナー|報告|レポート|プレス|発表",
    re.IGNORECASE,
)
# Words that make a year the year of something else than the list below it.
_NO_HEADING = re.compile(
    r"創業|設立|創立|発足|以来|以上|以降|以前|まで|から|問題|記念|周年|万博|since|©|copyright|\(c\)", re.IGNORECASE
)
_ONLY_MARKS = re.compile(r"[^\w]*\Z")


def year_heading(text: str) -> int | None:
    """The year that a short heading names (2016年, 平成28年度, News 2023, ［2021年］), None when it names none.

    Of a fiscal year the one that it begins in: `is_fiscal_heading` tells. A month may follow (2024年3月).
    """
    return _named(text) if len(text) <= _MAX_HEADING else None


@lru_cache(maxsize=512)  # the short lines of a menu or a side column stand on every page of a website
def _named(text: str) -> int | None:
    match = _HEADING.match(flatten(text).strip())
    if match is None:
        return None
    around = match["before"] + " " + match["after"]
    if _NO_HEADING.search(around):
        return None
    if match["era"]:
        return _era_heading(match)
    year = int(match["y"] or match["f"])
    told = match["n"] or match["fy"] or _ONLY_MARKS.match(around) or LIST_WORDS.search(around)
    return year if told and year >= FIRST_YEAR else None


def _era_heading(match: re.Match[str]) -> int | None:
    """The year of a heading in an era; a letter needs 年 behind it (R6年度), or it is a room or a model."""
    era, number = match["era"].rstrip("."), wareki.number(match["ey"])
    if number is None or not match["n"]:
        return None
    year = wareki.western_year(era, number)
    return year if year is not None and year >= FIRST_YEAR else None


def is_fiscal_heading(text: str) -> bool:
    """Whether a heading names a fiscal year: its January to March lie in the next calendar year."""
    return "年度" in text or re.search(r"\bFY\s?[0-9]", flatten(text)) is not None


_AHEAD = timedelta(days=60)  # A list seldom announces more than two months ahead without naming the year.
# A weekday comes back on the same day after 5, 6 or 11 years: within 5 years it names one year, or at most two.
_WEEKDAY_YEARS = 11
_FAR_AHEAD = timedelta(days=300)


def resolve_yearless(
    month: int,
    day: int,
    weekday: int | None,
    *,
    today: date,
    after: date | None = None,
    before: date | None = None,
    year_heading: int | None = None,
    fiscal: bool = False,
) -> tuple[date, float] | None:
    """The date that a month and day without a year mean, with its confidence; None when no year fits.

    Under a year heading it lies in that year, or in that fiscal year when `fiscal`. Else, with a weekday, in the year
    nearest to today in which the weekday fits. Else in the latest year in which it is not more than 60 days ahead of
    today: lists run from new to old, and only few entries announce. `after` and `before` (inclusive) are the dates of
    the neighbours in a list that is in order. A day of 0 means the month, resolved to its first day.
    """
    if year_heading is not None:
        return _under_heading(month, day, weekday, today, year_heading, fiscal=fiscal)
    low, high = after or date.min, before or date.max
    years = range(today.year + 1, today.year - _WEEKDAY_YEARS - 1, -1)
    days = [on for year in years if (on := day_of(year, month, day or 1, today)) and low <= on <= high]
    if weekday is not None and day:
        return _by_weekday(days, weekday, today)
    bounded = 0.15 if after is not None or before is not None else 0.0
    # Between its neighbours a day may be further ahead than a list entry alone would be believed to be.
    ahead = _FAR_AHEAD if after is not None and after > today else _AHEAD
    return next(((on, 0.55 + bounded) for on in days if on <= today + ahead), None)


def _under_heading(
    month: int, day: int, weekday: int | None, today: date, year: int, *, fiscal: bool
) -> tuple[date, float] | None:
    """The day in the year of the heading; surer when its weekday fits, doubtful when it does not."""
    on = day_of(year + (fiscal and month <= 3), month, day or 1, today)
    if on is None:
        return None
    if weekday is None or not day:
        return on, 0.85
    return on, 0.95 if on.weekday() == weekday else 0.6


def _by_weekday(days: list[date], weekday: int, today: date) -> tuple[date, float] | None:
    """The day nearest to today that falls on the weekday; the further away, the less sure."""
    fitting = [on for on in days if on.weekday() == weekday and on <= today + _FAR_AHEAD]
    if not fitting:
        return None
    on = min(fitting, key=lambda fit: abs(fit - today))
    away = abs(on - today).days
    return on, 0.85 if away <= 400 else 0.7 if away <= 1100 else 0.5


_URL_YEAR = r"(?P<y>(?:19|20)[0-9]{2})"
_URL_DAY = re.compile(
    rf"(?<=[/_.=-]){_URL_YEAR}(?:(?P<sep>[/_-])(?P<m>1[0-2]|0?[1-9])(?P=sep)(?P<d>3[01]|[12][0-9]|0?[1-9])"
    r"|(?P<m2>1[0-2]|0[1-9])(?P<d2>3[01]|[12][0-9]|0[1-9]))(?![0-9])"
)
_URL_GLUED = re.compile(
    rf"(?<=[a-z]){_URL_YEAR}(?P<m2>1[0-2]|0[1-9])(?P<d2>3[01]|[12][0-9]|0[1-9])(?![0-9])", re.IGNORECASE
)
_URL_MONTH = re.compile(rf"/{_URL_YEAR}(?:[/_-](?P<m>1[0-2]|0?[1-9])|(?P<m2>1[0-2]|0[1-9]))(?=[/_.-]|$)")
_URL_ONLY_YEAR = re.compile(rf"/{_URL_YEAR}(?=/|\.[a-z]{{3,5}}$|$)")
_URL_FORMS = ((_URL_DAY, 0.85), (_URL_GLUED, 0.7), (_URL_MONTH, 0.75), (_URL_ONLY_YEAR, 0.6))
_FIRST_WEB_YEAR = 1991


def from_url(url: str, *, today: date) -> Expression | None:
    """The date in the path of an address, the most precise one it holds; None when it holds none.

    Only past days and those of the coming year count: /20991231/ and /19440612/ are ids.
    """
    if "19" not in url and "20" not in url:
        return None
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    if "19" not in path and "20" not in path:
        return None
    offset = url.find(path)
    for pattern, confidence in _URL_FORMS:
        for match in pattern.finditer(path):
            found = _url_expression(match, url, offset, today, confidence)
            if found is not None:
                return found
    return None


def _url_expression(match: re.Match[str], url: str, offset: int, today: date, confidence: float) -> Expression | None:
    """The expression of one match in a path, None when its date cannot be that of a page."""
    groups = match.groupdict()
    year, month = int(groups["y"]), int(groups.get("m") or groups.get("m2") or 0)
    day = int(groups.get("d") or groups.get("d2") or 0)
    on = day_of(year, month or 1, day or 1, today)
    if on is None or not _FIRST_WEB_YEAR <= year <= today.year + 1:
        return None
    start, end = offset + match.start("y"), offset + match.end()
    precision = Precision.DAY if day else Precision.MONTH if month else Precision.YEAR
    return Expression(
        start=start, end=end, raw=url[start:end], form=Form.URL, on=on, precision=precision,
        year=year, month=month, day=day, confidence=confidence,
    )  # fmt: skip
