"""The spider of pictures: a home page as it shows now, with its images, fonts and styles, in the browser without a network.

What the browser asks for goes through the same downloader as everything else: address guard, robots.txt, one request
at a time a host, and the bytes of a visit. A page that cannot be shown has no picture; that is no error.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler

from crawler.archive import Shot
from crawler.job import ARCHIVE_FAILED, TAKE_NO_MORE, VISIT_STARTED, PictureJob, Wanted, decode_picture_job
from crawler.model import Outcome, Role
from spiders import progress
from spiders.answer import FetchedBody
from spiders.fetch import Downloads
from spiders.rendering import PAGES_AT_ONCE, Browser, BrowserMissing
from spiders.showing import Taken
from spiders.together import together

logger = logging.getLogger(__name__)


class PictureSpider(Spider):
    """Takes the pictures of a job: `scrapy crawl picture -a job=FILE`."""

    name = "picture"

    def __init__(self, job: str = "", **kwargs: Any) -> None:  # Any: Scrapy passes every -a through
        super().__init__(**kwargs)
        self._job_file = job
        self._browser = Browser()
        self._ending = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:  # Any: Scrapy's signature
        """The spider, with its browser closed when it ends."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.close_browser, signal=signals.spider_closed)
        crawler.signals.connect(spider.take_no_more, signal=TAKE_NO_MORE)
        progress.watch(crawler)
        return spider

    def take_no_more(self) -> None:
        """Begin no further picture; those under way are finished."""
        self._ending = True

    async def close_browser(self) -> None:
        """Called by Scrapy at the end of the crawl."""
        await self._browser.close()

    async def start(self) -> AsyncIterator[Shot]:
        """Every picture of the job that can be taken, each as soon as it is stored."""
        job = decode_picture_job(Path(self._job_file).read_bytes())
        self._browser = Browser(executable=job.config.browser.executable)
        waiting = iter(job.wanted)
        shots = together(partial(self._work, job, waiting), PAGES_AT_ONCE)
        async with aclosing(shots):
            async for shot in shots:
                yield shot

    async def _work(self, job: PictureJob, waiting: Iterator[Wanted], done: Callable[[Shot], Awaitable[None]]) -> None:
        """Take one picture after another until none is wanted."""
        try:
            for wanted in waiting:
                if self._ending:
                    break
                # Told, so that whoever started us knows that we are alive.
                self.crawler.signals.send_catch_log(signal=VISIT_STARTED, cluster_id=wanted.cluster_id)
                shot = await self._shot(job, wanted)
                if shot is not None:
                    await done(shot)
        except BrowserMissing as missing:
            logger.info("no pictures are taken: %s", missing)

    def _stored(self, folder: Path, digest: str, taken: Taken) -> str:
        """Write the file of a picture; gives its path below the archive, "" when the disk does not take it."""
        try:
            return _stored(folder, digest, taken)
        except OSError as error:
            words = f"{folder}: a picture could not be kept, for its file cannot be written ({error.strerror})."
            logger.warning("%s", words)
            self.crawler.signals.send_catch_log(signal=ARCHIVE_FAILED, words=words)
            return ""

    async def _shot(self, job: PictureJob, wanted: Wanted) -> Shot | None:
        """One picture, stored; None when there is nothing to be seen. Raises BrowserMissing."""
        downloads = Downloads(self.crawler, wanted.cluster_id, job.now, job.config.budget)

        async def fetch(url: str) -> FetchedBody | None:
            got = await downloads.fetch(url, Role.OTHER)
            if got.fetch.status is None:
                return None
            return FetchedBody(got.body, got.fetch.content_type, got.fetch.status, got.fetch.final_url)

        home = await downloads.fetch(wanted.url, Role.OTHER)
        if home.fetch.outcome is not Outcome.OK:
            return None
        url = home.fetch.final_url or wanted.url
        profile = self._browser.profile()
        try:
            taken = await profile.picture(url, home.body, home.fetch.content_type, fetch)
        finally:
            await profile.close()
        if taken is None:
            return None
        digest = hashlib.sha256(taken.body).hexdigest()
        file = self._stored(Path(job.shelf.folder), digest, taken)
        if not file:
            return None
        return Shot(
            cluster_id=wanted.cluster_id,
            at=home.fetch.at,
            url=taken.url,
            width=taken.width,
            height=taken.height,
            content_type="image/webp",
            n_bytes=len(taken.body),
            digest=digest,
            file=file,
        )


def _stored(folder: Path, digest: str, taken: Taken) -> str:
    """Write the file of a picture, named by its digest; gives its path below the archive. Raises OSError."""
    file = f"pictures/{digest}.webp"
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(f".{os.getpid()}")
    try:
        half.write_bytes(taken.body)
        half.replace(path)  # in one step: a kill leaves no half picture under that name
    finally:
        half.unlink(missing_ok=True)
    return file
