"""A web page, parsed once: its lines, links and metadata, for every reader to share.

A *line* is the visible text of one block (a list item, a table row, a heading, a paragraph, what
stands between two ``<br>``), as a reader sees it: white space collapsed, furigana, scripts and hidden
parts dropped. Readers work on lines, never on the tree; so the tree is walked once a page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TypeVar, cast

from selectolax.lexbor import LexborHTMLParser

from crawler.reading.encoding import Decoded, decode
from crawler.reading.lines import lines_of
from crawler.reading.nesting import shallow
from crawler.reading.styles import UNREAD
from crawler.reading.values import MAX_TEXT, Line, Link, Region, Time
from crawler.reading.walk import Walk
from crawler.urls import join

__all__ = ["Line", "Link", "Page", "Region", "Time", "parse"]

_T = TypeVar("_T")
# Digits do not count: a counter or a clock on the page is no change of what it says.
_DIGITS = re.compile(r"\d\d*")  # one digit comes first: the search skips to it, which it does not for \d+
_REFRESH = re.compile(r"""^\s*(?P<s>[\d.]*)\s*[;,]?\s*(?:url\s*=\s*)?["']?(?P<url>[^"']*)""", re.IGNORECASE)
_LOCATION = re.compile(
    r"""(?:window\.|document\.|top\.|self\.)?location(?:\.href)?\s*=\s*["']([^"']{1,500})["']"""
    r"""|location\.(?:replace|assign)\(\s*["']([^"']{1,500})["']"""
)
_UNREAD = sorted(UNREAD)
_ALMOST_NO_TEXT = 200  # characters; a page with more is not only a redirect


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
    locale: str = ""  # <html lang> with its territory, lower case: en-gb
    _memo: dict[str, object] = field(default_factory=dict, compare=False, repr=False)

    def text(self, *regions: Region) -> str:
        """The visible text of the given regions (all when none is given), one line a block."""
        if not regions:
            return self.remembered("text", _text_of)
        return "\n".join([line.text for line in self.lines if line.region in regions])

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

    def remembered(self, what: str, make: Callable[[Page], _T]) -> _T:
        """What `make` gives of the page, made once however many readers ask for it; `what` names it among all readers."""
        if what not in self._memo:
            self._memo[what] = make(self)
        return cast("_T", self._memo[what])

    @property
    def text_digest(self) -> str:
        """A digest of what a reader sees in the main part: equal means unchanged."""
        words = _DIGITS.sub("0", self.text(Region.MAIN))
        return blake2b(words.encode("utf-8", "replace"), digest_size=12).hexdigest()


def _text_of(page: Page) -> str:
    return "\n".join([line.text for line in page.lines])


def parse(body: bytes, url: str, content_type: str = "", *, charset: str = "", likely: str = "") -> Page:
    """The page in a body, as found at `url`. Never raises, whatever the body holds."""
    decoded = decode(body, content_type, charset, likely)
    text = shallow(decoded.text[:MAX_TEXT])
    walk = Walk(base=url)
    if text.strip():
        walk = walk.over(_markup(text))
    lines = _with_main(lines_of(walk.open_lines), walk)
    return _page(url, decoded, text, walk, lines)


def _markup(source: str) -> str:
    """The markup of a page as the parser writes it, without what nobody reads."""
    tree = LexborHTMLParser(source)
    tree.strip_tags(_UNREAD)
    return tree.html or ""


def _with_main(lines: tuple[Line, ...], walk: Walk) -> tuple[Line, ...]:
    """The lines, all of them main text when nothing is marked as such; <noscript> when there is nothing else."""
    if not lines:
        lines = lines_of(Walk(base=walk.base).over(_markup("".join(walk.noscript))).open_lines) if walk.noscript else ()
    if any(line.region is Region.MAIN for line in lines):
        return lines
    return tuple(line._replace(region=Region.MAIN) for line in lines)


def _page(url: str, decoded: Decoded, text: str, walk: Walk, lines: tuple[Line, ...]) -> Page:
    inline = "\n".join(walk.inline)
    refresh, after_s = _refresh(walk, inline, lines)
    return Page(
        url=url,
        title=" ".join("".join(walk.title).split())[:300],
        lang=walk.lang.split("-")[0].split("_")[0],
        charset=decoded.charset,
        lines=lines,
        links=tuple(link.finished() for link in walk.links),
        metas=tuple(walk.metas[:200]),
        json_ld=tuple(walk.json_ld[:50]),
        scripts=tuple(s for s in walk.scripts[:200] if s),
        inline_scripts=inline,
        refresh=refresh,
        refresh_after_s=after_s,
        frames=tuple(walk.frames[:20]),
        n_images=walk.n_images,
        html_head=text[:4000],
        declared_charset=decoded.declared,
        damaged=decoded.damaged,
        locale=walk.lang.replace("_", "-"),
    )


def _refresh(walk: Walk, inline: str, lines: tuple[Line, ...]) -> tuple[str, float]:
    """Where the page wants to be left for, and after how many seconds; ("", 0) when it stays."""
    if walk.refresh:
        match = _REFRESH.match(walk.refresh)
        target = join(walk.base, match.group("url").strip()) if match and match.group("url").strip() else ""
        if match and target:
            return target, float(match.group("s").strip(".") or 0) if match.group("s").count(".") < 2 else 0.0
    if sum(len(line.text) for line in lines) < _ALMOST_NO_TEXT and "location" in inline:
        match = _LOCATION.search(inline)
        if match:
            return join(walk.base, match.group(1) or match.group(2) or ""), 0.0
    return "", 0.0
