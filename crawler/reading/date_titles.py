"""The words beside a date, and where they lead: what an item is called."""

from __future__ import annotations

import re
from itertools import islice, takewhile

from crawler.reading import date_words as words
from crawler.reading.date_labels import before
from crawler.reading.date_places import Shape, Spot
from crawler.reading.page import Line, Page
from crawler.reading.typed_days import DATED
from crawler.reading.values import HEADINGS
from crawler.reading.year_context import LIST_WORDS

MAX_TITLE = 160  # characters
_FAR = 40  # lines below a heading in which a list shows its second date
# Of the heading of a list, and of the kind of an item, nothing else is left: 最新ニュース&トピックス, Media coverage.
_OF_LIST = re.compile(
    rf"(?>[\W\d_]++|{LIST_WORDS.pattern}|最新|情報|の|リリース|インフォメーション|メディア|掲載|報道|募集|受賞|その他|重要"
    r"|latest|recent|all|and|of|media|coverage|awards?|notices?|announcements?|others?|features?|presse)*+",
    re.IGNORECASE,
)
_CELLS = frozenset({"tr", "td", "th"})
_LABELS = (words.EVENT_BEFORE, words.POSTED_BEFORE, words.UPDATED_BEFORE)
_LABEL = re.compile("|".join([label.pattern for label in _LABELS]), re.IGNORECASE)
_SHORTEST_TITLE = 3  # letters
_LETTER = re.compile(r"[^\W\d_]")
_JOINTS = " |:：.,、。-・·～~"  # between a date and the words beside it
_BRACKETS = "()[]"
_BRACKET = re.compile(r"[()\[\]]")
_EMPTY = re.compile(r"\([^\w()\[\]]*\)|\[[^\w()\[\]]*\]")  # what held nothing but the date, or its time
_GAPS = re.compile(r"…(?:\s?…)+")
_DATE = re.compile(r"\W*(?:令和|平成|[12][09])")
_TIMES = re.compile(
    r"[0-9](?:(?<=[0-2])[0-9])?(?::[0-5][0-9]\s?(?:[~～–-]\s?(?:[0-2]?[0-9]:[0-5][0-9])?)?|時(?:[0-5][0-9]分)?)"
)


def title_of(spot: Spot, page: Page) -> str:
    """The words beside a date: of its line, else of the line that it belongs to."""
    label = before(spot.label)
    # A labelled date stands below what it is the date of.
    text = "" if label.event or label.posted else trimmed(_beside(spot))
    if not _is_title(text):
        own = _own(spot)
        if label.event:
            text = page.heading_above(spot.line) or own
        else:
            text = (own and _undated(spot.line, page)) or own or neighbour(spot.line, page)
    return " ".join(text.split())[:MAX_TITLE]


def _beside(spot: Spot) -> str:
    """The words that a date shares its line or its cell with."""
    if spot.shape is Shape.MIDDLE:
        # A sentence that lacks something says so; without times, too, as a clock is known by its equal words.
        return _GAPS.sub("…", _TIMES.sub("…", f"{spot.before}…{spot.after}"))
    if spot.shape is not Shape.ALONE:
        return _TIMES.sub(" ", spot.before + spot.after)
    return _TIMES.sub(" ", spot.line.text.replace(spot.found.raw, "")) if spot.line.tag in _CELLS else ""


def _own(spot: Spot) -> str:
    """The few words before a date that has no others, where they are more than its label: 会報を発行 (2026.08.01)."""
    text = trimmed(spot.before)
    return text if _is_title(_LABEL.sub("", text)) else ""


def trimmed(text: str) -> str:
    """Words without what joined them to a date. A bracket at either end stays where the other one of its pair does."""
    text = text.strip(_JOINTS)
    if not _BRACKET.search(text):
        return text
    text = _EMPTY.sub(" ", text).strip(_JOINTS)
    other = _pairs(text)
    start, end = 0, len(text)
    while start < end:
        if text[start] in _BRACKETS and other.get(start) == end - 1:  # all of it stands in brackets
            start, end = start + 1, end - 1
        elif text[start] in _JOINTS or (text[start] in _BRACKETS and start not in other):
            start += 1
        elif text[end - 1] in _JOINTS or (text[end - 1] in _BRACKETS and end - 1 not in other):
            end -= 1
        else:
            break
    return text[start:end]


def _pairs(text: str) -> dict[int, int]:
    """For every bracket that has one, where the other one of its pair stands."""
    other: dict[int, int] = {}
    opened: dict[str, list[int]] = {"(": [], "[": []}
    for match in _BRACKET.finditer(text):
        if match[0] in opened:
            opened[match[0]].append(match.start())
        elif waiting := opened["(" if match[0] == ")" else "["]:
            begun = waiting.pop()
            other[begun], other[match.start()] = match.start(), begun
    return other


def _is_title(text: str) -> bool:
    """Whether a text has the letters of a title; a line of many dates is asked for each of them, so no more are counted."""
    return sum(1 for _ in islice(_LETTER.finditer(text), _SHORTEST_TITLE)) == _SHORTEST_TITLE


def neighbour(line: Line, page: Page) -> str:
    """The text of the line that a date alone in its line belongs to: a heading before a paragraph, its own block first."""
    near = _near(line, page)
    return near[0].text if near else page.heading_above(line) or page.title


def _undated(line: Line, page: Page) -> str:
    """The same, of headings and of lines that are no items with a date of their own; "" for none."""
    near = _near(line, page)
    return next((n.text for n in near if n.tag in HEADINGS or not DATED.search(n.text)), "")


def _near(line: Line, page: Page) -> list[Line]:
    """The lines right beside one that may be what a date is the date of, the likelier first."""
    after = page.lines[line.index + 1] if line.index + 1 < len(page.lines) else None
    before = page.lines[line.index - 1] if line.index else None
    near = [n for n in (after, before) if n and n.region is line.region and len(n.text) > 2 and not _is_date(n.text)]
    if len(near) < 2:
        return near
    of_list = before is not None and before.tag in HEADINGS and _heads_list(before, line, page)
    near.sort(
        key=lambda n: (
            _is_of_list(n.text),
            n.tag not in HEADINGS or (of_list and n is before),
            n.container != line.container,
        )
    )
    return near


def _heads_list(heading: Line, line: Line, page: Page) -> bool:
    """Whether a heading right above a date is that of a list whose first item the date begins, and not of an item."""
    if line.tag == "dt" or _is_of_list(heading.text):
        return True
    if heading.tag == "h1":  # of the page: below it, other days are those of its text
        return False
    below = takewhile(lambda n: n.tag not in HEADINGS, page.lines[line.index + 1 : line.index + _FAR])
    return any(n.tag == line.tag and _is_date(n.text) for n in below)


def _is_of_list(text: str) -> bool:
    """Whether words are no more than those of the heading of a list, or of the kind of an item."""
    return _OF_LIST.fullmatch(text) is not None


def _is_date(text: str) -> bool:
    return len(text) < 30 and _DATE.match(text) is not None


def link_of(spot: Spot, page: Page) -> str:
    """Where the item leads: the first link of its line, else of the line after it; documents too."""
    for at in (spot.line.index, spot.line.index + 1):
        if at < len(page.lines):
            for link in page.lines[at].links:
                if link.url != page.url:
                    return link.url
    return ""
