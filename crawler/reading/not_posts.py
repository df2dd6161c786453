"""Dates that nobody posted, told by where they stand: in a clock, a forecast, a table of prices, a list of patents.

Each rule asks for what only such a place has; a post about the weather or about a patent has none of it.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from crawler.model import Precision
from crawler.reading.date_places import Shape, Spot
from crawler.reading.date_words import EVENTS_SECTION, HAPPENED
from crawler.reading.date_years import CELL
from crawler.reading.page import Page, Region


class Place(NamedTuple):
    """What is known of the place of a date."""

    page: Page
    today: date
    row: str  # first row of the table that it stands in, "" outside of tables
    alike: int  # dates on the page that stand as it does, itself among them


_SECTION = 30  # characters; a longer heading is a title, and may speak of anything
# Headings over what visitors wrote, alone or with a count: コメント(2), 3 Comments, この記事へのトラックバック.
_VISITORS = re.compile(
    r"\W*(?:(?:この|本)?(?:記事|投稿|エントリー?)(?:へ|に対する)?の?|最近の|最新の?|[0-9]{1,4}\s?(?:件の)?)?\s?"
    r"(?:コメント|トラックバック|ピンバック|お客様の声|口コミ|クチコミ|レビュー|ゲストブック|guest ?book|reviews?|testimonials?|(?:recent |latest )?comments?|trackbacks?|replies|responses?|kommentare?|commentaires?|commenti|comentarios)"
    r"(?:一覧|を(?:残す|書く|投稿する?)|する|はこちら|\s?(?:on|of|to)\b.*)?[\W0-9件]*",
    re.IGNORECASE,
)
# The whole heading: 為替変動の影響調査 is a title.
_FORECAST = re.compile(
    r"\W*(?:[^\W\d]{1,10}の)?(?:週間)?(?:お?天気(?:予報|情報)?|予報|気温|為替(?:レート|相場|情報)?|株価(?:情報|一覧)?|占い"
    r"|(?:the )?weather(?: forecast)?|(?:currency |exchange )rates?|stock (?:quotes?|prices?))\W*",
    re.IGNORECASE,
)
# The head of a table whose days are those of prices or measurements.
_PRICES = re.compile(
    r"始値|終値|高値|安値|株価|為替|天候|気温|湿度|風速|降水|降雨|水位|(?<![A-Z])(?:USD|EUR|JPY|GBP|CNY)(?![A-Z]).*(?<![A-Z])(?:USD|EUR|JPY|GBP|CNY)(?![A-Z])"
)
_UNITS = re.compile(r"百万|[円人件台社回個℃%千億万点位mgt]|kg|mm|cm|EUR|USD|JPY")
_TICKS = frozenset("○◯〇×✕✗△▲◎●")  # of a table of free rooms
_TOOL_NAMES = ("doxygen", "javadoc", "latex2html", "mkdocs", "sphinx")
_TOOL = "|".join(_TOOL_NAMES)
_TOOLS = re.compile(
    rf"(?:作成|生成|generated|built).{{0,20}}(?:{_TOOL})|(?:{_TOOL}).{{0,20}}(?:で作成|で生成|により作成|により生成)"
)
_SHOWN_BY_SCRIPT = re.compile(r"clock|tokei|today|now|current-?_?(?:date|time)|date-?_?(?:now|today)|datetime-now")
_SECONDS = re.compile(r"[\s,]{0,3}[0-2]?[0-9]:[0-5][0-9]:[0-5][0-9]\W*$")
# The head of a table of what was certified or granted: its days are those of papers.
_CERTIFIED = re.compile(
    r"有効期限|有効期間|満了日|認証番号|登録番号|許可番号|特許番号|出願番号|certificate (?:no|number)", re.IGNORECASE
)
_PATENT = re.compile(
    r"特開\s?(?:平|昭|[0-9])|特願\s?(?:平|昭|[0-9])|特表\s?[0-9]|特許(?:第|番号|\s?[0-9])|実用新案(?:登録)?第|意匠登録第|商標登録第|PCT/|WO\s?[0-9]{4}/"
)
_DONE = "ました"  # a sentence that tells of a deed is news about a patent
_SOURCES = re.compile(
    r"\W*(?:主な|主要)?(?:(?:参考|引用)?文献|出典|(?:selected )?(?:references|bibliography|works cited|sources)|literatur(?:verzeichnis)?|bibliografia"
    r"|bibliographie)(?:一覧|リスト|等|など)?\W*",
    re.IGNORECASE,
)
_ONWARDS = re.compile(r"\s?~")
_CLOSED = re.compile(
    r"休業|休館|休園|休診|休校|お休み|年末年始|任期|契約期間|工期|(?<![a-z])(?:closed|(?<!public\s)holidays?)(?![a-z])",
    re.IGNORECASE,
)


def by_others(spot: Spot, place: Place) -> str:
    """Why a date is a visitor's, a script's or a market's; "" when nothing says so."""
    heading = place.page.heading_above(spot.line)
    if len(heading) <= _SECTION:
        if _VISITORS.fullmatch(heading):
            return "below a heading of comments"
        if _FORECAST.fullmatch(heading):
            return "in a forecast or a list of rates"
    if (place.row and _PRICES.search(place.row)) or _is_of_figures(spot):
        return "in a table of prices or measurements"
    low = spot.text.lower()
    if any(name in low for name in _TOOL_NAMES) and _TOOLS.search(low):
        return "written by a program that makes documents"
    return "the day of the visit, shown by itself" if _is_clock(spot, place) else ""


def _is_of_figures(spot: Spot) -> bool:
    """Whether a row of a table holds a date and figures or ticks, and no word or link."""
    line = spot.line
    if line.tag != "tr" or line.links or CELL not in line.text:
        return False
    rest = _UNITS.sub("", line.text.replace(spot.found.raw, "", 1))
    return any(c.isdigit() or c in _TICKS for c in rest) and not any(c.isalpha() for c in rest)


def _is_clock(spot: Spot, place: Place) -> bool:
    """Whether a page shows the day of the visit by itself, where no post stands or as no post does."""
    if spot.found.on != place.today or spot.shape is not Shape.ALONE or place.alike > 1:
        return False
    if spot.line.region in {Region.HEADER, Region.NAV, Region.FOOTER} or _SECONDS.match(spot.after):
        return True
    return any(_SHOWN_BY_SCRIPT.fullmatch(word) for word in spot.line.classes.split())


def _is_term(spot: Spot) -> bool:
    """Whether months tell how long somebody was something (2024年4月～2026年3月), and not when something was held."""
    if not spot.found.until_month and not _ONWARDS.match(spot.after):
        return False
    return not EVENTS_SECTION.search(spot.text) and not HAPPENED.search(spot.text)


def of_record(spot: Spot, place: Place) -> str:
    """Why a date is that of a paper, a source or a closed office; "" when nothing says so."""
    if place.row and _CERTIFIED.search(place.row):
        return "in a table of certificates"
    if spot.shape not in {Shape.LEAD, Shape.ALONE} and _PATENT.search(spot.text) and _DONE not in spot.text:
        return "of a patent"
    heading = place.page.heading_above(spot.line)
    if len(heading) <= _SECTION and _SOURCES.fullmatch(heading):
        return "in a list of sources"
    if spot.found.until_day and _CLOSED.search(spot.text) and not EVENTS_SECTION.search(spot.text):
        return "days on which the office is closed, or a term"
    if spot.found.precision is Precision.MONTH and _is_term(spot):
        return "a term of months"
    return ""
