"""What sitemaps say: the pages of a site with the day of their modification, and which of them are fresh."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from datetime import date, timedelta

from crawler.reading.encoding import decode
from crawler.reading.stamps import absolute, written_day
from crawler.reading.xml_entries import MAX_HEAD, MAX_TEXT, collected, head_of, root_of

_MAX_PAGES = 5_000
_SAME_BUILD_DAYS = 2
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|zip|jpe?g|png|gif|svg|webp|mp[34]|xml|txt|csv)$", re.IGNORECASE)


def looks_like_sitemap(body: bytes, content_type: str) -> bool:
    """Whether a body is a sitemap or a sitemap index, by its head."""
    return root_of(head_of(_unzipped(body[:MAX_HEAD])), content_type)[0] in {"urlset", "sitemapindex"}


def read_sitemap(body: bytes, url: str) -> tuple[tuple[tuple[str, date | None], ...], tuple[str, ...]]:
    """The pages of a sitemap with their day of modification, and the sitemaps it names. Never raises."""
    text = decode(_unzipped(body)[: 2 * MAX_TEXT]).text
    entries = collected(text, frozenset({"url", "sitemap"}), _MAX_PAGES).entries
    pages: dict[str, date | None] = {}
    nested: dict[str, None] = {}
    for entry in entries:
        address = absolute(url, entry.get("loc", ""))
        if address and entry[""] == "sitemap":
            nested[address] = None
        elif address:
            day = written_day(entry.get("lastmod", ""))
            pages.setdefault(address, day[0] if day else None)
    return tuple(pages.items()), tuple(nested)


def _unzipped(body: bytes) -> bytes:
    """A body that was stored compressed, as sitemaps often are, decompressed to a bounded size."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        return zlib.decompressobj(31).decompress(body, 2 * MAX_TEXT)
    except zlib.error:
        return b""


def fresh_pages(pages: tuple[tuple[str, date | None], ...], today: date, limit: int = 5) -> tuple[str, ...]:
    """The pages modified last, newest first; none when all were modified together: then a build is what is dated.

    So is a day on which a third of the pages was modified, and more than could be told apart.
    """
    dated = [
        (day, page)
        for page, day in pages
        if day is not None and day <= today + timedelta(days=1) and not _DOCUMENT.search(page)
    ]
    if not dated or max(dated)[0] - min(dated)[0] <= timedelta(days=_SAME_BUILD_DAYS):
        return ()
    pages_of = Counter(day for day, _ in dated)
    together = max(2 * limit, len(dated) // 3)
    newest = sorted((d for d in dated if pages_of[d[0]] <= together), key=lambda d: d[0], reverse=True)
    return tuple(page for _, page in newest[:limit])
