"""The words beside a date, and where they lead: what an item is called."""

from __future__ import annotations

import re
from itertools import islice

from crawler.reading.date_labels import before
from crawler.reading.date_places import Shape, Spot
from crawler.reading.page import Line, Page
from crawler.reading.values import HEADINGS

MAX_TITLE = 160  # characters
_SHORTEST_TITLE = 3  # letters
_LETTER = re.compile(r"[^\W\d_]")
_TIMES = re.compile(
    r"[0-9](?:(?<=[0-2])[0-9])?(?::[0-5][0-9]\s?(?:[~～–-]\s?(?:[0-2]?[0-9]:[0-5][0-9])?)?|時(?:[0-5][0-9]分)?)"
)


def title_of(spot: Spot, page: Page) -> str:
    """The words beside a date: of its line, else of the line that it belongs to."""
    label = before(spot.label)
    if label.event or label.posted:
        text = ""  # a labelled date stands below what it is the date of
    elif spot.shape is Shape.ALONE and spot.line.tag in {"tr", "td", "th"}:
        text = spot.line.text.replace(spot.found.raw, "")
    else:
        text = spot.before + spot.after if spot.shape is not Shape.ALONE else ""
    text = _TIMES.sub(" ", text).strip(" |:：.,、。()[]-・·～~")
    if not _is_title(text):
        text = page.heading_above(spot.line) if label.event else neighbour(spot.line, page)
    return " ".join(text.split())[:MAX_TITLE]


def _is_title(text: str) -> bool:
    """Whether a text has the letters of a title; a line of many dates is asked for each of them, so no more are counted."""
    return sum(1 for _ in islice(_LETTER.finditer(text), _SHORTEST_TITLE)) == _SHORTEST_TITLE


def neighbour(line: Line, page: Page) -> str:
    """The text of the line that a date alone in its line belongs to: a heading before a paragraph, its own block first."""
    after = page.lines[line.index + 1] if line.index + 1 < len(page.lines) else None
    before = page.lines[line.index - 1] if line.index else None
    near = [n for n in (after, before) if n and n.region is line.region and len(n.text) > 2 and not _is_date(n.text)]
    near.sort(key=lambda n: (n.tag not in HEADINGS, n.container != line.container))
    return near[0].text if near else page.heading_above(line) or page.title


def _is_date(text: str) -> bool:
    return len(text) < 30 and bool(re.match(r"^\W*(?:令和|平成|[12][09])", text))


def link_of(spot: Spot, page: Page) -> str:
    """Where the item leads: the first link of its line, else of the line after it; documents too."""
    for at in (spot.line.index, spot.line.index + 1):
        if at < len(page.lines):
            for link in page.lines[at].links:
                if link.url != page.url:
                    return link.url
    return ""
