"""The links of a page that lead to other organisations, with the words at them, and its links to lists of such links."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from crawler.reading.page import Line, Link, Page
from crawler.scouting import Outlink
from crawler.urls import host, is_web, path_of, registrable_domain, same_site

_MOST_OF_A_DOMAIN = 3  # links to one domain from one page: a newspaper is named in every post
_LONGEST_LINE, _LONGEST_HEADING, _LONGEST_TEXT = 200, 100, 160
# Words of a link that leads to a list of other organisations, the surest first.
_LISTS = (
    (
        re.compile(
            r"リンク(?:集|ページ|一覧)|関[係連](?:機関|団体|組織|サイト|リンク)|(?:クラスター|拠点|地域|団体|機関)一覧"
            r"|^リンク$|\blinks?\b|related (?:sites|links|organi[sz]ations)|\bclusters\b|cluster (?:list|map|organi[sz]ations)",
            re.IGNORECASE,
        ),
        1.0,
    ),
    (
        re.compile(
            r"(?:会員|参加|参画|構成|連携|協力|支援)(?:(?:機関|企業|団体|者)(?:一覧|名簿|紹介)?|一覧|名簿|紹介)|連携(?:機関|団体|先)|参画機関"
            r"|パートナー|\b(?:our )?(?:partners?|members?|network|membership)\b",
            re.IGNORECASE,
        ),
        0.7,
    ),
)
_LIST_PATHS = re.compile(
    r"/(?:links?|rinku|kanren|related|partners?|members?|clusters?|network)(?:[/.]|$)", re.IGNORECASE
)
_MORE = re.compile(r"^(?:次へ?|次の(?:ページ|\d+件)|next(?: page)?|[›»>]|2|3)$", re.IGNORECASE)
_LONGEST_LABEL = 30  # characters: a longer link is a headline


def outlinks(page: Page) -> tuple[Outlink, ...]:
    """The links to other registrable domains in the order of the page, a few of each domain."""
    found: list[Outlink] = []
    seen: set[str] = set()
    counts: dict[str, int] = {}
    for line, link in _with_lines(page):
        domain = registrable_domain(link.url)
        if not domain or not is_web(link.url) or same_site(link.url, page.url) or link.url in seen:
            continue
        seen.add(link.url)
        counts[domain] = counts.get(domain, 0) + 1
        if counts[domain] <= _MOST_OF_A_DOMAIN:
            found.append(_outlink(page, line, link))
    return tuple(found)


def _with_lines(page: Page) -> Iterator[tuple[Line | None, Link]]:
    """Every link that a reader may follow, with the line it stands in where it stands in one."""
    in_lines: set[str] = set()
    for line in page.lines:
        for link in line.links:
            in_lines.add(link.url)
            yield line, link
    for link in page.links:
        if link.tag in {"a", "area"} and link.url not in in_lines:
            yield None, link


def _outlink(page: Page, line: Line | None, link: Link) -> Outlink:
    return Outlink(
        url=link.url,
        text=_tidy(link.text or link.title)[:_LONGEST_TEXT],
        line=_tidy(line.text)[:_LONGEST_LINE] if line else "",
        heading=_tidy(page.heading_above(line))[:_LONGEST_HEADING] if line else "",
    )


def _tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def link_lists(page: Page, *, pages_on: bool = False) -> tuple[tuple[str, float], ...]:
    """The site's own pages that may list other organisations, each with how surely; `pages_on`: also a list's next page."""
    found: dict[str, float] = {}
    for link in page.links:
        if link.tag not in {"a", "area"} or host(link.url) != host(page.url) or link.url == page.url:
            continue
        promise = _promise(link, pages_on=pages_on)
        if promise > found.get(link.url, 0.0):
            found[link.url] = promise
    return tuple(sorted(found.items(), key=lambda pair: -pair[1]))


def _promise(link: Link, *, pages_on: bool) -> float:
    label = _tidy(link.text or link.title)
    if len(label) <= _LONGEST_LABEL:
        for words, promise in _LISTS:
            if words.search(label):
                return promise
        if pages_on and _MORE.fullmatch(label):
            return 0.8
    return 0.6 if _LIST_PATHS.search(path_of(link.url).partition("?")[0]) else 0.0
