"""The spider of the search for unknown organisations: walks a few pages of a site and tells what it links to.

Every request goes through the same downloader as a visit's: address guard, robots.txt, one request at a time a host
with its delay, the bytes of a visit. A site that a nightly visit is at just now comes later.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import Any, Self

from scrapy import Spider
from scrapy.crawler import Crawler

from crawler.job import TAKE_NO_MORE, VISIT_STARTED, VISIT_WAITS, ScoutJob, decode_scout_job
from crawler.scouting import Scouted, Stroll
from spiders import progress
from spiders.fetch import Downloads
from spiders.strolling import strolled
from spiders.together import together
from spiders.turns import Turns

logger = logging.getLogger(__name__)

_TURN_S = 0.2  # between two looks whether another process has left a website
_WAITS_EVERY = 25  # looks between two words about it; one who tells nothing for long is taken for dead


class ScoutSpider(Spider):
    """Walks through the sites of a job: `scrapy crawl scout -a job=FILE`."""

    name = "scout"

    def __init__(self, job: str = "", **kwargs: Any) -> None:  # Any: Scrapy passes every -a through
        super().__init__(**kwargs)
        self._job_file = job
        self._turns = Turns()
        self._ending = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:  # Any: Scrapy's signature
        """The spider, with its downloads watched."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.take_no_more, signal=TAKE_NO_MORE)
        progress.watch(crawler)
        return spider

    def take_no_more(self) -> None:
        """Begin no further walk; those under way are finished."""
        self._ending = True

    async def start(self) -> AsyncIterator[Scouted]:
        """Every walk of the job, each as soon as it is finished."""
        job = decode_scout_job(Path(self._job_file).read_bytes())
        self._turns = Turns(job.turns)
        waiting = deque(job.strolls)
        sites = job.config.politeness.concurrent_sites
        walks = together(partial(self._work, job, waiting), min(sites, len(job.strolls)), ahead=sites)
        async with aclosing(walks):
            async for walk in walks:
                yield walk

    async def _work(self, job: ScoutJob, waiting: deque[Stroll], done: Callable[[Scouted], Awaitable[None]]) -> None:
        """Walk through one site after another until none waits. One that another process visits comes later."""
        looks = 0
        while waiting and not self._ending:
            stroll = waiting.popleft()
            with self._turns.taken(stroll.site) as taken:
                if taken:
                    self.crawler.signals.send_catch_log(signal=VISIT_STARTED, cluster_id=stroll.site.cluster_id)
                    await done(await self._walk(job, stroll))
                    continue
            if looks % _WAITS_EVERY == 0:
                self.crawler.signals.send_catch_log(signal=VISIT_WAITS, cluster_id=stroll.site.cluster_id)
            looks += 1
            await asyncio.sleep(_TURN_S)
            waiting.append(stroll)

    async def _walk(self, job: ScoutJob, stroll: Stroll) -> Scouted:
        """One walk; a fault of ours ends this walk only."""
        site_id = stroll.site.cluster_id
        downloads = Downloads(self.crawler, site_id, job.now, job.config.budget)
        try:
            return await strolled(stroll, downloads.fetch, now=job.now, budget=job.config.budget)
        except Exception:
            logger.exception("%s: the walk broke off through an error of ours", site_id)
            return Scouted(site_id=site_id, kind=stroll.kind, pages=(), stopped="an error of ours, see the log")
