"""What a date is the date of, by the words beside it and by how it stands on the page, and how sure that is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from crawler.model import DateKind, DateSource, Precision
from crawler.reading import date_words as words
from crawler.reading.date_labels import before, behind
from crawler.reading.date_places import Shape, Spot
from crawler.reading.date_titles import neighbour
from crawler.reading.date_values import Form
from crawler.reading.date_years import CELL
from crawler.reading.not_posts import Place, by_others, of_record
from crawler.reading.page import Page, Region
from crawler.reading.stamps import is_sample
from crawler.reading.values import HEADINGS

_LIST_TAGS = frozenset({"li", "dt", "dd", "tr", "td", "th"})
_LONG_AGO = timedelta(days=3 * 365)  # a founding that is told longer after it is history, not news
_SAMPLE_READ = 200  # characters of the text below a date that may tell a sample post
_SECONDS = re.compile(r"[0-2]?[0-9]:[0-5][0-9]:[0-5][0-9]")
SAMPLE = "a sample post of a theme"
PUBLISHED = frozenset({DateKind.POST, DateKind.REPORT, DateKind.EVENT})


@dataclass(frozen=True, slots=True)
class Sense:
    """What a date is the date of."""

    kind: DateKind
    source: DateSource
    confidence: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """What the readers of one page's dates share."""

    page: Page
    today: date
    counts: dict[tuple[object, ...], int]
    newest_full: date | None  # newest past day on the page that is written with its year
    history: bool  # the whole page is one of history or rules
    old_copyright: bool  # no date is written with its year, and the copyright ended years ago
    stamped: int  # dates on the page that are called days of an update
    others: frozenset[int]  # containers of lists of other organisations' news
    leaving: frozenset[tuple[object, ...]]  # lists whose entries all lead to other sites, by `Spot.group`
    heads: dict[int, str]  # the first row of each table, by container


def sense_of(spot: Spot, on: date, last: date, title: str, around: Around) -> Sense:
    """What a date is the date of, by the words beside it, then by how it stands; `title` is that of its item."""
    told = _told(spot, on, around)
    if told is not None:
        return told
    by_place = _by_place(spot, title, around)
    if last > around.today and by_place.kind in PUBLISHED | {DateKind.PROSE}:
        return _coming(spot, by_place)
    return by_place


def _told(spot: Spot, on: date, around: Around) -> Sense | None:
    """What the words right beside a date say that it is, or where it stands; None when nothing says it."""
    return _nobodys(spot, around) or _no_news(spot, on, around) or _labelled(spot, on, around)


def _nobodys(spot: Spot, around: Around) -> Sense | None:
    """A date that a machine or somebody else wrote."""
    if before(spot.label).machine or (spot.found.form is Form.YEAR and words.COPYRIGHT.search(spot.text)):
        return Sense(DateKind.MACHINE, DateSource.STAMP, 0.2, "written by a build, a script or a copyright line")
    if _is_others(spot, around):
        return Sense(DateKind.MACHINE, DateSource.PARAGRAPH, 0.2, "in a comment, a calendar or another's feed")
    place = Place(around.page, around.today, _first_row(spot, around), around.counts.get(spot.group, 1))
    if note := by_others(spot, place):
        return Sense(DateKind.MACHINE, DateSource.PARAGRAPH, 0.2, note)
    note = of_record(spot, place)
    return Sense(DateKind.PROSE, DateSource.PARAGRAPH, 0.3, note) if note else None


def _no_news(spot: Spot, on: date, around: Around) -> Sense | None:
    """A date of a deadline, of history, of a figure or of a rule."""
    label, after = before(spot.label), behind(spot.after)
    head = _head_of(spot, around)
    if label.deadline or after.deadline or (head and words.DEADLINE_COLUMN.search(head)):
        return Sense(DateKind.PROSE, DateSource.PARAGRAPH, 0.2, "a deadline")
    if label.history or after.history:
        return Sense(DateKind.PROSE, DateSource.PARAGRAPH, 0.3, "history")
    if label.as_of or after.as_of:
        # Somebody counted the members on that day and wrote it down: the page was looked after then.
        return replace(_stamp(on, around.today), note="the day that a figure is of")
    if after.lapse:
        return Sense(DateKind.PROSE, DateSource.PARAGRAPH, 0.3, "the day that a rule counts from")
    return None


def _labelled(spot: Spot, on: date, around: Around) -> Sense | None:
    """A date that a label or an element calls that of an update, of a post or of an event."""
    label, today = before(spot.label), around.today
    if any(time.updated and spot.found.raw in time.text for time in spot.line.times):
        return _stamp(on, today)
    if is_stamped(spot):
        return _updated(spot, on, around)
    if label.posted and on <= today and spot.line.region is not Region.FOOTER:
        return Sense(DateKind.POST, DateSource.STAMP, 0.9)
    if label.event or behind(spot.after).event:
        # A month in which something was held is told in passing more often than as news.
        return Sense(DateKind.EVENT, _source(spot), 0.85 if spot.found.day else 0.5)
    return None


def _is_others(spot: Spot, around: Around) -> bool:
    """Whether a date stands among comments, in a calendar, or in another organisation's news."""
    if spot.line.container in around.others or words.CALENDAR.match(spot.line.text[:60]):
        return True
    return _are_others(spot.line.classes)


@lru_cache(maxsize=512)  # the lines of a list have the same
def _are_others(classes: str) -> bool:
    return any(words.OTHERS_CLASS.fullmatch(token) for token in classes.split())


def _first_row(spot: Spot, around: Around) -> str:
    """The first row of the table that a date stands in, "" outside of tables and in that row."""
    row = around.heads.get(spot.line.container, "")
    return "" if spot.line.tag != "tr" or not row or spot.line.text.startswith(row) else row


def _head_of(spot: Spot, around: Around) -> str:
    """The heading of the column that a date stands in, "" outside of tables and in a table's first row."""
    row = _first_row(spot, around)
    if not row:
        return ""
    column = spot.line.text[: max(0, spot.line.text.find(spot.found.raw))].count(CELL)
    heads, cells = row.split(CELL), spot.line.text.split(CELL)
    return heads[column] if len(heads) == len(cells) else row if len(heads) == 1 else ""


def is_stamped(spot: Spot) -> bool:
    """Whether the words beside a date call it the day of an update."""
    return before(spot.label).updated or (spot.shape is Shape.ALONE and behind(spot.after).updated)


def _updated(spot: Spot, on: date, around: Around) -> Sense | None:
    """A stamp of the page; in a list of entries that each carry one it is the entry's date."""
    listed = around.stamped > 1 and around.counts.get(spot.group, 1) > 1 and spot.line.region is not Region.FOOTER
    if not listed or len(spot.text) != len(spot.line.text):
        return _stamp(on, around.today)
    return None if spot.shape is Shape.ALONE else Sense(DateKind.POST, _source(spot), 0.7)


def _stamp(on: date, today: date) -> Sense:
    """A "last updated" stamp. One of the day of the visit may be a script's."""
    confidence = 0.4 if on >= today else 0.7
    return Sense(DateKind.UPDATED, DateSource.STAMP, confidence)


def _by_place(spot: Spot, title: str, around: Around) -> Sense:
    """What a date is by how it stands on the page."""
    if spot.found.form is Form.YEAR:
        return Sense(DateKind.PROSE, DateSource.PARAGRAPH, 0.2, "a year alone")
    if not spot.found.year and not spot.found.day and spot.under.year is None:
        return Sense(DateKind.PROSE, DateSource.PARAGRAPH, 0.2, "a month of any year")
    if spot.line.region is Region.FOOTER:
        return Sense(DateKind.PROSE, DateSource.PARAGRAPH, 0.3, "in the footer")
    if _is_sample(spot, title, around.page):
        return Sense(DateKind.MACHINE, _source(spot), 0.2, SAMPLE)
    if spot.shape is Shape.MIDDLE:
        return _in_sentence(spot, around.today)
    if around.history or words.HISTORY_SECTION.search(around.page.heading_above(spot.line)[:40]):
        return Sense(DateKind.PROSE, _source(spot), 0.3, "on a page of history")
    if words.HISTORY_COLUMN.search(_head_of(spot, around)):
        return Sense(DateKind.PROSE, _source(spot), 0.3, "in a table of members or of history")
    if words.CITATION.search(spot.before):
        return Sense(DateKind.PROSE, _source(spot), 0.3, "of a paper")
    is_event = _is_event(spot, around.page)
    if is_event and before(spot.label).no_event:
        return Sense(DateKind.PROSE, DateSource.PARAGRAPH, 0.2, "hours, a term or a validity")
    kind = DateKind.EVENT if is_event else DateKind.POST
    return Sense(kind, _source(spot), _place_confidence(spot, title, around))


# Of a list whose entries all lead to other sites, or a column that dates something else than posts: believed where no
# list speaks. When they counted like any list, days of ministries, fairs and certificates were taken for the newest news
# of 8 % of the made-up websites (docs/accuracy.md). At 0.5 and below, organisations that write elsewhere fall silent.
_OTHERS_PERHAPS = 0.6


def _place_confidence(spot: Spot, title: str, around: Around) -> float:
    """How sure a date at the edge of its line is a post's, by its list and by where on the page that stands."""
    confidence = _list_confidence(spot, around)
    if not spot.found.year and words.PLANNED.search(
        f"{around.page.title[:60]} {around.page.heading_above(spot.line)[:40]}"
    ):
        confidence = min(confidence, 0.45)  # of a plan without years nobody knows the year, nor what came of it
    if words.ONLY_PLANNED.search(spot.text) or words.ONLY_PLANNED.search(title):
        confidence = min(confidence, 0.6)
    if spot.group in around.leaving or words.OTHER_COLUMN.match(_head_of(spot, around)):
        confidence = min(confidence, _OTHERS_PERHAPS)
    if spot.line.region is Region.NAV:
        confidence -= 0.25
    elif spot.line.region is not Region.MAIN:
        confidence -= 0.05
    return confidence


def _is_sample(spot: Spot, title: str, page: Page) -> bool:
    """Whether a post came with a theme: its title or the text beside it says so."""
    told = [title, page.heading_above(spot.line), neighbour(spot.line, page)]
    below = page.lines[spot.line.index + 1 : spot.line.index + 2]
    told += [line.text[:_SAMPLE_READ] for line in below if line.tag not in HEADINGS]
    return any(is_sample(text) for text in told if text)


def _list_confidence(spot: Spot, around: Around) -> float:
    """How sure a date at the edge of its line is a post's: by how many stand alike, and by the make of its line."""
    alike = around.counts.get(spot.group, 1)
    tag = spot.line.tag
    by_number = 0.92 if alike >= 3 else 0.85 if alike == 2 else 0.7 if tag in _LIST_TAGS | HEADINGS else 0.62
    if spot.found.precision is Precision.MONTH:
        # A month alone in a heading or behind a name tells when something was written or held, seldom that it is news.
        alone = spot.shape is Shape.ALONE and tag in HEADINGS
        listed = alike >= 2 and (tag in _LIST_TAGS or spot.shape is Shape.LEAD or alone)
        by_number = 0.65 if listed else 0.45
    if spot.rest > 260:
        by_number -= 0.15
    if spot.shape is Shape.TRAIL and alike < 2 and not _is_enclosed(spot):
        # A comma before it makes it a part of what is said: (甲工業 社長、2019年5月12日).
        by_number -= 0.2 if spot.before.rstrip().endswith("、") else 0.1
    if spot.n_in_cell > 2:
        by_number -= 0.15
    return by_number


def _is_enclosed(spot: Spot) -> bool:
    """Whether a date stands in brackets: the usual form of a date behind a title."""
    return spot.before.rstrip()[-1:] in {"(", "[", "<"} and spot.after.lstrip()[:1] in {")", "]", ">", ""}


def _in_sentence(spot: Spot, today: date) -> Sense:
    """A date amid words: a deed that is told may be news; anything else is no post."""
    sentence = _sentence(spot)
    dated = spot.found.day and (spot.found.year or spot.found.weekday is not None)
    long_ago = spot.found.on is not None and today - spot.found.on > _LONG_AGO
    if long_ago and words.FOUNDED.search(sentence):
        return Sense(DateKind.PROSE, DateSource.PARAGRAPH, 0.3, "history")
    if dated and words.HAPPENED.search(sentence):
        return Sense(DateKind.REPORT, DateSource.PARAGRAPH, 0.55, "told in a sentence")
    if spot.line.tag in _LIST_TAGS and spot.rest <= 160 and spot.found.day and spot.found.year:
        return Sense(DateKind.POST, _source(spot), 0.55, "amid the words of an entry")
    return Sense(DateKind.PROSE, DateSource.PARAGRAPH, 0.3, "in running text")


def _sentence(spot: Spot) -> str:
    """The sentence that holds the date."""
    head = re.split(r"[。！？!?]|\.\s", spot.before)[-1]
    tail = re.split(r"[。！？!?]|\.\s", spot.after, maxsplit=1)[0]
    return f"{head} {tail}"


def _is_event(spot: Spot, page: Page) -> bool:
    """Whether an entry announces something that takes place on its day."""
    if spot.found.until_day or (spot.found.has_time and not _SECONDS.search(spot.after[:24])):
        return True  # a time with seconds is that of a machine, when something was posted
    section = page.heading_above(spot.line)[:40]
    return bool(words.EVENTS_SECTION.search(section) and spot.found.weekday is not None)


def _coming(spot: Spot, sense: Sense) -> Sense:
    """A day after the visit: an event to come, as sure as the entry or the words make it."""
    if sense.kind is DateKind.PROSE and not words.EVENTS_SECTION.search(_sentence(spot)):
        return sense
    if words.NO_EVENT.search(spot.text):
        return Sense(DateKind.PROSE, DateSource.PARAGRAPH, 0.2, "hours, a term or a validity")
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
