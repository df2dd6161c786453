"""Documents that are no pages: feeds, sitemaps, and the data that a page's script loads. What they say, where they lead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from crawler.frontier import Candidate
from crawler.model import PageKind, PageReading, Role
from crawler.reading import english, feeds, sitemaps, structured
from spiders import confirming
from spiders.answer import Answer, is_data
from spiders.territory import Territory

# Looked at only while nothing recent was found: its days show where to look, never that something was posted.
SITEMAP_PROMISE = 0.46
_MAX_NESTED_SITEMAPS = 2


def is_sitemap(answer: Answer) -> bool:
    """Whether an answer is a sitemap."""
    return sitemaps.looks_like_sitemap(answer.body, answer.fetch.content_type)


def is_feed(answer: Answer, step: Candidate) -> bool:
    """Whether an answer is a feed, or was asked for as one."""
    return step.role is Role.FEED or feeds.looks_like_feed(answer.body, answer.fetch.content_type)


def feed(answer: Answer, url: str, step: Candidate, *, announced: bool, utc_offset_h: int) -> PageReading:
    """The reading of a feed. `announced`: it is called the feed of an English page."""
    items = feeds.read_feed(answer.body, url, utc_offset_h=utc_offset_h)
    language, dated = english.in_languages(items, url, announced=announced)
    return PageReading(
        url=url,
        role=step.role,
        kind=PageKind.FEED,
        dates=dated,
        language=language,
        said=confirming.said_by_feed(items),
    )


def listed(body: bytes, url: str, step: Candidate, today: date, territory: Territory) -> Iterator[Candidate]:
    """The pages that a sitemap calls newest, and the sitemaps it leads to. Its days only show where to look."""
    pages, nested = sitemaps.read_sitemap(body, url)
    depth = step.depth + 1
    for fresh in sitemaps.fresh_pages(pages, today):
        if territory.owns(fresh):
            yield Candidate(url=fresh, role=Role.POST, promise=0.52, depth=depth, why="newest page by the sitemap")
    for inner in nested[:_MAX_NESTED_SITEMAPS]:
        yield Candidate(url=inner, role=Role.SITEMAP, promise=SITEMAP_PROMISE, depth=depth, why="nested sitemap")


def data(url: str, body: bytes, content_type: str, today: date) -> PageReading | None:
    """The reading of a JSON document that a page's script loaded, None for any other document."""
    if not is_data(url, content_type):
        return None
    items = structured.read_data(body, url, today=today)
    language, dated = english.in_languages(items, url, announced=False)
    return PageReading(url=url, role=Role.OTHER, kind=PageKind.DATA, dates=dated, language=language)
