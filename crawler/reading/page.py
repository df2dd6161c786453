"""A web page, parsed once: its lines, links and metadata, for every reader to share.

A *line* is the visible text of one block (a list item, a table row, a heading, a paragraph, what
stands between two ``<br>``), as a reader sees it: white space collapsed, furigana, scripts and hidden
parts dropped. Readers work on lines, never on the tree; so the tree is walked once a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.reading.encoding import decode
from crawler.urls import join

# A page longer than this is read to here: an endless page must not become an endless parse.
MAX_TEXT = 2_000_000  # characters
MAX_LINES = 6_000
MAX_LINKS = 3_000
MAX_LINE = 2_000  # characters of one line


class Region(StrEnum):
    """The part of the page a line stands in."""

    MAIN = "main"
    HEADER = "header"
    NAV = "nav"
    FOOTER = "footer"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class Link:
    """One way off the page."""

    url: str  # absolute, without fragment
    text: str  # visible words, or the alt text of its pictures
    title: str = ""
    rel: str = ""
    hreflang: str = ""
    tag: str = "a"  # a, area, frame, iframe, link
    region: Region = Region.MAIN
    type: str = ""


@dataclass(frozen=True, slots=True)
class Time:
    """One ``<time>`` element."""

    datetime: str  # the attribute, "" when absent
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One block of visible text."""

    index: int
    text: str
    tag: str  # the block element: li, tr, dt, dd, h1..h6, p, div, ...
    region: Region
    container: int  # same number for lines of the same list, table or parent block
    heading: int  # index of the line that is the nearest heading above, -1 if none
    links: tuple[Link, ...] = ()
    times: tuple[Time, ...] = ()
    classes: str = ""  # class and id words of the block and its nearest parents, lower case
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """One parsed page."""

    url: str  # final URL
    title: str
    lang: str  # <html lang>, primary subtag, lower case; "" if absent
    charset: str  # the encoding it was decoded with
    lines: tuple[Line, ...]
    links: tuple[Link, ...]
    metas: tuple[tuple[str, str], ...]  # (name or property, content), lower-case names
    json_ld: tuple[str, ...]  # raw JSON text of each block
    scripts: tuple[str, ...]  # src of scripts, absolute
    inline_scripts: str  # text of inline scripts, capped
    refresh: str = ""  # target of a meta refresh or of a bare location script, absolute
    refresh_after_s: float = 0.0
    frames: tuple[str, ...] = ()  # src of frames, absolute
    n_images: int = 0
    html_head: str = ""  # the first characters of the source, for signatures in raw HTML
    declared_charset: str = ""
    damaged: float = 0.0  # share of U+FFFD in the decoded text
    _memo: dict[str, object] = field(default_factory=dict, compare=False, repr=False)

    def text(self, *regions: Region) -> str:
        """The visible text of the given regions (all when none is given), one line a block."""
        wanted = set(regions) or set(Region)
        return "\n".join(line.text for line in self.lines if line.region in wanted)

    def meta(self, *names: str) -> str:
        """The content of the first of these meta names that is present, or ""."""
        for name in names:
            for key, content in self.metas:
                if key == name and content:
                    return content
        return ""

    def heading_above(self, line: Line) -> str:
        """The words of the nearest heading above a line, or ""."""
        return self.lines[line.heading].text if line.heading >= 0 else ""

    @property
    def text_digest(self) -> str:
        """A digest of what a reader sees in the main part: equal means unchanged."""
        return blake2b(self.text(Region.MAIN).encode("utf-8", "replace"), digest_size=12).hexdigest()
