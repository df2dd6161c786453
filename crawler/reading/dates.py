"""The dates of a page as items: what each is the date of, and how sure that is.

A date is a post's when it stands as a post's does (in a dated list, beside a title, in a heading); words around it
can make it an event's, a stamp's, a deadline's or history's. Where no list speaks, a sentence about something done may.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from crawler.model import DatedItem, DateKind, DateSource, Precision
from crawler.reading import date_words as words
from crawler.reading import structured
from crawler.reading.chosen_dates import INFERRED, STRONG, next_event, posts
from crawler.reading.date_places import Shape, Spot, day_first, groups, leaving, numbered, spots
from crawler.reading.date_senses import PUBLISHED, SAMPLE, Around, Sense, is_stamped, sense_of
from crawler.reading.date_titles import MAX_TITLE, link_of, neighbour, title_of
from crawler.reading.date_values import FIRST_WEB_YEAR, FIRST_YEAR, Form, day_of
from crawler.reading.date_years import by_neighbour, is_share
from crawler.reading.expressions import expressions, from_url, resolve_yearless
from crawler.reading.page import Line, Page, Region
from crawler.reading.stamps import FROM_SOFTWARE, is_sample
from crawler.urls import same_site

__all__ = ["any_in", "next_event", "posts", "read"]

MAX_ITEMS = 80  # kept of one page, the newest
_SOON = timedelta(days=400)
_ANNOUNCED = 0.6  # below STRONG: counts where no list speaks
_UNTOLD = 0.45  # below what counts as a post: shown, and not believed
_RAW = 120  # characters of the words that are kept
_PDF = re.compile(r"\.(?:pdf|docx?|xlsx?|zip)(?:$|[?#])", re.IGNORECASE)


def read(page: Page, *, today: date, home_language: str = "ja") -> tuple[DatedItem, ...]:
    """The dated items of a page, newest first."""
    found = spots(page, today=today, day_first=day_first(page, home_language))
    newest = _newest_full(found, today)
    around = Around(
        page=page,
        today=today,
        counts=dict(groups(found)),
        newest_full=newest,
        history=_is_history(page),
        old_copyright=newest is None and _is_of_an_old_page(page, today),
        stamped=sum(is_stamped(spot) for spot in found),
        others=_others_lists(page),
        leaving=leaving(found, page.url),
        heads=_table_heads(page),
    )
    items = [item for spot in found if (item := _item(spot, around)) is not None]
    items = _only_announced(items)
    items += _of_times(page, today)
    items += structured.read(page, today=today)
    if not any(i.kind in PUBLISHED and i.confidence >= STRONG for i in items):
        items += _of_addresses(page, today)
    return _kept(_without_sample_months(items))


def _without_sample_months(items: Sequence[DatedItem]) -> list[DatedItem]:
    """The items without the months of an archive in which nothing but a sample post was written."""
    samples = {(i.on.year, i.on.month) for i in items if i.note in {SAMPLE, FROM_SOFTWARE}}
    written = {(i.on.year, i.on.month) for i in items if i.kind in PUBLISHED and i.precision is Precision.DAY}
    empty = samples - written
    return [i for i in items if i.precision is not Precision.MONTH or (i.on.year, i.on.month) not in empty]


def _only_announced(items: Sequence[DatedItem]) -> list[DatedItem]:
    """The items, past events less sure where the page's own stamp is older: it announced them and saw none of them.

    So are days without a year; one that is written in full stays what it is, for stamps are forgotten too.
    """
    stamp = max((i.on for i in items if i.kind is DateKind.UPDATED), default=None)
    if stamp is None:
        return list(items)
    return [
        replace(i, confidence=min(i.confidence, _ANNOUNCED), note="announced on a page last updated before")
        if i.on > stamp and (i.kind is DateKind.EVENT or (i.kind in PUBLISHED and not _YEARS.search(i.raw)))
        else i
        for i in items
    ]


def any_in(page: Page, today: date) -> bool:
    """Whether any day stands in the main part of a page."""
    lines = zip(page.lines, numbered(page), strict=False)
    main = (line.text for line, has_number in lines if has_number and line.region is Region.MAIN)
    return any(found.day for text in main for found in expressions(text, today=today))


def _newest_full(found: Sequence[Spot], today: date) -> date | None:
    days = [
        s.found.on for s in found if s.found.on and s.found.day and s.found.on <= today and s.shape is not Shape.MIDDLE
    ]
    return max(days, default=None)


_YEARS = re.compile(r"(?:19|20)[0-9]{2}")


def _is_of_an_old_page(page: Page, today: date) -> bool:
    """Whether the newest year of the page's copyright lines is over for long: then nobody knows its yearless dates."""
    numbers = zip(page.lines, numbered(page), strict=False)
    lines = (line.text for line, has_number in numbers if has_number and words.COPYRIGHT.search(line.text))
    years = [int(year) for text in lines for year in _YEARS.findall(text)]
    return bool(years) and max(years) <= today.year - 2


def _others_lists(page: Page) -> frozenset[int]:
    """Containers of lists whose links all lead to other sites and whose heading says that they are others' news."""
    told = {
        index
        for index in {line.heading for line in page.lines}
        if index >= 0 and words.OTHERS_SECTION.search(page.lines[index].text[:40])
    }
    suspects = {line.container for line in page.lines if line.heading in told}
    leads: dict[int, list[bool]] = {}
    for line in page.lines:
        if line.links and line.container in suspects:
            off = all(not same_site(link.url, page.url) for link in line.links)
            leads.setdefault(line.container, []).append(off)
    return frozenset(container for container, off in leads.items() if len(off) >= 2 and all(off))


def _table_heads(page: Page) -> dict[int, str]:
    """The first row of each table, by its container."""
    heads: dict[int, str] = {}
    for line in page.lines:
        if line.tag == "tr":
            heads.setdefault(line.container, line.text[:200])
    return heads


def _is_history(page: Page) -> bool:
    heading = next((line.text for line in page.lines if line.tag in {"h1", "h2"}), "")
    return bool(words.HISTORY_SECTION.search(page.title[:60]) or words.HISTORY_SECTION.search(heading[:60]))


def _kept(items: Sequence[DatedItem]) -> tuple[DatedItem, ...]:
    """The items without repetitions, newest first, to the limit."""
    best: dict[tuple[date, DateKind, str, str], DatedItem] = {}
    for item in items:
        key = (item.on, item.kind, item.title, item.source if item.kind is DateKind.UPDATED else "")
        if key not in best or best[key].confidence < item.confidence:
            best[key] = item
    return tuple(sorted(best.values(), key=lambda i: (i.on, i.confidence), reverse=True)[:MAX_ITEMS])


# --- one date ---


def _item(spot: Spot, around: Around) -> DatedItem | None:
    """The item of one date; None when it says nothing."""
    found = spot.found
    if found.form is Form.FISCAL_YEAR or (found.form is Form.YEAR and spot.line.region is Region.FOOTER):
        return None
    dated = _resolved(spot, around)
    if dated is None:
        return None
    on, sure = dated
    if on.year < FIRST_YEAR:
        return None  # of the eras before: history, wherever it stands
    until = _until(spot, on)
    title = title_of(spot, around.page)
    sense = sense_of(spot, on, until or on, title, around)
    if on.year < FIRST_WEB_YEAR and sense.kind in PUBLISHED:
        sense = Sense(DateKind.PROSE, DateSource.PARAGRAPH, 0.3, "before there were websites")
    return DatedItem(
        url=around.page.url,
        on=on,
        until=until,
        precision=found.precision,
        kind=sense.kind,
        source=sense.source,
        raw=found.raw[:_RAW],
        title=title,
        link=link_of(spot, around.page),
        confidence=round(min(sense.confidence, sure), 2),
        note=INFERRED if _is_inferred(spot, around) and sense.kind in PUBLISHED else sense.note,
    )


def _resolved(spot: Spot, around: Around) -> tuple[date, float] | None:
    """The day of a date with its confidence; a year that is not written comes from what it stands under or near."""
    found, today, under = spot.found, around.today, spot.under
    if found.on is not None:
        return _slip_mended(spot, around) or (found.on, found.confidence)
    if not found.month:
        return None
    declared = _declared(spot, today)
    if declared is not None:
        return declared, 0.9
    addressed = _addressed(spot, around)
    if addressed is not None:
        return addressed, min(0.8, max(found.confidence, 0.7))
    beside = _by_neighbour(spot)
    if beside is not None:
        return beside
    # A page whose own full dates end years ago was last touched then: its yearless dates are of that time.
    stale = around.newest_full is not None and today - around.newest_full > _SOON
    until_when = around.newest_full + timedelta(days=200) if stale and around.newest_full else today
    resolved = resolve_yearless(
        found.month,
        found.day,
        found.weekday,
        today=min(today, until_when),
        year_heading=under.year,
        fiscal=under.fiscal,
    )
    if resolved is None:
        return None
    # 3/7 may be a share; at the edge of an entry below a year it is a day.
    shared = "/" in found.raw and is_share(found.month, found.day)
    heads = bool(under.year) and spot.shape in {Shape.ALONE, Shape.LEAD} and not shared
    sure = min(resolved[1], max(found.confidence, 0.7) if heads else found.confidence)
    return resolved[0], min(sure, _UNTOLD) if around.old_copyright and not under.year else sure


def _declared(spot: Spot, today: date) -> date | None:
    """The whole day of a <time> element whose words leave out the year: <time datetime="2024-05-12">5/12</time>."""
    for time in spot.line.times:
        if time.datetime and spot.found.raw.strip() in time.text:
            for whole in expressions(time.datetime, today=today):
                if whole.on and (whole.month, whole.day) == (spot.found.month, spot.found.day):
                    return whole.on
    return None


def _addressed(spot: Spot, around: Around) -> date | None:
    """The day in the year that the address of the entry names, where its month and day are those written."""
    found = spot.found
    if spot.under.year is not None or spot.shape is Shape.MIDDLE or not found.day:
        return None
    # /news/2024/1009.html for 10/09: only with the day beside it is 1009 one, and no number of a post.
    link = link_of(spot, around.page)
    if not _YEARS.search(link):
        return None
    told = re.search(rf"(?<![0-9])((?:19|20)[0-9]{{2}})[/_-]?0?{found.month}[/_-]?0?{found.day}(?![0-9])", link)
    on = day_of(int(told[1]), found.month, found.day, around.today) if told else None
    return on if on is not None and on <= around.today else None


def _is_inferred(spot: Spot, around: Around) -> bool:
    """Whether nothing on the page names the year of a date."""
    if spot.found.year or spot.under.year:
        return False
    return not (_declared(spot, around.today) or _addressed(spot, around) or _by_neighbour(spot))


def _by_neighbour(spot: Spot) -> tuple[date, float] | None:
    """The day in the year of the entry above it, where that is written and no heading names another."""
    found, near = spot.found, spot.under.near
    if near is None or spot.under.year is not None or spot.shape is Shape.MIDDLE:
        return None
    on = by_neighbour(found.month, found.day, near)
    if on is None or (found.weekday is not None and on.weekday() != found.weekday):
        return None
    return on, min(found.confidence, 0.7 if found.weekday is None else 0.8)


def _slip_mended(spot: Spot, around: Around) -> tuple[date, float] | None:
    """The likelier day of a date whose weekday does not fit; None when it may stand as written.

    2005年12月22日(水) among dates of 2004 is a slip of the year: the year in which the weekday fits counts, when the
    written day would be newer than everything else by far or lie ahead.
    """
    found = spot.found
    if found.weekday_ok is not False or found.alternative is None or found.on is None:
        return None
    if found.on > around.today >= found.alternative:
        # What is told as done cannot lie ahead.
        return found.alternative, STRONG if words.HAPPENED.search(spot.text) else 0.6
    return None


def _until(spot: Spot, on: date) -> date | None:
    """The last day of a range, with the year of its first when none is written."""
    found = spot.found
    if found.until is not None:
        return found.until
    if not found.until_month or not found.until_day:
        return None
    turned = (found.until_month, found.until_day) < (on.month, on.day)
    try:
        return date(on.year + turned, found.until_month, found.until_day)
    except ValueError:
        return None


# --- other witnesses ---


def _of_times(page: Page, today: date) -> list[DatedItem]:
    """The <time> elements whose attribute says more than their words do."""
    found: list[DatedItem] = []
    for line in page.lines:
        for time in (t for t in line.times if not t.updated):
            item = _of_time(line, time.datetime, time.text, page, today)
            if item is not None:
                found.append(item)
    return found


def _of_time(line: Line, attribute: str, text: str, page: Page, today: date) -> DatedItem | None:
    read_from = expressions(attribute, today=today) if attribute else ()
    on = next((e.on for e in read_from if e.on and e.precision is Precision.DAY), None)
    if on is None or line.region is Region.FOOTER or words.OTHERS_CLASS.search(line.classes):
        return None
    shown = expressions(text, today=today)
    if any(e.day and (e.on or (e.month, e.day) == (on.month, on.day)) for e in shown):
        return None  # the words say it already, and where they differ the words are what the reader sees
    title = line.text.replace(text, "").strip() or neighbour(line, page)
    kind = DateKind.EVENT if on > today else DateKind.POST
    if is_sample(title):
        kind = DateKind.MACHINE
    link = next((link.url for link in line.links), "")
    return DatedItem(
        url=page.url, on=on, precision=Precision.DAY, kind=kind, source=DateSource.TIME_ELEMENT,
        raw=(text or attribute)[:_RAW], title=" ".join(title.split())[:MAX_TITLE], link=link, confidence=0.85,
    )  # fmt: skip


def _of_addresses(page: Page, today: date) -> list[DatedItem]:
    """Days in the addresses of the page's links, for lists that show no dates."""
    found: list[DatedItem] = []
    for link in page.links:
        if link.tag != "a" or not link.text or link.region is Region.FOOTER:
            continue
        read_from = from_url(link.url, today=today)
        if read_from is None or read_from.on is None or read_from.on > today or read_from.precision is Precision.YEAR:
            continue
        if is_sample(link.text) or not same_site(link.url, page.url):
            continue
        sure = 0.55 if read_from.precision is Precision.DAY else 0.45
        if _PDF.search(link.url):
            sure -= 0.05
        found.append(
            DatedItem(
                url=page.url, on=read_from.on, precision=read_from.precision, kind=DateKind.POST,
                source=DateSource.URL_PATH, raw=read_from.raw[:_RAW], title=link.text[:MAX_TITLE], link=link.url,
                confidence=sure,
            )
        )  # fmt: skip
    return found
