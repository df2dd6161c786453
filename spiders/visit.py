"""The spider: one coroutine a cluster, several at a time, each yielding one `Visit`."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.utils.misc import load_object

from crawler.config import BrowserConfig, user_agent
from crawler.job import (
    ARCHIVE_FAILED,
    PAGE_ASKED,
    TAKE_NO_MORE,
    VISIT_STARTED,
    VISIT_WAITS,
    Job,
    PageTold,
    Report,
    decode_job,
)
from crawler.model import Fetch, Outcome, PageBefore, Plan, Role, Visit, VisitOutcome
from spiders import progress
from spiders.answer import Answer, FetchedBody, RenderedPage, is_data
from spiders.archive import Archive, Keeper
from spiders.course import Course
from spiders.fetch import Downloads
from spiders.together import together
from spiders.turns import Turns

if TYPE_CHECKING:
    from spiders.rendering import Browser, BrowserMissing, Profile

logger = logging.getLogger(__name__)

_TURN_S = 0.2  # between two looks whether another process has left a website
_WAITS_EVERY = 25  # looks between two words about it; one who tells nothing for long is taken for dead


class VisitSpider(Spider):
    """Visits the clusters of a job. `scrapy crawl visit -a job=FILE`; without a file the job comes from the store."""

    name = "visit"

    def __init__(self, job: str = "", **kwargs: Any) -> None:  # Any: Scrapy passes every -a through
        super().__init__(**kwargs)
        self._job_file = job
        self._may_show = BrowserConfig(enabled=False)  # what may be shown in a browser, and in which
        self._browser: Browser | None = None
        self._turns = Turns()
        self._archive: Archive | None = None
        self._ending = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:  # Any: Scrapy's signature
        """The spider, with its browser and its archive closed when it ends."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.close_all, signal=signals.spider_closed)
        crawler.signals.connect(spider.take_no_more, signal=TAKE_NO_MORE)
        progress.watch(crawler)
        return spider

    def take_no_more(self) -> None:
        """Begin no further visit; those under way are finished."""
        self._ending = True

    async def close_all(self) -> None:
        """Called by Scrapy at the end of the crawl."""
        if self._archive is not None:
            self._archive.close()
        if self._browser is not None:
            await self._browser.close()

    async def start(self) -> AsyncIterator[Report]:
        """Every visit of the job, each as soon as it is finished."""
        job = self._job()
        self._may_show = job.config.browser
        waiting = deque(job.plans)
        self._turns = Turns(job.turns)
        if job.shelf is not None:
            agent = user_agent(job.config.network)
            self._archive = Archive(job.shelf, agent=agent, now=job.now, warn=self._archive_failed)
        sites = job.config.politeness.concurrent_sites
        reports = together(partial(self._work, job, waiting), min(sites, len(job.plans)), ahead=sites)
        async with aclosing(reports):
            async for report in reports:
                yield report

    def _job(self) -> Job:
        if self._job_file == "-":
            return decode_job(sys.stdin.buffer)
        if self._job_file:
            with Path(self._job_file).open("rb") as lines:
                return decode_job(lines)
        source = load_object(self.settings["CLUSTERWATCH_JOB"])
        job: Job = source(self.settings)
        return job

    def _archive_failed(self, words: str) -> None:
        logger.warning("%s", words)
        self.crawler.signals.send_catch_log(signal=ARCHIVE_FAILED, words=words)

    async def _work(self, job: Job, waiting: deque[Plan], done: Callable[[Report], Awaitable[None]]) -> None:
        """Visit one cluster after another until none waits. One whose website another process visits comes later."""
        looks = 0
        while waiting and not self._ending:
            plan = waiting.popleft()
            cluster_id = plan.cluster.cluster_id
            with self._turns.taken(plan.cluster) as taken:
                if taken:
                    self.crawler.signals.send_catch_log(signal=VISIT_STARTED, cluster_id=cluster_id)
                    await done(await self._visit(job, plan))
                    continue
            if looks % _WAITS_EVERY == 0:
                self.crawler.signals.send_catch_log(signal=VISIT_WAITS, cluster_id=cluster_id)
            looks += 1
            await asyncio.sleep(_TURN_S)
            waiting.append(plan)

    async def _visit(self, job: Job, plan: Plan) -> Report:
        """One visit and what was kept of it."""
        keeper = Keeper(self._archive, plan)
        downloads = Downloads(
            self.crawler,
            plan.cluster.cluster_id,
            job.now,
            job.config.budget,
            past_caches=job.past_caches,
            robots_known=plan.robots,
        )
        visit = await self._visited(job, plan, keeper, downloads)
        return Report(visit=visit, records=tuple(keeper.records), robots=tuple(downloads.robots.read.values()))

    async def _visited(self, job: Job, plan: Plan, keeper: Keeper, downloads: Downloads) -> Visit:
        """One visit; a fault of ours ends this visit only."""
        cluster_id = plan.cluster.cluster_id
        scripts: dict[str, FetchedBody] = {}  # those of a website are the same on all its pages
        profile: Profile | None = None

        def tell(told: PageTold) -> None:
            self.crawler.signals.send_catch_log(signal=PAGE_ASKED, cluster_id=cluster_id, told=told)

        async def fetch(url: str, role: Role, before: PageBefore | None = None) -> Answer:
            return keeper.page(await downloads.fetch(url, role, before))

        async def render(answer: Answer) -> RenderedPage | None:
            nonlocal profile
            profile = profile or self._profile()
            return await self._render(answer, profile, downloads, scripts, keeper) if profile else None

        course = Course(
            plan,
            now=job.now,
            fetch=fetch,
            render=render,
            budget=job.config.budget,
            policy=job.config.policy,
            tell=tell if job.tells_pages else None,
        )
        try:
            return await course.run()
        except Exception:
            logger.exception("%s: the visit broke off through an error of ours", cluster_id)
            return Visit(
                cluster_id=cluster_id,
                started_at=job.now,
                elapsed_s=0.0,
                outcome=VisitOutcome.INCONCLUSIVE,
                website=plan.cluster.website,
                failure=Outcome.ERROR,
                stopped="an error of ours, see the log",
            )
        finally:
            if profile is not None:
                await profile.close()

    def _profile(self) -> Profile | None:
        """A fresh profile for the pages of one website; None without a browser."""
        if self._browser is None and self._may_show.enabled:
            # Its driver is as large as all else that a crawl loads, and most shares of a night never need it.
            from spiders.rendering import Browser

            self._browser = Browser(self._may_show.executable, self._may_show.max_pages)
        return self._browser.profile() if self._browser else None

    async def _do_without_browser(self, missing: BrowserMissing) -> None:
        """Say once that there is no browser, and ask for it no more."""
        browser, self._browser = self._browser, None
        self._may_show = BrowserConfig(enabled=False)
        if browser is not None:
            logger.warning("Pages that need a browser stay unread: %s", missing)
            await browser.close()

    async def _render(  # everything that a page shown needs
        self, answer: Answer, profile: Profile, downloads: Downloads, scripts: dict[str, FetchedBody], keeper: Keeper
    ) -> RenderedPage | None:
        """The page as a browser shows it; None without a browser. Every byte comes through `downloads`."""
        from spiders.rendering import BrowserMissing

        if self._browser is None:  # another visit has found meanwhile that there is none
            return None
        loaded: dict[str, Answer] = {}

        async def fetch(url: str) -> FetchedBody | None:
            if url in scripts:
                return scripts[url]
            got = await downloads.fetch(url, Role.OTHER)
            if got.fetch.status is None:
                return None
            if is_data(got.fetch.final_url, got.fetch.content_type):
                loaded[got.fetch.final_url] = got
            fetched = FetchedBody(
                body=got.body, content_type=got.fetch.content_type, status=got.fetch.status, url=got.fetch.final_url
            )
            if got.fetch.status == HTTPStatus.OK and "javascript" in got.fetch.content_type.lower():
                scripts[url] = fetched
            return fetched

        url = answer.fetch.final_url or answer.fetch.url
        try:
            shown = await profile.render(url, answer.body, answer.fetch.content_type, fetch)
        except BrowserMissing as missing:
            await self._do_without_browser(missing)
            return None
        if shown is None:
            return None
        body = shown.html.encode("utf-8", "replace")
        record: Fetch = replace(
            answer.fetch, rendered=True, n_bytes=len(body), elapsed_s=round(shown.elapsed_s, 3), digest=""
        )
        for document, _, _ in shown.xhr:
            if document in loaded:
                keeper.page(loaded.pop(document))
        return RenderedPage(keeper.rendered(Answer(record, body, "utf-8")), shown.xhr)
