"""Whole small websites from a text file, read as a visit reads them: the latest post of each.

A case begins with `== name = expected day, month or none`, or with `== name = expected, on = ISO day` for another day
than the usual one. What follows is its home page; `-- /path` begins another page of the site.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from crawler.model import DatedItem
from crawler.policy import Policy
from crawler.reading import dates, feeds, sitemaps
from crawler.reading.page import parse

TODAY = date(2026, 11, 25)
_HEAD = re.compile(r"== (?P<name>.+?) = (?P<expected>none|[0-9]{4}-[0-9]{2}-[0-9]{2})(?:, on = (?P<today>[0-9-]{10}))?")
_HOST = "http://a.example"


@dataclass(frozen=True, slots=True)
class Site:
    """One small website with the truth about it."""

    name: str
    pages: dict[str, str]  # source by path
    expected: str  # ISO day of the latest post, "none" where there is no post
    today: date

    def items(self) -> list[DatedItem]:
        """The dated items of all pages."""
        return [item for path, source in self.pages.items() for item in _items(path, source, self.today)]

    def latest(self) -> str:
        """The day of the latest post as an ISO day, "none" without one."""
        posts = dates.posts(self.items(), today=self.today, floor=Policy().post_confidence)
        return posts[0].on.isoformat() if posts else "none"


def _items(path: str, source: str, today: date) -> tuple[DatedItem, ...]:
    body, url = source.encode(), _HOST + path
    if sitemaps.looks_like_sitemap(body, ""):
        return ()  # its days only show a visit where to look
    if feeds.looks_like_feed(body, ""):
        return feeds.read_feed(body, url, utc_offset_h=9)
    return dates.read(parse(body, url), today=today, home_language="ja")


def sites(table: str) -> dict[str, Site]:
    """The cases of a file of `tests/data`, by name."""
    text = (Path(__file__).parent / "data" / table).read_text(encoding="utf-8")
    found = list(_sites(text))
    assert len({site.name for site in found}) == len(found), "two cases have one name"
    return {site.name: site for site in found}


def _sites(text: str) -> Iterator[Site]:
    for block in re.split(r"^(?=== )", text, flags=re.MULTILINE)[1:]:
        head, _, body = block.partition("\n")
        match = _HEAD.fullmatch(head.strip())
        assert match is not None, f"no head of a case: {head}"
        home, *others = re.split(r"^-- (/\S*)\n", body, flags=re.MULTILINE)
        pages = {"/": home, **dict(zip(others[::2], others[1::2], strict=True))}
        today = date.fromisoformat(match["today"]) if match["today"] else TODAY
        yield Site(name=match["name"], pages=pages, expected=match["expected"], today=today)
