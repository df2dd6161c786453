"""The parts of a parsed page: lines, links, times and regions."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

# A page longer than this is read to here: an endless page must not become an endless parse.
MAX_TEXT = 2_000_000  # characters
MAX_LINES = 6_000
MAX_LINKS = 3_000
MAX_LINE = 2_000  # characters of one line
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})  # elements


class Region(StrEnum):
    """The part of the page a line stands in."""

    MAIN = "main"
    HEADER = "header"
    NAV = "nav"
    FOOTER = "footer"
    ASIDE = "aside"


class Link(NamedTuple):
    """One way off the page."""

    url: str  # absolute, without fragment
    text: str  # visible words, or the alt text of its pictures
    title: str = ""
    rel: str = ""
    hreflang: str = ""
    tag: str = "a"  # a, area, frame, iframe, link
    region: Region = Region.MAIN
    type: str = ""


class Time(NamedTuple):
    """One ``<time>`` element."""

    datetime: str  # the attribute, "" when absent
    text: str
    updated: bool = False  # its class says that it is the day of the last change


class Line(NamedTuple):
    """One block of visible text."""

    index: int  # type: ignore[assignment]  # of the line; nobody looks for one in a line
    text: str
    tag: str  # the block element: li, tr, dt, dd, h1..h6, p, div, ...
    region: Region
    container: int  # same number for lines of the same list, table or parent block
    heading: int  # index of the line that is the nearest heading above, -1 if none
    links: tuple[Link, ...] = ()
    times: tuple[Time, ...] = ()
    classes: str = ""  # class and id words of the block and its nearest parents, lower case
    depth: int = 0
    marks: str = ""  # class and itemprop words of inline elements in it that hold a day, lower case
