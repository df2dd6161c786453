"""robots.txt, obeyed: disallow, and Crawl-delay as the pace of the host.

Scrapy's own middleware keeps every file for ever, waits for ever when a fetch is cancelled, and leaves Crawl-delay
aside. The rules are those of RFC 9309: a file is believed for a day; 4xx allows all; of a host whose file cannot be read
the last one is obeyed for thirty days, and without one nothing is read. Only how a first page fails is looked at then:
a site that is out of order is not one that forbids.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Self

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from crawler.model import RobotsCopy
from spiders import legacy_tls
from spiders.progress import Progress, Tally, attach

_MAX_BYTES = 512 * 1024  # RFC 9309 asks for at least 500 KiB
_MAX_HOSTS = 2000
_MAX_DELAY_S = 30.0  # a longer one would keep a visit from ever ending
_MAX_SITEMAPS = 3  # of those that a robots.txt names
_MAX_KEPT = 65_536  # characters; a longer file is asked for every night
FRESH = timedelta(hours=25)  # a day, and an hour for a night that begins later than the one before
_USABLE = timedelta(days=30)  # RFC 9309, section 2.3.1.4: of a file that cannot be read any more
COPIES = "robots_copies"  # key of a request's meta: the `Copies` of its visit
_UNREADABLE = "robots_unreadable"
_TIMEOUT_S = 10.0  # at most; a site that is silent is told by its page


class DisallowedByRobots(IgnoreRequest):
    """The site asks robots not to fetch this. Raised by `RobotsRules`, told as an outcome by `spiders.outcome`."""


class Copies:
    """What robots.txt files said, as one visit knows it and learns it."""

    def __init__(self, known: Iterable[RobotsCopy], now: datetime) -> None:
        self.now = now
        self._known = {copy.origin: copy for copy in known}
        self.read: dict[str, RobotsCopy] = {}  # by origin, on this visit

    def of(self, origin: str, age: timedelta) -> RobotsCopy | None:
        """What the file said when it was read within this age, None when it was not."""
        copy = self._known.get(origin)
        return copy if copy is not None and timedelta(0) <= self.now - copy.at <= age else None

    def learn(self, copy: RobotsCopy) -> None:
        """Keep what a file says, unless it is too long to be kept."""
        if copy != self._known.get(copy.origin) and len(copy.text) <= _MAX_KEPT:
            self.read[copy.origin] = copy


@dataclass(frozen=True, slots=True)
class _Read:
    """What came of asking for a file."""

    rules: Protego | None  # None: everything is allowed
    copy: RobotsCopy | None = None  # to be kept
    unreadable: str = ""  # why nothing may be read


class RobotsRules:
    """Downloader middleware: asks a host's robots.txt before anything else of it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent: str = crawler.settings["USER_AGENT"]
        self._timeout_s = min(_TIMEOUT_S, crawler.settings.getfloat("DOWNLOAD_TIMEOUT"))
        self._rules: OrderedDict[str, asyncio.Task[_Read]] = OrderedDict()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware of a crawl."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Refuse what robots.txt disallows."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        read = await self._rules_of(request)
        copies = request.meta.get(COPIES)
        if copies is not None and read.copy is not None:
            copies.learn(read.copy)
        request.meta[_UNREADABLE] = read.unreadable
        rules = read.rules
        if rules is None:
            return
        if not rules.can_fetch(request.url, self._agent):
            raise DisallowedByRobots("robots.txt disallows it")
        request.meta["sitemaps"] = tuple(islice(rules.sitemaps, _MAX_SITEMAPS))
        self._pace(request, rules)

    def process_response(self, request: Request, response: Response) -> Response:
        """Refuse what a site gives although nobody can read what it forbids. An answer that is a failure may pass."""
        if request.meta.get(_UNREADABLE) and response.status < 400:
            raise DisallowedByRobots(request.meta[_UNREADABLE])
        return response

    async def _rules_of(self, request: Request) -> _Read:
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

    async def _fetch(self, origin: str, request: Request) -> _Read:
        copies: Copies | None = request.meta.get(COPIES)
        if copies is not None and (copy := copies.of(origin, FRESH)) is not None:
            return _Read(_parsed(copy.text))
        try:
            answer = await self._asked(origin, request)
        except IgnoreRequest:
            return _Read(None)  # it leads round in circles, or where we do not go: there is no file
        except Exception as failure:  # noqa: BLE001  # whatever failed here fails for the page too, and is told there
            return _unreadable(origin, copies, type(failure).__name__)
        if answer.status >= 500:
            return _unreadable(origin, copies, f"HTTP {answer.status}")
        text = _text(answer)
        copy = None if copies is None else RobotsCopy(origin=origin, text=text, at=copies.now)
        return _Read(_parsed(text), copy)

    async def _asked(self, origin: str, request: Request) -> Response:
        # No limit for the downloader, which would throw a longer file away: the beginning is obeyed, as RFC 9309 asks.
        meta: dict[str, Any] = {"dont_obey_robotstxt": True, "download_maxsize": 0, "download_timeout": self._timeout_s}
        meta["cookiejar"] = request.meta.get("cookiejar")
        meta[legacy_tls.META] = request.meta.get(legacy_tls.META)
        asked = Request(f"{origin}/robots.txt", meta=meta, dont_filter=True)
        attach(asked, Progress(Tally(_MAX_BYTES), cuts=True))
        assert self._crawler.engine is not None
        answer: Response = await self._crawler.engine.download_async(asked)
        return answer

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


def _unreadable(origin: str, copies: Copies | None, why: str) -> _Read:
    """What is obeyed where a file cannot be read: what it said last, or nothing is allowed."""
    copy = copies.of(origin, _USABLE) if copies is not None else None
    return _Read(None, unreadable=f"robots.txt cannot be read ({why})") if copy is None else _Read(_parsed(copy.text))


def _text(answer: Response) -> str:
    """What a file says, "" when the answer is no robots.txt."""
    if answer.status != 200:
        return ""
    body = answer.body
    if len(body) >= _MAX_BYTES:
        body = body[:_MAX_BYTES].rpartition(b"\n")[0]  # half a line would be another rule
    text = body.decode("utf-8-sig", "replace")  # some editors begin a file with a mark that is no rule
    return "" if text.lstrip()[:1] == "<" else text  # a soft 404: some page in place of the file


def _parsed(text: str) -> Protego | None:
    """The rules in a text; None, everything allowed, when there are none."""
    return Protego.parse(text) if text else None
