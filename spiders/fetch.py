"""One request through Scrapy's downloader and its middlewares, told as an `Answer` whatever happens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.model import Fetch, Outcome, Role
from crawler.policy import Budget
from spiders.course import Answer
from spiders.outcome import outcome_of_failure, outcome_of_response

logger = logging.getLogger(__name__)

_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
_FEED_ACCEPT = "application/atom+xml,application/rss+xml,application/xml;q=0.9,*/*;q=0.8"
_READABLE = ("html", "xml", "json", "text/plain", "rss", "atom")
_UNDECLARED = b"<"  # a page sent without a content type starts so


class Downloads:
    """The requests of one visit: same cookies, same clock, shared budget of bytes."""

    def __init__(self, crawler: Crawler, cluster_id: str, now: datetime, budget: Budget) -> None:
        self._crawler = crawler
        self._cluster_id = cluster_id
        self._now = now
        self._budget = budget
        self._clock: Callable[[], float] = asyncio.get_running_loop().time
        self._begun = self._clock()

    async def fetch(self, url: str, role: Role) -> Answer:
        """What came of one GET. Never raises for anything that the site or the network did."""
        request = self._request(url, role)
        begun = self._clock()
        if request is None:
            return Answer(Fetch(url=url, role=role, at=self._now, outcome=Outcome.ADDRESS_REFUSED, detail="not a URL"))
        try:
            assert self._crawler.engine is not None
            response = await self._crawler.engine.download_async(request)
        except Exception as failure:  # noqa: BLE001  # the edge of one fetch: outcome_of_failure tells ours from theirs
            return self._failed(url, role, failure, self._clock() - begun)
        return self._answered(url, role, response, self._clock() - begun)

    def _request(self, url: str, role: Role) -> Request | None:
        try:
            return Request(
                url,
                headers={"Accept": _FEED_ACCEPT if role is Role.FEED else _ACCEPT},
                meta={"cookiejar": self._cluster_id, "download_maxsize": self._budget.max_page_bytes},
                dont_filter=True,
            )
        except ValueError:
            return None

    def _failed(self, url: str, role: Role, failure: Exception, elapsed_s: float) -> Answer:
        outcome, detail = outcome_of_failure(failure)
        if outcome is Outcome.ERROR:
            logger.warning("%s: fetch of %s failed in a way not understood", self._cluster_id, url, exc_info=failure)
        fetch = Fetch(
            url=url, role=role, at=self._at(), outcome=outcome, elapsed_s=round(elapsed_s, 3), detail=detail[:300]
        )
        return Answer(fetch)

    def _answered(self, url: str, role: Role, response: Response, elapsed_s: float) -> Answer:
        headers = {k.decode("latin-1").lower(): b", ".join(v).decode("latin-1") for k, v in response.headers.items()}
        via_proxy = bool(response.request and response.request.meta.get("proxy"))
        outcome = outcome_of_response(response.status, headers, response.body[:65536], via_proxy=via_proxy)
        if outcome is Outcome.OK and not _is_readable(headers.get("content-type", ""), response.body):
            outcome = Outcome.NOT_A_PAGE
        meta = response.request.meta if response.request else {}
        fetch = Fetch(
            url=url,
            role=role,
            at=self._at(),
            outcome=outcome,
            status=response.status,
            final_url=response.url,
            redirects=tuple(meta.get("redirect_urls", ())),
            elapsed_s=round(elapsed_s, 3),
            n_bytes=len(response.body),
            content_type=headers.get("content-type", "")[:200],
            etag=headers.get("etag", "")[:200],
            last_modified=headers.get("last-modified", "")[:100],
            address=str(response.ip_address or ""),
        )
        return Answer(fetch, response.body, sitemaps=tuple(meta.get("sitemaps", ())))

    def _at(self) -> datetime:
        return self._now + timedelta(seconds=round(self._clock() - self._begun, 3))


def _is_readable(content_type: str, body: bytes) -> bool:
    """Whether the answer is a document with words that we read."""
    kind = content_type.split(";")[0].strip().lower()
    if not kind or kind in {"application/octet-stream", "unknown/unknown"}:
        return body.lstrip()[:1] == _UNDECLARED
    return any(word in kind for word in _READABLE)
