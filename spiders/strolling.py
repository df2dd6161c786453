"""The course of one walk for unknown organisations: which few pages, and what is told of each.

It knows nothing of Scrapy: it is given a way to fetch, and returns one `Scouted`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from crawler.days import day_at
from crawler.model import Notice, NoticeKind, Outcome, PageKind, Role
from crawler.policy import Budget, Policy
from crawler.reading import dates, kinds, languages, notices
from crawler.reading.outlinks import link_lists, outlinks
from crawler.reading.page import Page, parse
from crawler.scouting import Outlink, Scouted, ScoutedPage, SourceKind, Stroll
from crawler.urls import host, key, path_of, registrable_domain, same_site, variants
from spiders.answer import Answer
from spiders.territory import territory
from spiders.vocabulary import NEWS, NOT_PAGES, TRAPS

_MOST_DOMAINS = 400  # that one walk tells of: a portal that names more is a directory of everything
_NEWS_PROMISE = 0.5  # of a page with news, which names partners; less than that of a list
_LONGEST_LABEL = 30  # characters; a longer link is a headline
_LONGEST = 160  # characters of what a page calls itself
_ENDED = frozenset({NoticeKind.ORG_ENDED, NoticeKind.PROJECT_ENDED, NoticeKind.SITE_CLOSED, NoticeKind.UPDATES_ENDED})
_TRY_OTHERWISE = frozenset({Outcome.DNS_NXDOMAIN, Outcome.TCP_REFUSED, Outcome.TCP_TIMEOUT, Outcome.TLS_FAILED})

Fetcher = Callable[[str, Role], Awaitable[Answer]]


async def strolled(stroll: Stroll, fetch: Fetcher, *, now: datetime, budget: Budget) -> Scouted:
    """One walk, at its end by itself or by the budget of pages and seconds. Of an unknown site the home page alone."""
    walk = _Walk(stroll, fetch, day_at(stroll.site, now))
    stopped = ""
    try:
        async with asyncio.timeout(budget.max_seconds):
            await walk.go()
    except TimeoutError:
        stopped = f"the budget of {budget.max_seconds:g} seconds was used up"
    pages = _bounded(walk.pages)
    return Scouted(site_id=stroll.site.cluster_id, kind=stroll.kind, pages=pages, stopped=stopped)


@dataclass(frozen=True, slots=True)
class _Step:
    """A page that may be asked for."""

    url: str
    promise: float
    depth: int


class _Walk:
    """A walk under way."""

    def __init__(self, stroll: Stroll, fetch: Fetcher, today: date) -> None:
        self.pages: list[ScoutedPage] = []
        self._stroll, self._fetch, self._today = stroll, fetch, today
        self._waiting: list[_Step] = []
        self._known: set[str] = set()  # keys of the addresses that were asked for or wait
        self._territory = territory([stroll.site.website])

    async def go(self) -> None:
        """Ask for the most promising page until none is left or there were enough."""
        await self._enter()
        while self._waiting and len(self.pages) < self._stroll.max_pages:
            step = max(self._waiting, key=lambda s: s.promise)
            self._waiting.remove(step)
            await self._ask(step)

    async def _enter(self) -> None:
        """The page that the walk begins with; of a known site in other spellings where this one is not there."""
        website = self._stroll.site.website
        spellings = variants(website) if self._stroll.kind is SourceKind.CLUSTER else (website,)
        for url in spellings[: self._stroll.max_pages]:
            await self._ask(_Step(url, 1.0, 0))
            if self.pages[-1].outcome not in _TRY_OTHERWISE:
                return

    async def _ask(self, step: _Step) -> None:
        self._known.add(key(step.url))
        answer = await self._fetch(step.url, Role.OTHER)
        final = answer.fetch.final_url or step.url
        told = ScoutedPage(url=step.url, outcome=answer.fetch.outcome, final_url=final)
        # A redirect may end at a page that was read already.
        if answer.fetch.outcome is not Outcome.OK or (key(final) in self._known and key(final) != key(step.url)):
            self.pages.append(told)
            return
        self._known.add(key(final))
        if step.depth == 0 and not self._territory.owns(final):
            self._territory = territory([self._stroll.site.website, final])
        page = parse(answer.body, final, answer.fetch.content_type, charset=answer.charset)
        kind, _ = kinds.classify(page, status=answer.fetch.status or 200, url_asked=step.url)
        self.pages.append(_told(told, page, kind, self._today, links=self._stroll.kind is not SourceKind.UNKNOWN))
        self._look_on(page, kind, step)

    def _look_on(self, page: Page, kind: PageKind, step: _Step) -> None:
        """Note where a page leads that is worth a request."""
        if kind in {PageKind.PARKED, PageKind.HIJACKED, PageKind.BOT_CHALLENGE}:
            return
        for url, promise, inside in self._ways(page, step):
            own = self._territory.owns(url) or (inside and step.depth == 0 and same_site(url, page.url))
            if not own or key(url) in self._known or NOT_PAGES.search(path_of(url)) or TRAPS.search(url):
                continue
            self._known.add(key(url))
            self._waiting.append(_Step(url, promise - 0.1 * step.depth, step.depth + 1))

    def _ways(self, page: Page, step: _Step) -> Iterator[tuple[str, float, bool]]:
        """Address, promise, and whether it is the page itself rather than another one."""
        yield from ((url, 2.0, True) for url in (page.refresh, *page.frames) if url)
        if self._stroll.kind is SourceKind.UNKNOWN or step.depth > 1:
            return
        is_portal = self._stroll.kind is SourceKind.PORTAL
        yield from ((url, promise, False) for url, promise in link_lists(page, pages_on=is_portal))
        if not is_portal and step.depth == 0:
            yield from ((url, _NEWS_PROMISE, False) for url in _news(page))


def _news(page: Page) -> Iterator[str]:
    """The first of the page's links to news."""
    for link in page.links:
        label = link.text or link.title
        if link.tag != "a" or len(label) > _LONGEST_LABEL or host(link.url) != host(page.url):
            continue
        if NEWS.are_in(label, label.lower().split()):
            yield link.url
            return


def _told(told: ScoutedPage, page: Page, kind: PageKind, today: date, *, links: bool) -> ScoutedPage:
    """What one page says of its organisation where that is asked, and its links out where these are."""
    told = replace(told, kind=kind, title=page.title[:_LONGEST])
    if links:
        return replace(told, links=outlinks(page))
    posts = dates.posts(dates.read(page, today=today), today=today, floor=Policy().post_confidence)
    latest = posts[0] if posts else None
    ended = _end(notices.read(page, today=today, names=()))
    headline = next((line.text for line in page.lines if line.tag == "h1"), "")
    return replace(
        told,
        site_name=page.meta("og:site_name")[:_LONGEST],
        headline=headline[:_LONGEST],
        language=languages.read(page).language,
        latest=latest.on if latest else None,
        latest_raw=latest.raw if latest else "",
        ended=ended.quote if ended else "",
    )


def _end(found: Sequence[Notice]) -> Notice | None:
    """The organisation's own word that it ended."""
    return next((n for n in found if n.kind in _ENDED and n.first_person and n.past), None)


def _bounded(pages: Sequence[ScoutedPage]) -> tuple[ScoutedPage, ...]:
    """The same pages without links to more domains than anybody lists on purpose, the first kept."""
    domains: set[str] = set()
    kept = []
    for page in pages:
        links: list[Outlink] = []
        for link in page.links:
            domain = registrable_domain(link.url)
            if domain in domains or len(domains) < _MOST_DOMAINS:
                domains.add(domain)
                links.append(link)
        kept.append(replace(page, links=tuple(links)))
    return tuple(kept)
