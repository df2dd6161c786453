"""A date read from a page: how exact it is, what it dates, where it stood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Precision(StrEnum):
    """How much of a date was written."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class DateKind(StrEnum):
    """What a date on a page is the date of. Only POST, REPORT and a past EVENT can be a latest post."""

    POST = "post"  # a news item, a blog post, a press release, an entry of a dated list
    REPORT = "report"  # minutes, newsletters, records of something that took place
    EVENT = "event"  # something that takes place on that day; coming when after the visit
    UPDATED = "updated"  # the organisation's own "last updated" stamp of a page
    PROSE = "prose"  # a date in running text: history, "as of", a deadline; no post
    MACHINE = "machine"  # build, migration, theme sample, "today" script, HTTP header: says nothing


class DateSource(StrEnum):
    """Where on the page a date stood, strongest first."""

    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"
    DEFINITION = "definition"
    HEADING = "heading"
    TIME_ELEMENT = "time_element"
    JSON_LD = "json_ld"
    DATA = "data"  # a JSON document that the page's script loads
    FEED = "feed"
    META = "meta"
    STAMP = "stamp"
    PARAGRAPH = "paragraph"
    URL_PATH = "url_path"
    SITEMAP = "sitemap"
    HTTP_HEADER = "http_header"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedItem:
    """One date read from one page, with what it dates and the words it was read from."""

    url: str  # the page (or feed, sitemap) it was read from
    on: date  # first day of the month or year when precision is less than a day
    precision: Precision
    kind: DateKind
    source: DateSource
    raw: str  # verbatim words of the page, at most 120 characters
    title: str = ""  # the words beside the date, at most 160 characters
    link: str = ""  # where the item leads, absolute, "" if nowhere
    language: str = ""  # ISO 639-1 of the page or item, "" if not known
    confidence: float = 0.5  # 0..1, that `on` is right and `kind` is too
    until: date | None = None  # last day of a range
    note: str = ""  # why the kind is what it is, when that is not obvious
