"""The day on which a page that is one post was published.

Several witnesses can tell: the address, what the page declares for machines, a `<time>` element, a day beside the
title, a day marked as one by its class, the data of its script. Where two of different kinds agree the day is all but
certain; where one speaks alone, the first of that order is believed. A copyright year, or a year alone, gives no day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from crawler.model import DatedItem, DateKind, DateSource, Precision
from crawler.reading import structured
from crawler.reading.expressions import expressions, from_url
from crawler.reading.page import Line, Page, Region
from crawler.reading.stamps import plain, written_day

_BELOW_TITLE = 12  # lines after the heading in which a post's day usually stands
_ABOVE_TITLE = 4
_WITHOUT_TITLE = 25  # first lines of a page without a heading
_LONGEST = 200  # characters of a line that is little more than a day
_PROSE = 400  # characters of a line that are looked through when nothing better speaks
_FIRST_YEAR = 1995  # there were no posts on the web before
_A_DAY = timedelta(days=1)

AGREED = 0.97  # two witnesses of different kinds
_CONFIDENCE = {
    DateSource.URL_PATH: 0.86,
    DateSource.TIME_ELEMENT: 0.86,
    DateSource.JSON_LD: 0.88,
    DateSource.META: 0.88,
    DateSource.HEADING: 0.86,  # beside the title
    DateSource.DEFINITION: 0.8,  # marked by its class
    DateSource.DATA: 0.75,
    DateSource.STAMP: 0.7,
    DateSource.PARAGRAPH: 0.6,
}

# Words of a class or an id that mark the day of a post.
_MARKED = re.compile(
    r"(?:^|[\s_-])(?:\w*date\w*|\w*publish\w*|\w*posted\w*|\w*byline\w*|\w*timestamp\w*|\w*datum\w*|\w*fecha\w*|(?:entry-|post-)?"
    r"meta|time|created|submitted|dateline)(?:$|[\s_-])"
)
_IN_SCRIPT = re.compile(
    r'["\\](?:datePublished|date_published|publishedDate|published_at|publishedAt|publishDate|publish_date|pubDate|createdAt|'
    r'created_at|dateCreated|firstPublished\w*|displayDate|published)\\?"\s{0,3}:\s{0,3}\\?"'
    r"((?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9])"
)


@dataclass(frozen=True, slots=True)
class _Witness:
    """One day and who says so."""

    on: date
    source: DateSource
    raw: str


def published(page: Page, *, today: date) -> DatedItem | None:
    """The day on which this page was published, None when nothing on it tells. Never a day to come."""
    beside = [w for line in _beside_title(page) for w in _days(line, today, _LONGEST, DateSource.HEADING)]
    declared = _declared(page, today)
    address = _address(page, today)
    chosen = address or _believed(declared, beside) or next(_weaker(page, beside, today), None)
    if chosen is None:
        return None
    kinds = {"beside": beside, "declared": declared, "address": [address] if address else []}
    kinds["marked"] = list(_times(page, today)) if chosen.source is not DateSource.TIME_ELEMENT else [chosen]
    agreeing = sum(any(w.on == chosen.on for w in witnesses) for witnesses in kinds.values())
    return DatedItem(
        url=page.url,
        on=chosen.on,
        precision=Precision.DAY,
        kind=DateKind.POST,
        source=chosen.source,
        raw=chosen.raw[:120],
        title=plain(page.meta("og:title") or page.title),
        link=page.url,
        confidence=AGREED if agreeing > 1 else _CONFIDENCE[chosen.source],
    )


def _address(page: Page, today: date) -> _Witness | None:
    """The day in the address: under it the organisation itself filed the page."""
    found = from_url(page.url, today=today)
    if found is None or not found.day or found.on is None or found.on > today:
        return None
    return _Witness(found.on, DateSource.URL_PATH, found.raw)


def _declared(page: Page, today: date) -> list[_Witness]:
    """The days of publication that the page declares for machines, what stands in a meta element first."""
    items = [i for i in structured.read(page, today=today) if i.kind is DateKind.POST and i.precision is Precision.DAY]
    items.sort(key=lambda i: i.source is not DateSource.META)
    return [_Witness(i.on, i.source, i.raw) for i in items]


def _believed(declared: Sequence[_Witness], beside: Iterable[_Witness]) -> _Witness | None:
    """The day that is declared; the one beside the title where it is the next day or the one before.

    What is declared is often in UTC; what stands beside the title is the day of whoever wrote it.
    """
    if not declared:
        return None
    days = {w.on: w for w in beside}
    agreed = next((w for w in declared if w.on in days), None)
    if agreed is not None:
        return agreed
    first = declared[0]
    return days.get(first.on - _A_DAY) or days.get(first.on + _A_DAY) or first


def _weaker(page: Page, beside: Iterable[_Witness], today: date) -> Iterator[_Witness]:
    """Witnesses for a page that declares nothing, the better ones first."""
    yield from _times(page, today)
    yield from beside
    main = _main(page)
    for line in main:
        if _MARKED.search(line.classes):
            yield from _days(line, today, _LONGEST, DateSource.DEFINITION)
    match = _IN_SCRIPT.search(page.inline_scripts)
    day = written_day(match[1]) if match else None
    if match and day and day[0] <= today:
        yield _Witness(day[0], DateSource.DATA, match[1])
    for item in structured.read(page, today=today):
        if item.kind in {DateKind.UPDATED, DateKind.MACHINE} and item.precision is Precision.DAY:
            yield _Witness(item.on, DateSource.STAMP, item.raw)
    for line in (*main, *page.lines):
        yield from _days(line, today, None, DateSource.PARAGRAPH)


def _times(page: Page, today: date) -> Iterator[_Witness]:
    """The days of `<time>` elements that mark no change."""
    for line in _main(page):
        for element in line.times:
            raw = element.datetime or element.text
            day = written_day(raw)
            if day and not element.updated and day[1] is Precision.DAY and day[0] <= today:
                yield _Witness(day[0], DateSource.TIME_ELEMENT, raw)


def _days(line: Line, today: date, longest: int | None, source: DateSource) -> Iterator[_Witness]:
    """The days that are written in full in a line, if it is no longer than that."""
    if longest is not None and len(line.text) > longest:
        return
    for found in expressions(line.text[:_PROSE], today=today):
        if found.on and found.day and found.on.year >= _FIRST_YEAR and found.on <= today:
            yield _Witness(found.on, source, found.raw)


def _main(page: Page) -> list[Line]:
    """The lines of what the page is about, all of them where nothing is marked as such."""
    found = [line for line in page.lines if line.region in {Region.MAIN, Region.HEADER}]
    return found or list(page.lines)


def _beside_title(page: Page) -> list[Line]:
    """The lines below the main heading, then those just above it; the first lines of a page without one."""
    main = _main(page)
    title = next((line.index for line in page.lines if line.tag == "h1"), -1)
    if title < 0:
        return main[:_WITHOUT_TITLE]
    below = [line for line in main if title <= line.index <= title + _BELOW_TITLE]
    return below + [line for line in main if title - _ABOVE_TITLE <= line.index < title]
