"""The dates of a page as items: what each is the date of, and how sure that is.

A date is a post's when it stands as a post's does (in a dated list, beside a title, in a heading); words around it
can make it an event's, a stamp's, a deadline's or history's. Where no list speaks, a sentence about something done may.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from crawler.model import DatedItem, DateKind, DateSource, Precision
from crawler.reading import date_words as words
from crawler.reading import structured
from crawler.reading.date_places import Shape, Spot, day_first, group_of, groups, spots
from crawler.reading.date_values import Form
from crawler.reading.expressions import expressions, from_url, resolve_yearless
from crawler.reading.page import Line, Page, Region
from crawler.reading.stamps import is_sample
from crawler.reading.values import HEADINGS
from crawler.urls import same_site

__all__ = ["next_event", "posts", "read"]

MAX_ITEMS = 80  # kept of one page, the newest
_STRONG = 0.65  # confidence from which an item stands in a list or is marked as a post
_QUIET_LIST = timedelta(days=548)  # a list that ends earlier leaves room for what sentences tell
_SOON = timedelta(days=400)
_INFERRED = "the year is not written; it was inferred"
_INFERRED_AHEAD = timedelta(days=400)  # of the newest date written with its year
_RAW, _TITLE = 120, 160
_SHORTEST_TITLE = 3  # letters
_TIMES = re.compile(
    r"[0-2]?[0-9]:[0-5][0-9]\s?(?:[~～–-]\s?(?:[0-2]?[0-9]:[0-5][0-9])?)?|[0-2]?[0-9]時(?:[0-5][0-9]分)?"
)
_LIST_TAGS = frozenset({"li", "dt", "dd", "tr", "td", "th"})
_PUBLISHED = frozenset({DateKind.POST, DateKind.REPORT, DateKind.EVENT})
_PDF = re.compile(r"\.(?:pdf|docx?|xlsx?|zip)(?:$|[?#])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Sense:
    """What a date is the date of."""

    kind: DateKind
    source: DateSource
    confidence: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Around:
    """What the readers of one page's dates share."""

    page: Page
    today: date
    counts: dict[tuple[object, ...], int]
    newest_full: date | None  # newest past day on the page that is written with its year
    history: bool  # the whole page is one of history or rules


def read(page: Page, *, today: date, home_language: str = "ja") -> tuple[DatedItem, ...]:
    """The dated items of a page, newest first."""
    found = spots(page, today=today, day_first=day_first(page, home_language))
    around = _Around(page, today, dict(groups(found)), _newest_full(found, today), _is_history(page))
    items = [item for spot in found if (item := _item(spot, around)) is not None]
    items += _of_times(page, today)
    items += structured.read(page, today=today)
    if not any(i.kind in _PUBLISHED and i.confidence >= _STRONG for i in items):
        items += _of_addresses(page, today)
    return _kept(items)


def _newest_full(found: Sequence[Spot], today: date) -> date | None:
    days = [
        s.found.on for s in found if s.found.on and s.found.day and s.found.on <= today and s.shape is not Shape.MIDDLE
    ]
    return max(days, default=None)


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


def _item(spot: Spot, around: _Around) -> DatedItem | None:
    """The item of one date; None when it says nothing."""
    found = spot.found
    if found.form is Form.FISCAL_YEAR or (found.form is Form.YEAR and spot.line.region is Region.FOOTER):
        return None
    dated = _resolved(spot, around)
    if dated is None:
        return None
    on, sure = dated
    until = _until(spot, on)
    sense = _sense(spot, on, until or on, around)
    return DatedItem(
        url=around.page.url,
        on=on,
        until=until,
        precision=found.precision,
        kind=sense.kind,
        source=sense.source,
        raw=found.raw[:_RAW],
        title=_title(spot, around.page),
        link=_link(spot, around.page),
        confidence=round(min(sense.confidence, sure), 2),
        note=_INFERRED if not (found.year or spot.year) and sense.kind in _PUBLISHED else sense.note,
    )


def _resolved(spot: Spot, around: _Around) -> tuple[date, float] | None:
    """The day of a date with its confidence; a year that is not written comes from a heading, a weekday or the page."""
    found, today = spot.found, around.today
    if found.on is not None:
        return _slip_mended(spot, around) or (found.on, found.confidence)
    if not found.month:
        return None
    # A page whose own full dates end years ago was last touched then: its yearless dates are of that time.
    stale = around.newest_full is not None and today - around.newest_full > _SOON
    until_when = around.newest_full + timedelta(days=200) if stale and around.newest_full else today
    resolved = resolve_yearless(
        found.month, found.day, found.weekday, today=min(today, until_when), year_heading=spot.year, fiscal=spot.fiscal
    )
    return None if resolved is None else (resolved[0], min(resolved[1], max(found.confidence, 0.55)))


def _slip_mended(spot: Spot, around: _Around) -> tuple[date, float] | None:
    """The likelier day of a date whose weekday does not fit; None when it may stand as written.

    2005年12月22日(水) among dates of 2004 is a slip of the year: the year in which the weekday fits counts, when the
    written day would be newer than everything else by far or lie ahead.
    """
    found = spot.found
    if found.weekday_ok is not False or found.alternative is None or found.on is None:
        return None
    if found.on > around.today >= found.alternative:
        return found.alternative, 0.6
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


def _sense(spot: Spot, on: date, last: date, around: _Around) -> _Sense:
    """What a date is the date of, by the words beside it, then by how it stands."""
    told = _told(spot, on, around)
    if told is not None:
        return told
    by_place = _by_place(spot, around)
    if last > around.today and by_place.kind in _PUBLISHED | {DateKind.PROSE}:
        return _coming(spot, by_place)
    return by_place


def _told(spot: Spot, on: date, around: _Around) -> _Sense | None:
    """What the words right beside a date say that it is; None when they say nothing."""
    before, after, line, today = spot.label, spot.after[:30], spot.line, around.today
    if words.MACHINE_BEFORE.search(before) or (spot.found.form is Form.YEAR and words.COPYRIGHT.search(spot.text)):
        return _Sense(DateKind.MACHINE, DateSource.STAMP, 0.2, "written by a build, a script or a copyright line")
    if words.OTHERS_CLASS.search(line.classes) or words.CALENDAR.search(line.text[:60]):
        return _Sense(DateKind.MACHINE, DateSource.PARAGRAPH, 0.2, "in a comment, a calendar or another's feed")
    if words.DEADLINE_BEFORE.search(before) or words.DEADLINE_AFTER.match(after):
        return _Sense(DateKind.PROSE, DateSource.PARAGRAPH, 0.2, "a deadline")
    if words.HISTORY_BEFORE.search(before) or words.HISTORY_AFTER.match(after):
        return _Sense(DateKind.PROSE, DateSource.PARAGRAPH, 0.3, "history")
    if words.AS_OF_AFTER.match(after) or words.AS_OF_BEFORE.search(before):
        # Somebody counted the members on that day and wrote it down: the page was looked after then.
        return replace(_stamp(on, today), note="the day that a figure is of")
    if words.LAPSE_AFTER.match(after):
        return _Sense(DateKind.PROSE, DateSource.PARAGRAPH, 0.3, "the day that a rule counts from")
    if words.UPDATED_BEFORE.search(before):
        return _stamp(on, today)
    if words.POSTED_BEFORE.search(before) and on <= today:
        return _Sense(DateKind.POST, DateSource.STAMP, 0.9)
    if words.EVENT_BEFORE.search(before) or words.EVENT_AFTER.match(after):
        return _Sense(DateKind.EVENT, _source(spot), 0.85)
    # 3月20日更新 once is a stamp; a list of such lines is the news of the site.
    if words.UPDATED_AFTER.match(after) and spot.shape is Shape.ALONE and around.counts.get(group_of(spot), 1) < 2:
        return _stamp(on, today)
    return None


def _stamp(on: date, today: date) -> _Sense:
    """A "last updated" stamp. One of the day of the visit may be a script's."""
    confidence = 0.4 if on >= today else 0.7
    return _Sense(DateKind.UPDATED, DateSource.STAMP, confidence)


def _by_place(spot: Spot, around: _Around) -> _Sense:
    """What a date is by how it stands on the page."""
    if spot.found.form is Form.YEAR:
        return _Sense(DateKind.PROSE, DateSource.PARAGRAPH, 0.2, "a year alone")
    if not spot.found.year and not spot.found.day and spot.year is None:
        return _Sense(DateKind.PROSE, DateSource.PARAGRAPH, 0.2, "a month of any year")
    if spot.line.region is Region.FOOTER:
        return _Sense(DateKind.PROSE, DateSource.PARAGRAPH, 0.3, "in the footer")
    if _is_sample(spot, around.page):
        return _Sense(DateKind.MACHINE, _source(spot), 0.2, "a sample post of a theme")
    if spot.shape is Shape.MIDDLE:
        return _in_sentence(spot)
    confidence = _list_confidence(spot, around)
    if around.history or words.HISTORY_SECTION.search(around.page.heading_above(spot.line)[:40]):
        return _Sense(DateKind.REPORT, _source(spot), min(confidence, 0.55), "on a page of history")
    if not spot.found.year and words.PLANNED.search(
        f"{around.page.title[:60]} {around.page.heading_above(spot.line)[:40]}"
    ):
        confidence = min(confidence, 0.6)  # of a plan without years nobody knows what came of it
    if spot.line.region is Region.NAV:
        confidence -= 0.25
    elif spot.line.region is not Region.MAIN:
        confidence -= 0.05
    kind = DateKind.EVENT if _is_event(spot, around.page) else DateKind.POST
    return _Sense(kind, _source(spot), confidence)


def _is_sample(spot: Spot, page: Page) -> bool:
    """Whether a post came with a theme: its title or the text beside it says so."""
    told = (_title(spot, page), page.heading_above(spot.line), _neighbour(spot.line, page))
    return any(is_sample(text) for text in told if text)


def _list_confidence(spot: Spot, around: _Around) -> float:
    """How sure a date at the edge of its line is a post's: by how many stand alike, and by the make of its line."""
    alike = around.counts.get(group_of(spot), 1)
    tag = spot.line.tag
    by_number = 0.92 if alike >= 3 else 0.85 if alike == 2 else 0.7 if tag in _LIST_TAGS | HEADINGS else 0.62
    if spot.found.precision is Precision.MONTH:
        # A month alone in a heading or behind a name tells when something was written or held, seldom that it is news.
        listed = alike >= 2 and (tag in _LIST_TAGS or spot.shape is Shape.LEAD)
        by_number = 0.65 if listed else 0.45
    if spot.rest > 260:
        by_number -= 0.15
    if spot.shape is Shape.TRAIL and alike < 2 and not _is_enclosed(spot):
        by_number -= 0.1
    if spot.n_in_cell > 2:
        by_number -= 0.15
    return by_number


def _is_enclosed(spot: Spot) -> bool:
    """Whether a date stands in brackets: the usual form of a date behind a title."""
    return spot.before.rstrip()[-1:] in {"(", "[", "<"} and spot.after.lstrip()[:1] in {")", "]", ">", ""}


def _in_sentence(spot: Spot) -> _Sense:
    """A date amid words: a deed that is told may be news; anything else is no post."""
    sentence = _sentence(spot)
    dated = spot.found.day and (spot.found.year or spot.found.weekday is not None)
    if dated and words.HAPPENED.search(sentence):
        return _Sense(DateKind.REPORT, DateSource.PARAGRAPH, 0.55, "told in a sentence")
    if spot.line.tag in _LIST_TAGS and spot.rest <= 160 and spot.found.day and spot.found.year:
        return _Sense(DateKind.POST, _source(spot), 0.55, "amid the words of an entry")
    return _Sense(DateKind.PROSE, DateSource.PARAGRAPH, 0.3, "in running text")


def _sentence(spot: Spot) -> str:
    """The sentence that holds the date."""
    head = re.split(r"[。！？!?]|\.\s", spot.before)[-1]
    tail = re.split(r"[。！？!?]|\.\s", spot.after, maxsplit=1)[0]
    return f"{head} {tail}"


def _is_event(spot: Spot, page: Page) -> bool:
    """Whether an entry announces something that takes place on its day."""
    if spot.found.has_time or spot.found.until_day:
        return True
    section = page.heading_above(spot.line)[:40]
    return bool(words.EVENTS_SECTION.search(section) and spot.found.weekday is not None)


def _coming(spot: Spot, sense: _Sense) -> _Sense:
    """A day after the visit: an event to come, as sure as the entry or the words make it."""
    if sense.kind is DateKind.PROSE and not words.EVENTS_SECTION.search(_sentence(spot)):
        return sense
    return replace(sense, kind=DateKind.EVENT, confidence=min(sense.confidence, 0.8), note="still to come")


def _source(spot: Spot) -> DateSource:
    tag = spot.line.tag
    if tag in {"tr", "td", "th"}:
        return DateSource.TABLE_ROW
    if tag in {"dt", "dd"}:
        return DateSource.DEFINITION
    if tag in HEADINGS:
        return DateSource.HEADING
    return DateSource.LIST_ITEM if spot.shape is not Shape.MIDDLE else DateSource.PARAGRAPH


# --- the words and the link beside a date ---


def _title(spot: Spot, page: Page) -> str:
    """The words beside a date: of its line, else of the line that it belongs to."""
    if words.EVENT_BEFORE.search(spot.label) or words.POSTED_BEFORE.search(spot.label):
        text = ""  # a labelled date stands below what it is the date of
    elif spot.shape is Shape.ALONE and spot.line.tag in {"tr", "td", "th"}:
        text = spot.line.text.replace(spot.found.raw, "")
    else:
        text = spot.before + spot.after if spot.shape is not Shape.ALONE else ""
    text = _TIMES.sub(" ", text).strip(" |:：.,、。()[]-・·～~")
    if sum(c.isalpha() for c in text) < _SHORTEST_TITLE:
        text = page.heading_above(spot.line) if words.EVENT_BEFORE.search(spot.label) else _neighbour(spot.line, page)
    return " ".join(text.split())[:_TITLE]


def _neighbour(line: Line, page: Page) -> str:
    """The text of the line that a date alone in its line belongs to: a heading before a paragraph, its own block first."""
    after = page.lines[line.index + 1] if line.index + 1 < len(page.lines) else None
    before = page.lines[line.index - 1] if line.index else None
    near = [n for n in (after, before) if n and n.region is line.region and len(n.text) > 2 and not _is_date(n.text)]
    near.sort(key=lambda n: (n.tag not in HEADINGS, n.container != line.container))
    return near[0].text if near else page.heading_above(line) or page.title


def _is_date(text: str) -> bool:
    return len(text) < 30 and bool(re.match(r"^\W*(?:令和|平成|[12][09])", text))


def _link(spot: Spot, page: Page) -> str:
    """Where the item leads: the first link of its line, else of the line after it; documents too."""
    for at in (spot.line.index, spot.line.index + 1):
        if at < len(page.lines):
            for link in page.lines[at].links:
                if link.url != page.url:
                    return link.url
    return ""


# --- other witnesses ---


def _of_times(page: Page, today: date) -> list[DatedItem]:
    """The <time> elements whose attribute says more than their words do."""
    found: list[DatedItem] = []
    for line in page.lines:
        for time in line.times:
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
    if any(e.on == on for e in shown) or any(e.on and e.day for e in shown):
        return None  # the words say it already, and where they differ the words are what the reader sees
    title = line.text.replace(text, "").strip() or _neighbour(line, page)
    kind = DateKind.EVENT if on > today else DateKind.POST
    if is_sample(title):
        kind = DateKind.MACHINE
    link = next((link.url for link in line.links), "")
    return DatedItem(
        url=page.url, on=on, precision=Precision.DAY, kind=kind, source=DateSource.TIME_ELEMENT,
        raw=(text or attribute)[:_RAW], title=" ".join(title.split())[:_TITLE], link=link, confidence=0.85,
    )  # fmt: skip


def _of_addresses(page: Page, today: date) -> list[DatedItem]:
    """Days in the addresses of the page's links, for lists that show no dates."""
    found: list[DatedItem] = []
    for link in page.links:
        if link.tag != "a" or not link.text or not same_site(link.url, page.url) or link.region is Region.FOOTER:
            continue
        read_from = from_url(link.url, today=today)
        if read_from is None or read_from.on is None or read_from.on > today or read_from.precision is Precision.YEAR:
            continue
        sure = 0.55 if read_from.precision is Precision.DAY else 0.45
        if _PDF.search(link.url):
            sure -= 0.05
        found.append(
            DatedItem(
                url=page.url, on=read_from.on, precision=read_from.precision, kind=DateKind.POST,
                source=DateSource.URL_PATH, raw=read_from.raw[:_RAW], title=link.text[:_TITLE], link=link.url,
                confidence=sure,
            )
        )  # fmt: skip
    return found


# --- what items mean together ---


def posts(items: Iterable[DatedItem], *, today: date, floor: float) -> tuple[DatedItem, ...]:
    """What may be the latest post: items published by `today`, newest first.

    An event counts with its last day once that is over. Items of sentences and addresses count only where there is no
    list, or where one ends long ago and they are recent: a list is the organisation's own account of its news.
    """
    over = [o for i in items if i.kind in _PUBLISHED and i.confidence >= floor and (o := _over(i, today)) is not None]
    believed = _believed(over, today)
    strong = [i for i in believed if i.confidence >= _STRONG]
    newest = max((i.on for i in strong), default=None)
    window = today - _QUIET_LIST
    if newest is None:
        chosen = believed
    elif newest < window:
        chosen = [*strong, *(i for i in believed if i.confidence < _STRONG and i.on >= window)]
    else:
        chosen = strong
    return tuple(sorted(chosen, key=lambda i: (i.on, i.confidence), reverse=True))


def _believed(items: Sequence[DatedItem], today: date) -> list[DatedItem]:
    """The items without those whose year had to be inferred where the written years tell of another time.

    A page of 2014 that says 7/26(日) has no year to tell; its neighbours do. On a site that fell silent years ago
    every yearless date is of that time, and which year exactly nobody knows.
    """
    written = max((i.on for i in items if i.note != _INFERRED), default=None)
    if written is None:
        return list(items)
    latest = written + _INFERRED_AHEAD if today - written <= _QUIET_LIST else date.min
    return [i for i in items if i.note != _INFERRED or i.on <= latest]


def _over(item: DatedItem, today: date) -> DatedItem | None:
    """The item as of its last day that is over; None when it is still to come or only a year."""
    if item.precision is Precision.YEAR or item.on > today:
        return None
    if item.until is not None and item.kind is DateKind.EVENT and item.on < item.until <= today:
        return replace(item, on=item.until)
    return item


def next_event(items: Iterable[DatedItem], *, today: date) -> DatedItem | None:
    """The next event still to come, None when none is announced."""
    coming = [
        i for i in items
        if i.kind is DateKind.EVENT and (i.until or i.on) > today and i.confidence >= 0.4 and i.precision is Precision.DAY
    ]  # fmt: skip
    return min(coming, key=lambda i: (max(i.on, today), -i.confidence), default=None)
