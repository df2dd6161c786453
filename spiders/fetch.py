"""One request through Scrapy's downloader and its middlewares, told as an `Answer` whatever happens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.model import Certificate, Fetch, Outcome, PageBefore, RobotsCopy, Role
from crawler.policy import Budget
from crawler.urls import registrable_domain
from spiders import certificate, confirming, guard, legacy_tls, resolver, robots
from spiders.answer import Answer
from spiders.outcome import outcome_of_failure, outcome_of_response
from spiders.progress import Progress, Tally, attach

logger = logging.getLogger(__name__)

_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
_FEED_ACCEPT = "application/atom+xml,application/rss+xml,application/xml;q=0.9,*/*;q=0.8"
_READABLE = ("html", "xml", "json", "text/plain", "rss", "atom")
_UNDECLARED = b"<"  # a page sent without a content type starts so


class Downloads:
    """The requests of one visit: same cookies, same clock, shared budget of bytes."""

    def __init__(
        self,
        crawler: Crawler,
        cluster_id: str,
        now: datetime,
        budget: Budget,
        *,
        past_caches: bool = False,
        robots_known: Sequence[RobotsCopy] = (),
    ) -> None:
        self.robots = robots.Copies(robots_known, now)
        self._past_caches = {"Cache-Control": "no-cache", "Pragma": "no-cache"} if past_caches else {}
        self._crawler = crawler
        self._cluster_id = cluster_id
        self._now = now
        self._budget = budget
        self._tally = Tally(budget.max_bytes)
        self._legacy_tls = False  # a server of this visit speaks only old TLS
        self._certificates: dict[str, str] = {}  # what is wrong with them, by host and port
        self._clock: Callable[[], float] = asyncio.get_running_loop().time
        self._begun = self._clock()

    async def fetch(self, url: str, role: Role, before: PageBefore | None = None) -> Answer:
        """What came of one GET. Never raises for anything that the site or the network did.

        With `before`, the page as it was, its server may answer that it is the same.
        """
        begun = self._clock()
        if self._tally.is_spent:
            return Answer(Fetch(url=url, role=role, at=self._at(), outcome=Outcome.BUDGET, detail=self._spent))
        request = self._request(url, role, confirming.conditions(before) if before else {})
        if request is None:
            return Answer(Fetch(url=url, role=role, at=self._at(), outcome=Outcome.ADDRESS_REFUSED, detail="not a URL"))
        progress = Progress(self._tally)
        attach(request, progress)
        try:
            assert self._crawler.engine is not None
            response = await self._crawler.engine.download_async(request)
        except Exception as failure:  # noqa: BLE001  # the edge of one fetch: outcome_of_failure tells ours from theirs
            failed = self._failed(url, role, failure, self._clock() - begun, progress)
            if failed.fetch.outcome is Outcome.TLS_LEGACY and not self._legacy_tls:
                self._legacy_tls = True
                return await self.fetch(url, role, before)
            return await self._with_servers(failed)
        self._tally.received += max(0, len(response.body) - progress.n_bytes)  # what unpacking added
        answer = self._answered(url, role, response, self._clock() - begun)
        if role is not Role.HOME:
            return answer
        answer = await self._with_certificate(answer, response, before)
        # Whoever takes a name over shows another page: where it is the same, nobody asks who serves its name.
        same = before is not None and confirming.is_the_same(before, answer.fetch)
        return answer if same else await self._with_servers(answer)

    async def _with_servers(self, answer: Answer) -> Answer:
        """The same answer to a home page's request, with the name servers of its domain where we asked any names."""
        fetch = answer.fetch
        address = fetch.final_url or fetch.url
        if fetch.role is not Role.HOME or not fetch.dns or _is_address(address):
            return answer
        servers = await resolver.name_servers(registrable_domain(address))
        return replace(answer, fetch=replace(fetch, name_servers=servers))

    async def _with_certificate(self, answer: Answer, response: Response, before: PageBefore | None) -> Answer:
        """The same answer, with what is wrong with the certificate of its host. Not asked through a proxy.

        A certificate that was looked at on the visit before, and has not run out since, is not looked at again.
        """
        parts = urlsplit(response.url)
        via_proxy = bool(response.request and response.request.meta.get("proxy"))
        if parts.scheme != "https" or via_proxy or not answer.fetch.address:
            return answer
        shown = answer.fetch.certificate
        if before is not None and shown is not None and shown == before.certificate and not self._has_ended(shown):
            self._certificates.setdefault(parts.netloc, before.tls)
        if parts.netloc not in self._certificates:
            name = (parts.hostname or "").rstrip(".")
            fault = await certificate.fault(answer.fetch.address, parts.port or 443, name)
            self._certificates[parts.netloc] = fault or (legacy_tls.ONLY_OLD_TLS if self._legacy_tls else "")
        return replace(answer, fetch=replace(answer.fetch, tls=self._certificates[parts.netloc]))

    def _has_ended(self, certificate: Certificate) -> bool:
        return certificate.expires_on is None or certificate.expires_on <= self._at().date()

    @property
    def _spent(self) -> str:
        return f"the budget of {self._tally.limit} bytes was used up"

    def _request(self, url: str, role: Role, conditions: Mapping[str, str]) -> Request | None:
        try:
            return Request(
                url,
                headers={"Accept": _FEED_ACCEPT if role is Role.FEED else _ACCEPT, **self._past_caches, **conditions},
                meta={
                    "cookiejar": self._cluster_id,
                    "download_maxsize": self._budget.max_page_bytes,
                    legacy_tls.META: self._legacy_tls,
                    robots.COPIES: self.robots,
                },
                dont_filter=True,
            )
        except ValueError:
            return None

    def _failed(self, url: str, role: Role, failure: Exception, elapsed_s: float, progress: Progress) -> Answer:
        outcome, detail = outcome_of_failure(failure, answered=progress.answered)
        if outcome is Outcome.ERROR:
            logger.warning("%s: fetch of %s failed in a way not understood", self._cluster_id, url, exc_info=failure)
        detail = self._spent if outcome is Outcome.BUDGET else detail[:300]
        fetch = Fetch(
            url=url,
            role=role,
            at=self._at(),
            outcome=outcome,
            redirects=tuple(progress.hops) if len(progress.hops) > 1 else (),
            elapsed_s=round(elapsed_s, 3),
            dns=resolver.said(urlsplit((progress.hops or [url])[-1]).hostname or ""),
            detail=detail,
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
            redirect_statuses=tuple(s for s in meta.get("redirect_reasons", ()) if isinstance(s, int)),
            elapsed_s=round(elapsed_s, 3),
            n_bytes=len(response.body),
            content_type=headers.get("content-type", "")[:200],
            etag=headers.get("etag", "")[:200],
            last_modified=headers.get("last-modified", "")[:100],
            address=str(response.ip_address or ""),
            certificate=None if via_proxy else _certificate(response),
            dns="" if via_proxy else resolver.said(urlsplit(response.url).hostname or ""),
            fingerprint=blake2b(response.body, digest_size=12).hexdigest() if outcome is Outcome.OK else "",
        )
        return Answer(fetch, response.body, sitemaps=tuple(meta.get("sitemaps", ())), headers=tuple(headers.items()))

    def _at(self) -> datetime:
        return self._now + timedelta(seconds=round(self._clock() - self._begun, 3))


def _is_address(url: str) -> bool:
    return guard.literal(urlsplit(url).hostname or "") is not None


def _certificate(response: Response) -> Certificate | None:
    """What the certificate of an answer says, None for an answer without one."""
    return certificate.certificate(response.certificate.dump()) if response.certificate else None


def _is_readable(content_type: str, body: bytes) -> bool:
    """Whether the answer is a document with words that we read."""
    kind = content_type.split(";", maxsplit=1)[0].strip().lower()
    if not kind or kind in {"application/octet-stream", "unknown/unknown"}:
        return body.lstrip()[:1] == _UNDECLARED
    return any(word in kind for word in _READABLE)
