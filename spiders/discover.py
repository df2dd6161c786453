"""Where a page leads: its links as candidates for the frontier, by promise. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from crawler.frontier import Candidate
from crawler.model import DatedItem, DateKind, Role
from crawler.reading import english
from crawler.reading.page import Link, Page, Region
from crawler.urls import host, is_web, path_of, registrable_domain
from spiders import vocabulary as words

FEED_TYPES = ("rss", "atom", "feed+json", "rdf")
# A link to a year that is over promises its newest item only if no newer page exists.
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)|(?:令和|R)\s?(\d{1,2})(?=年)|平成\s?(\d{1,2})(?=年)", re.IGNORECASE)
_TOO_LONG = 60  # characters; a link text longer than this is a headline, not the name of a section
_HEADLINE_PROMISE = 0.30
_POST_PROMISE = 0.42


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the page stands in the visit."""

    home: str  # the address that answered as home page
    domains: frozenset[str]  # registrable domains that are the cluster's own
    depth: int  # of the page itself
    role: Role
    today: date
    in_english: bool  # the page itself is English
    scope: str = "/"  # path below which pages are the cluster's, where it shares a host with others


def candidates(page: Page, items: Iterable[DatedItem], place: Place) -> tuple[Candidate, ...]:
    """Every own address that the page names and that could change the answer."""
    found = [*_must_follow(page, place), *_feeds(page, place), *_english(page, place), *_sections(page, place)]
    found += _posts(items, page, place)
    return tuple(c for c in found if is_web(c.url) and not words.NOT_PAGES.search(path_of(c.url)))


def _must_follow(page: Page, place: Place) -> Iterator[Candidate]:
    """Frames and refreshes: the page is nothing without them."""
    for frame in page.frames:
        if _own(frame, place):
            yield Candidate(url=frame, role=Role.FRAME, promise=1.0, depth=place.depth, why="frame")
    if page.refresh and _own(page.refresh, place):
        role = Role.ENGLISH if place.in_english else Role.HOME if place.depth == 0 else place.role
        yield Candidate(url=page.refresh, role=role, promise=1.0, depth=place.depth, why="refresh")


def _feeds(page: Page, place: Place) -> Iterator[Candidate]:
    for link in page.links:
        announced = link.tag == "link" and "alternate" in link.rel and any(t in link.type for t in FEED_TYPES)
        if announced and _own(link.url, place) and "comment" not in (link.url + link.title).lower():
            yield Candidate(url=link.url, role=Role.FEED, promise=0.88, depth=place.depth, why="announced feed")


def _english(page: Page, place: Place) -> Iterator[Candidate]:
    """Announced English versions, another host of the site's own naming included."""
    if place.in_english:
        return
    for link in english.links(page):
        strength = link.strength if _own(link.url, place) else link.strength * 0.7
        if strength >= 0.25 and link.is_english:
            yield Candidate(
                url=link.url, role=Role.ENGLISH, promise=min(0.95, strength), depth=place.depth, why="English version"
            )


def _sections(page: Page, place: Place) -> Iterator[Candidate]:
    for link in page.links:
        if link.tag == "link" or not _own(link.url, place) or words.TRAPS.search(link.url):
            continue
        promise, why = _promise(link, place)
        if promise > 0:
            yield Candidate(url=link.url, role=_role(why, place), promise=promise, depth=place.depth + 1, why=why)


def _role(why: str, place: Place) -> Role:
    if place.in_english:
        return Role.ENGLISH_NEWS if why in {"news", "blog", "events", "reports"} else Role.ENGLISH
    by_word = {"news": Role.NEWS, "blog": Role.NEWS, "events": Role.NEWS, "reports": Role.NEWS, "year": Role.ARCHIVE}
    return by_word.get(why, Role.OTHER)


def _promise(link: Link, place: Place) -> tuple[float, str]:
    """How likely the page behind a link carries the newest item, and the kind of word that says so."""
    label = f"{link.text} {link.title}".strip()
    path = path_of(link.url)
    headline = len(label) > _TOO_LONG
    promise, why = _by_words(label if not headline else "", path)
    year = _year_promise(label if not headline else "", path, place)
    if year is not None and year < 0.3:
        return year, "year"
    if year is not None and year > promise:
        promise, why = year, "year"
    if headline:
        promise = min(promise, _HEADLINE_PROMISE)
    if link.region is Region.FOOTER:
        promise *= 0.9
    if link.tag == "iframe":
        promise *= 0.5
    return promise - 0.01 * min(5, path.count("/")), why


def _by_words(label: str, path: str) -> tuple[float, str]:
    """The best promise among the words of the label (full) and of the path (a little less)."""
    best = (0.20, "other")
    for text, weight in ((label, 1.0), (path, 0.92)):
        for pattern, promise, why in _TABLE:
            if promise * weight > best[0] and pattern.search(text):
                best = (promise * weight, why)
    if best[1] == "other" and words.DULL.search(f"{label} {path}"):
        return 0.12, "dull"
    return best


_TABLE = (
    (words.NEWS, 0.90, "news"),
    (words.BLOG, 0.78, "blog"),
    (words.EVENTS, 0.66, "events"),
    (words.REPORTS, 0.60, "reports"),
    (words.ARCHIVE, 0.45, "archive"),
)


def _year_promise(label: str, path: str, place: Place) -> float | None:
    """Promise of an archive by the year it names; None when it names none."""
    years = [y for text in (label, path) for m in _YEAR.finditer(text) if (y := _western(m)) <= place.today.year + 1]
    if not years:
        return None
    age = place.today.year - max(years)
    return {-1: 0.80, 0: 0.80, 1: 0.50}.get(age, max(0.12, 0.28 - 0.02 * age))


def _western(match: re.Match[str]) -> int:
    western, reiwa, heisei = match.groups()
    return int(western) if western else 2018 + int(reiwa) if reiwa else 1988 + int(heisei)


def _posts(items: Iterable[DatedItem], page: Page, place: Place) -> Iterator[Candidate]:
    """The newest items' own pages: they confirm a date, and lead to the list behind a teaser."""
    posts = [i for i in items if i.kind in {DateKind.POST, DateKind.REPORT} and i.link and i.on <= place.today]
    for rank, item in enumerate(sorted(posts, key=lambda i: i.on, reverse=True)[:2]):
        if _own(item.link, place) and item.link != page.url:
            role = Role.ENGLISH_NEWS if place.in_english else Role.POST
            yield Candidate(
                url=item.link, role=role, promise=_POST_PROMISE - 0.1 * rank, depth=place.depth + 1, why="newest post"
            )


def _own(url: str, place: Place) -> bool:
    """Whether an address belongs to the cluster: its domain, and below its path where it shares a host."""
    if not url:
        return False
    if host(url) == host(place.home):
        return path_of(url).startswith(place.scope)
    return registrable_domain(url) in place.domains or host(url) in place.domains


_LANGUAGE_SEGMENT = re.compile(r"(?:[a-z]{2}|jpn?|eng|english|japanese)(?:[-_][a-z]{2})?", re.IGNORECASE)


def scope_of(url: str) -> str:
    """The path prefix that is a cluster's own: its first folder, or all of the host when it has none.

    A cluster under somebody else's host (a prefecture's portal, a foundation's site) owns only its folder: the
    portal's fresh news would make every such cluster look alive. A language folder is no such folder.
    """
    folders = [f for f in path_of(url).split("?")[0].split("/")[1:-1] if f]
    if not folders or _LANGUAGE_SEGMENT.fullmatch(folders[0]):
        return "/"
    return f"/{folders[0]}/"
