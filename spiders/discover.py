"""Where a page leads: its links as candidates for the frontier, by promise. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from crawler.frontier import ENGLISH_ROLES, Candidate
from crawler.model import DatedItem, DateKind, Role
from crawler.reading import english, home_language
from crawler.reading.page import Link, Page, Region
from crawler.urls import is_web, path_of
from spiders import vocabulary as words
from spiders.territory import Territory

FEED_TYPES = ("rss", "atom", "feed+json", "rdf")
# A link to a year that is over promises its newest item only if no newer page exists.
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)|(?:令和|R)\s?(\d{1,2})(?=年)|平成\s?(\d{1,2})(?=年)", re.IGNORECASE)
_TOO_LONG = 60  # characters; a link text longer than this is a headline, not the name of a section
_HEADLINE_PROMISE = 0.30
_POST_PROMISE = 0.42
_INNER_FRAME = 0.62


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the page stands in the visit."""

    home: str  # the address that answered as home page
    territory: Territory  # what is the cluster's own
    depth: int  # of the page itself
    role: Role
    today: date
    in_english: bool  # the page itself is English
    home_language: str = "ja"  # ISO 639-1


def candidates(page: Page, items: Iterable[DatedItem], place: Place) -> tuple[Candidate, ...]:
    """Every own address that the page names and that could change the answer."""
    found = [*_must_follow(page, place), *_feeds(page, place), *_english(page, place), *_home(page, place)]
    found += _sections(page, place)
    found += _posts(items, page, place)
    return tuple(c for c in found if is_web(c.url) and not words.NOT_PAGES.search(path_of(c.url)))


def _must_follow(page: Page, place: Place) -> Iterator[Candidate]:
    """Frames and refreshes: the page is nothing without them."""
    for frame in page.frames:
        if place.territory.owns(frame):
            yield Candidate(url=frame, role=Role.FRAME, promise=1.0, depth=place.depth, why="frame")
    for link in page.links:
        # What stands in an inner frame stands on the page for its reader.
        if link.tag == "iframe" and place.territory.owns(link.url):
            yield Candidate(url=link.url, role=Role.FRAME, promise=_INNER_FRAME, depth=place.depth, why="inner frame")
    if page.refresh and place.territory.owns(page.refresh):
        role = Role.ENGLISH if place.in_english else Role.HOME if place.depth == 0 else place.role
        yield Candidate(url=page.refresh, role=role, promise=1.0, depth=place.depth, why="refresh")


def _feeds(page: Page, place: Place) -> Iterator[Candidate]:
    for link in page.links:
        announced = link.tag == "link" and "alternate" in link.rel and any(t in link.type for t in FEED_TYPES)
        if announced and place.territory.owns(link.url) and "comment" not in (link.url + link.title).lower():
            yield Candidate(url=link.url, role=Role.FEED, promise=0.88, depth=place.depth, why="announced feed")


def _english(page: Page, place: Place) -> Iterator[Candidate]:
    """Announced English versions, another host of the site's own naming included."""
    if place.in_english:
        return
    for link in english.links(page):
        strength = link.strength * _reach(link.url, place)
        if strength >= 0.25 and link.is_english:
            yield Candidate(
                url=link.url, role=Role.ENGLISH, promise=min(0.95, strength), depth=place.depth, why="English version"
            )


def _reach(url: str, place: Place) -> float:
    """How much of an announcement's strength is left by where it leads: another host of the site's own naming is the
    cluster's more often than not, another folder of a host that it shares is the portal's."""
    if place.territory.owns(url):
        return 1.0
    if place.territory.is_shared(url):
        return 0.9 if place.territory.is_beside(url) else 0.0
    return 0.7


def _home(page: Page, place: Place) -> Iterator[Candidate]:
    """The version in the home language, from a page in English or one that is only a choice of languages."""
    if not (place.in_english or place.depth == 0):
        return
    for link in home_language.links(page, place.home_language):
        strength = link.strength * _reach(link.url, place)
        if strength >= 0.25:
            yield Candidate(
                url=link.url, role=Role.HOME, promise=min(0.93, strength), depth=place.depth, why="home language"
            )


_NO_SECTIONS = frozenset({"link", "iframe"})


def _sections(page: Page, place: Place) -> Iterator[Candidate]:
    # An English version whose addresses follow no convention is told by where it leads from: its links stay in it.
    unmarked = place.role in ENGLISH_ROLES and not english.is_english_address(page.url)
    for link in page.links:
        if link.tag in _NO_SECTIONS or not place.territory.owns(link.url) or words.TRAPS.search(link.url):
            continue
        promise, why = _promise(link, place)
        if promise > 0:
            in_english = place.in_english and (unmarked or english.is_english_address(link.url))
            role = _role(why, in_english=in_english)
            yield Candidate(url=link.url, role=role, promise=promise, depth=place.depth + 1, why=why)


def _role(why: str, *, in_english: bool) -> Role:
    """The role of a page behind a link."""
    if in_english:
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
    return promise - 0.01 * min(5, path.count("/")), why


@lru_cache(maxsize=512)  # the menu's words stand on every page of a site
def _by_words(label: str, path: str) -> tuple[float, str]:
    """The best promise among the words of the label (full) and of the path (a little less)."""
    best = _OTHER
    for text, weight in ((label, 1.0), (path, 0.92)):
        promise, why = _first(text)
        if promise * weight > best[0]:
            best = (promise * weight, why)
    if best is _OTHER and (_is_dull(label) or _is_dull(path)):
        return 0.12, "dull"
    return best


# The kinds of words, the most promising first.
_TABLE = (
    (words.NEWS, 0.90, "news"),
    (words.BLOG, 0.78, "blog"),
    (words.EVENTS, 0.66, "events"),
    (words.REPORTS, 0.60, "reports"),
    (words.ARCHIVE, 0.45, "archive"),
)
_OTHER = (0.20, "other")
_RUN = re.compile(r"[a-z]+")


@lru_cache(maxsize=512)
def _first(text: str) -> tuple[float, str]:
    """The promise of the most promising words of a text, and their kind."""
    runs = _RUN.findall(text.lower())
    if not words.PROMISING.are_in(text, runs):
        return _OTHER
    return next(((promise, why) for told, promise, why in _TABLE if told.are_in(text, runs)), _OTHER)


@lru_cache(maxsize=512)
def _is_dull(text: str) -> bool:
    return words.DULL.are_in(text, _RUN.findall(text.lower()))


def _year_promise(label: str, path: str, place: Place) -> float | None:
    """Promise of an archive by the year it names; None when it names none."""
    if not any("20" in text or "年" in text for text in (label, path)):
        return None
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
        if place.territory.owns(item.link) and item.link != page.url:
            role = Role.ENGLISH_NEWS if place.in_english else Role.POST
            yield Candidate(
                url=item.link, role=role, promise=_POST_PROMISE - 0.1 * rank, depth=place.depth + 1, why="newest post"
            )
