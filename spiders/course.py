"""The course of one visit: which pages, in which order, until enough is known. One coroutine a cluster.

It knows nothing of Scrapy: it is given a way to fetch and a way to render, and returns one `Visit`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from crawler.days import day_at, utc_offset_h
from crawler.frontier import ENGLISH_ROLES, Candidate, Frontier, Known
from crawler.job import PageTold
from crawler.model import (
    DatedItem,
    DateSource,
    EnglishWitness,
    Fetch,
    LastReading,
    Notice,
    Outcome,
    PageBefore,
    PageKind,
    PageReading,
    Plan,
    Role,
    Visit,
    VisitOutcome,
)
from crawler.policy import Budget, Policy
from crawler.reading import bilingual, dates, english, identity, kinds, languages, notices, translations
from crawler.reading import partners as abroad
from crawler.reading.page import Page, parse
from crawler.urls import host, key, registrable_domain, variants
from spiders import confirming, discover, documents
from spiders.answer import Answer, RenderedPage
from spiders.outcome import visit_outcome
from spiders.territory import roots, territory
from spiders.worth import Worth

logger = logging.getLogger(__name__)

_REGISTERED = "named in the registry"
# A failure of these kinds may hold for one spelling of the address only.
_TRY_OTHERWISE = frozenset(
    {
        Outcome.DNS_NXDOMAIN, Outcome.DNS_NODATA, Outcome.DNS_SERVFAIL, Outcome.TCP_REFUSED, Outcome.TCP_TIMEOUT,
        Outcome.TCP_RESET, Outcome.TLS_FAILED, Outcome.TLS_LEGACY, Outcome.NOT_HTTP, Outcome.HTTP_404,
        Outcome.HTTP_410, Outcome.PROXY_FAILED, Outcome.FIRST_BYTE_TIMEOUT, Outcome.HTTP_4XX, Outcome.HTTP_5XX,
        Outcome.REDIRECT_LOOP,
    }
)  # fmt: skip


class Fetcher(Protocol):
    """Asks for a page; with `before` only if it has changed since."""

    def __call__(self, url: str, role: Role, before: PageBefore | None = None, /) -> Awaitable[Answer]: ...


Renderer = Callable[[Answer], Awaitable[RenderedPage | None]]
Teller = Callable[[PageTold], None]


class Course:
    """One visit under way."""

    def __init__(  # everything a visit depends on, once
        self,
        plan: Plan,
        *,
        now: datetime,
        fetch: Fetcher,
        render: Renderer,
        budget: Budget,
        policy: Policy,
        tell: Teller | None = None,
    ) -> None:
        self._cluster = plan.cluster
        self._plan = plan
        self._now = now
        self._today = day_at(plan.cluster, now)
        self._fetch = fetch
        self._render = render
        self._tell = tell
        self._budget = budget
        self._policy = policy
        self._frontier = Frontier(budget, self._today)
        self._fetches: list[Fetch] = []
        self._asked: dict[str, Answer] = {}  # by address: of pages that were asked whether they changed, and sent whole
        self._pages: list[PageReading] = []
        self._home = ""
        self._charset = ""  # of the home page: the likely one of the others
        self._home_kind: PageKind | None = None
        self._elsewhere = ""  # another domain that the home page only leads to
        self._failure: Outcome | None = None
        self._territory = territory(self._addresses())
        self._named_english: set[str] = set()  # keys of pages, and of English pages' feeds, that are called English
        self._renders = 0
        self._unseen: set[str] = set()  # addresses of pages that a browser was to show, and none did
        self._worth = Worth(
            before={r.url: r for r in plan.renderings},
            now=now,
            today=self._today,
            again=timedelta(days=budget.render_again_days),
        )
        self._stopped = ""
        self._begun = asyncio.get_running_loop().time()

    async def run(self) -> Visit:
        """The visit, within its budget of time whatever the site does."""
        if not self._addresses():
            return self._visit(VisitOutcome.NO_WEBSITE)
        try:
            async with asyncio.timeout(self._budget.max_seconds):
                if self._plan.last is not None and await self._stands(self._plan.last):
                    return self._confirmation(self._plan.last)
                await self._run()
        except TimeoutError:
            self._stopped = f"the budget of {self._budget.max_seconds:g} seconds was used up"
        return self._visit(visit_outcome(self._home_kind, self._failure, self._pages))

    def _addresses(self) -> tuple[str, ...]:
        """The addresses that the registry names, the main one first."""
        named = (self._cluster.website, self._cluster.website_en, *self._cluster.other_hosts)
        return tuple(dict.fromkeys(u if "://" in u else f"http://{u}/" for u in named if u))

    async def _run(self) -> None:
        first, *others = self._addresses()
        await self._enter(first)
        for url in others:
            role = Role.ENGLISH if url == self._cluster.website_en else Role.HOME
            self._frontier.add([Candidate(url=url, role=role, promise=0.97, why=_REGISTERED)])
        await self._follow()
        if self._wants_guess():
            self._frontier.add(
                Candidate(url=u, role=Role.ENGLISH, promise=0.22, depth=1, why="guess")
                for u in english.guesses(self._home)
            )
            await self._follow()

    async def _stands(self, last: LastReading) -> bool:
        """Whether the last full reading stands: none of the pages that would show news has changed."""
        for before in last.pages:
            answer = await self._fetch(before.url, before.role, before)
            self._fetches.append(answer.fetch)
            if answer.fetch.outcome is not Outcome.NOT_MODIFIED:
                self._asked[before.url] = answer
            if not confirming.is_unchanged(before, answer, utc_offset_h=utc_offset_h(self._cluster)):
                return False
        return True

    def _confirmation(self, last: LastReading) -> Visit:
        """The visit that found everything as it was; whoever keeps the last reading adds its pages."""
        self._home = last.pages[0].final_url
        self._stopped = f"nothing has changed since {last.read_at:%Y-%m-%d}"
        return replace(self._visit(VisitOutcome.READ), confirms=last.read_at)

    async def _enter(self, url: str) -> None:
        """Fetch the home page, in every spelling of its address and then at the root, until one answers."""
        tried: list[str] = []
        for address in (*variants(url), *roots(url)):
            if address in tried:
                continue
            tried.append(address)
            answer = await self._get(address, Role.HOME)
            if answer.fetch.outcome is Outcome.OK:
                self._failure = None
                self._arrive(answer)
                await self._read(answer, Candidate(url=address, role=Role.HOME, promise=1.0))
                await self._go_along()
                return
            self._told(answer.fetch)
            self._failure = self._failure or answer.fetch.outcome
            if answer.fetch.outcome not in _TRY_OTHERWISE:
                return

    def _arrive(self, answer: Answer) -> None:
        """Take the address that answered as the home page; a new domain becomes the cluster's for this visit."""
        self._home = answer.fetch.final_url or answer.fetch.url
        if not self._territory.owns(self._home):
            self._territory = territory((*self._addresses(), self._home))
        self._frontier.add(
            Candidate(url=url, role=Role.SITEMAP, promise=documents.SITEMAP_PROMISE, why="announced sitemap")
            for url in answer.sitemaps
            if self._territory.owns(url)
        )

    async def _go_along(self) -> None:
        """Follow a home page that only leads to another domain, once, as a redirect of its server would be followed."""
        if not self._elsewhere:
            return
        answer = await self._get(self._elsewhere, Role.HOME)
        if answer.fetch.outcome is Outcome.OK:
            self._arrive(answer)
            await self._read(answer, Candidate(url=self._elsewhere, role=Role.HOME, promise=1.0, why="refresh"))
        else:
            self._told(answer.fetch)

    async def _follow(self) -> None:
        """Fetch the most promising page until nothing can change the answer or the budget is spent."""
        while True:
            step = self._frontier.next(self._known())
            if isinstance(step, str):
                self._stopped = step
                return
            answer = await self._get(step.url, step.role)
            if answer.fetch.outcome is Outcome.BUDGET:
                self._stopped = answer.fetch.detail
                return
            if answer.fetch.outcome is Outcome.OK:
                await self._read(answer, step)
            else:
                self._told(answer.fetch)

    def _wants_guess(self) -> bool:
        """Whether to try the usual addresses of an English version although none is announced."""
        seen_english = any(_is_english(p) for p in self._pages)
        announced = any(f.role in ENGLISH_ROLES for f in self._fetches)
        return bool(self._home) and not seen_english and not announced and self._cluster.home_language != "en"

    def _known(self) -> Known:
        today = self._today
        items = [i for p in self._pages for i in p.dates]
        posts = dates.posts(items, today=today, floor=self._policy.post_confidence)
        english_posts = dates.posts(items, today=today, floor=self._policy.post_confidence, language="en")
        return Known(
            latest=posts[0].on if posts else None,
            english_latest=english_posts[0].on if english_posts else None,
            english_page=any(_is_english(p) for p in self._pages),
            # Requests without an answer cost less than pages, but a site that names ten thousand of them ends too.
            pages=max(sum(1 for f in self._fetches if _costs(f)), len(self._fetches) // 2),
            n_bytes=sum(f.n_bytes for f in self._fetches),
            elapsed_s=asyncio.get_running_loop().time() - self._begun,
        )

    async def _get(self, url: str, role: Role) -> Answer:
        self._frontier.take(url)
        answer = self._asked.pop(url, None)
        if answer is None:
            answer = await self._fetch(url, role)
            self._fetches.append(answer.fetch)
        if answer.fetch.final_url:
            self._frontier.take(answer.fetch.final_url)
        return answer

    async def _read(self, answer: Answer, step: Candidate) -> None:
        """Read one answered page, and tell whoever watches."""
        before = len(self._pages), len(self._fetches)
        await self._take_apart(answer, step)
        shown = next((f for f in self._fetches[before[1] :] if f.rendered), answer.fetch)
        self._told(shown, self._pages[before[0] :])

    def _told(self, fetch: Fetch, readings: Sequence[PageReading] = ()) -> None:
        if self._tell is not None:
            self._tell(PageTold(fetch=fetch, readings=tuple(readings)))

    async def _take_apart(self, answer: Answer, step: Candidate) -> None:
        """What a page is, what it says, where it leads."""
        self._frontier.learned(step.role)
        url = answer.fetch.final_url or answer.fetch.url
        document = self._document(answer, url, step)
        if document is not None:
            self._pages.append(document)
            return
        page = parse(answer.body, url, answer.fetch.content_type, charset=answer.charset, likely=self._charset)
        if step.role is Role.HOME and page.damaged == 0.0:
            self._charset = page.charset
        kind, words = kinds.classify(page, status=answer.fetch.status or 200, url_asked=step.url)
        if self._worth.is_wanted(page, kind, step.role):
            if self._renders < self._budget.max_renders:
                page, kind, words = await self._in_browser(answer, page, kind, words, step)
            else:
                self._unseen.add(page.url)
        self._take_in(page, kind, words, step)

    async def _in_browser(
        self, answer: Answer, source: Page, kind: PageKind, words: str, step: Candidate
    ) -> tuple[Page, PageKind, str]:
        """The page as a browser shows it, and what it is; as its source is where there is nothing to be seen."""
        self._renders += 1
        shown = await self._render(answer)
        if shown is None:
            self._unseen.add(source.url)
            return source, kind, words
        page, now, why = source, kind, words
        if shown.answer.body:
            page = parse(shown.answer.body, source.url, "text/html", charset="utf-8")
            now, why = kinds.classify(page, status=200, url_asked=step.url)
            if now is PageKind.SHELL and dates.any_in(page, self._today):
                now, why = PageKind.CONTENT, ""  # little text, but filled: that is all there is to see
        loaded = [r for u, b, t in shown.documents if (r := documents.data(u, b, t, self._today)) is not None]
        self._pages += loaded
        worth = self._worth.showed_more(source, kind, page, now, loaded)
        self._fetches.append(replace(shown.answer.fetch, source=kind, worth=worth))
        return page, now, why

    def _document(self, answer: Answer, url: str, step: Candidate) -> PageReading | None:
        """The reading of a feed or sitemap, None when the answer is a page."""
        if documents.is_sitemap(answer):
            self._frontier.add(documents.listed(answer.body, url, step, self._today, self._territory))
            return PageReading(url=url, role=step.role, kind=PageKind.SITEMAP)
        if documents.is_feed(answer, step):
            announced = key(step.url) in self._named_english
            return documents.feed(answer, url, step, announced=announced, utc_offset_h=utc_offset_h(self._cluster))
        return None

    def _take_in(self, page: Page, kind: PageKind, words: str, step: Candidate) -> None:
        """Add the reading of a page to the visit and its links to the frontier."""
        reading, items = self._reading(page, kind, words, step)
        self._pages.append(reading)
        if step.role is Role.HOME and (self._home_kind is None or step.why in {"refresh", "frame"}):
            if self._home_kind is None and kind is PageKind.REDIRECT and not self._territory.owns(page.refresh):
                self._elsewhere = page.refresh
            self._home_kind = kind
        if step.role is Role.FRAME and self._home_kind is PageKind.FRAMESET and kind is PageKind.CONTENT:
            self._home_kind = PageKind.CONTENT
        if kind in {PageKind.PARKED, PageKind.HIJACKED, PageKind.BOT_CHALLENGE}:
            return
        self._frontier.add(discover.candidates(page, items, self._place(page, step, reading)))

    def _place(self, page: Page, step: Candidate, reading: PageReading) -> discover.Place:
        return discover.Place(
            home=self._home or page.url,
            territory=self._territory,
            depth=step.depth,
            role=step.role,
            today=self._today,
            in_english=_is_english(reading),
            home_language=self._cluster.home_language,
        )

    def _reading(
        self, page: Page, kind: PageKind, words: str, step: Candidate
    ) -> tuple[PageReading, tuple[DatedItem, ...]]:
        """Everything one page says."""
        announced = key(step.url) in self._named_english or (step.role is Role.ENGLISH and step.why == _REGISTERED)
        if announced:
            self._named_english.update(map(key, filter(None, (*page.frames, page.refresh))))
        found = notices.read(page, today=self._today, names=identity.names_of(self._cluster))
        reading = PageReading(url=page.url, role=step.role, kind=kind, title=page.title[:200], notices=found)
        if kind is not PageKind.CONTENT:
            return replace(reading, sure=words), ()
        language = languages.read(page)
        in_english = bilingual.is_in_english(page, language, announced=announced)
        self._named_english.update(map(key, english.named(page, self._home, in_english=in_english)))
        items = self._items(page, bilingual.tongue(language) if in_english else language.language, found)
        witnesses = [(EnglishWitness.PAGE_TEXT, page.url)] if in_english else []
        widget = translations.widget(page)
        witnesses += [(EnglishWitness.WIDGET, widget)] if widget else []
        reading = replace(
            reading,
            language=language,
            dates=items,
            partners=abroad.read(page, today=self._today, home=self._cluster.country, items=items),
            traits=identity.read(page, self._cluster),
            english=tuple(witnesses),
            text_digest=page.text_digest,
            n_letters=language.letters,
            said="" if page.url in self._unseen else confirming.said(page),
        )
        return reading, items

    def _items(self, page: Page, tongue: str, found: Sequence[Notice]) -> tuple[DatedItem, ...]:
        """The dated items of a page, each with its language; the day of an end is no news of the organisation."""
        items = dates.read(page, today=self._today, home_language=self._cluster.home_language)
        return tuple(
            replace(i, language=english.item_language(i, page, tongue))
            for i in items
            if not (i.source is DateSource.PARAGRAPH and any(i.raw in n.quote for n in found))
        )

    def _visit(self, outcome: VisitOutcome) -> Visit:
        return Visit(
            cluster_id=self._cluster.cluster_id,
            started_at=self._now,
            day=self._today,
            elapsed_s=round(asyncio.get_running_loop().time() - self._begun, 3),
            outcome=outcome,
            fetches=tuple(self._fetches),
            pages=tuple(self._pages),
            website=self._cluster.website,
            reached=self._home,
            moved_to=self._moved_to(),
            failure=self._failure,
            stopped=self._stopped,
        )

    def _moved_to(self) -> str:
        """The home page's address when it lies on a registrable domain that the registry does not name."""
        if not self._home:
            return ""
        named = {registrable_domain(u) or host(u) for u in self._addresses()}
        return "" if (registrable_domain(self._home) or host(self._home)) in named else self._home


def _costs(fetch: Fetch) -> bool:
    """Whether a request counts as a page: a visit to a site of which one page has changed reads all that others read."""
    return fetch.status is not None and fetch.outcome is not Outcome.NOT_MODIFIED


def _is_english(page: PageReading) -> bool:
    return any(witness is EnglishWitness.PAGE_TEXT for witness, _ in page.english)
