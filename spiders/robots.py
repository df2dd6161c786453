"""robots.txt, obeyed: disallow, and Crawl-delay as the pace of the host.

Scrapy's own middleware keeps every file for ever, waits for ever when a fetch is cancelled, and leaves
Crawl-delay aside; it stands in here with the same rules (RFC 9309: 4xx allows all, no answer allows what we ask once).
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from itertools import islice
from typing import Any, Self

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from spiders import legacy_tls
from spiders.progress import Progress, Tally, attach

_MAX_BYTES = 512 * 1024  # RFC 9309 asks for at least 500 KiB
_MAX_HOSTS = 2000
_MAX_DELAY_S = 30.0  # a longer one would keep a visit from ever ending
_MAX_SITEMAPS = 3  # of those that a robots.txt names
_TIMEOUT_S = 10.0  # at most; a site that is silent is told by its page


class DisallowedByRobots(IgnoreRequest):
    """The site asks robots not to fetch this. Raised by `RobotsRules`, told as an outcome by `spiders.outcome`."""


class RobotsRules:
    """Downloader middleware: asks a host's robots.txt before anything else of it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent: str = crawler.settings["USER_AGENT"]
        self._timeout_s = min(_TIMEOUT_S, crawler.settings.getfloat("DOWNLOAD_TIMEOUT"))
        self._rules: OrderedDict[str, asyncio.Task[Protego | None]] = OrderedDict()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware of a crawl."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Refuse what robots.txt disallows."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        rules = await self._rules_of(request)
        if rules is None:
            return
        if not rules.can_fetch(request.url, self._agent):
            raise DisallowedByRobots("robots.txt disallows it")
        request.meta["sitemaps"] = tuple(islice(rules.sitemaps, _MAX_SITEMAPS))
        self._pace(request, rules)

    async def _rules_of(self, request: Request) -> Protego | None:
        """The rules of the host, fetched once; shielded, so that one visit's time-out does not cancel another's."""
        parts = urlparse_cached(request)
        netloc = f"{parts.scheme}://{parts.netloc}"
        # What the usual client could not get the second one may.
        name = f"{netloc} {legacy_tls.META}" if request.meta.get(legacy_tls.META) else netloc
        task = self._rules.get(name)
        if task is None:
            task = asyncio.ensure_future(self._fetch(netloc, request))
            self._rules[name] = task
            if len(self._rules) > _MAX_HOSTS:
                self._rules.popitem(last=False)
        return await asyncio.shield(task)

    async def _fetch(self, netloc: str, request: Request) -> Protego | None:
        # No limit for the downloader, which would throw a longer file away: the beginning is obeyed, as RFC 9309 asks.
        meta: dict[str, Any] = {"dont_obey_robotstxt": True, "download_maxsize": 0, "download_timeout": self._timeout_s}
        meta["cookiejar"] = request.meta.get("cookiejar")
        meta[legacy_tls.META] = request.meta.get(legacy_tls.META)
        asked = Request(f"{netloc}/robots.txt", meta=meta, dont_filter=True)
        attach(asked, Progress(Tally(_MAX_BYTES), cuts=True))
        try:
            assert self._crawler.engine is not None
            answer: Response = await self._crawler.engine.download_async(asked)
        except Exception:  # noqa: BLE001  # whatever failed here fails for the page too, and is told there
            return None
        return _parsed(answer)

    def _pace(self, request: Request, rules: Protego) -> None:
        """Give the host its Crawl-delay as the delay of its download slot."""
        delay = rules.crawl_delay(self._agent)
        if not delay or self._crawler.engine is None:
            return
        downloader = self._crawler.engine.downloader
        name, slot = downloader._get_slot(request)  # Scrapy has no public way to pace one host
        slot.delay = max(slot.delay, min(float(delay), _MAX_DELAY_S))
        slot.jitter = 0.0  # of the default 0.5 half would come too soon
        request.meta["download_slot"] = name


def _parsed(answer: Response) -> Protego | None:
    """The rules in an answer; None, everything allowed, when it is no robots.txt."""
    if answer.status != 200:
        return None
    body = answer.body
    if len(body) >= _MAX_BYTES:
        body = body[:_MAX_BYTES].rpartition(b"\n")[0]  # half a line would be another rule
    text = body.decode("utf-8-sig", "replace")  # some editors begin a file with a mark that is no rule
    if text.lstrip()[:1] == "<":  # a soft 404: some page in place of the file
        return None
    return Protego.parse(text)
