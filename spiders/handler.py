"""Scrapy's downloader for http and https, with the bounds that it leaves open.

A connection may take half of the time of a download, so that a host that is not there is told from one that does not
answer. Headers are bounded in number and size. Idle connections are closed soon: a crawl visits a host once, and
a thousand sockets kept for four minutes each would be more than a process may open.
"""

from __future__ import annotations

from typing import Any, cast

from scrapy import Request
from scrapy.core.downloader.handlers import http11
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.web.client import Agent
from twisted.web.iweb import IPolicyForHTTPS, IResponse

from spiders import legacy_tls
from spiders.legacy_tls import LegacyContextFactory

_IDLE_S = 8  # Twisted's default 240; longer than the delay between two requests to one host
_CONNECT_SHARE = 0.5  # of the download's time-out
MAX_HEADERS = 300  # lines of headers in one answer; real ones have up to some dozens
MAX_HEADER_BYTES = 128 * 1024  # of all headers of one answer


class TooManyHeaders(Exception):
    """An answer whose headers do not end. Raised by the parser, told as an outcome by `spiders.outcome`."""


class _Parser(http11._LenientHTTPClientParser):
    """Reads an answer; gives up on one whose headers do not end."""

    def lineReceived(self, line: bytes) -> None:  # noqa: N802  # Twisted's name
        """One line of the status or the headers."""
        lines, size = getattr(self, "_headers_so_far", (0, 0))
        lines, size = lines + 1, size + len(line)
        self._headers_so_far = (lines, size)
        if lines > MAX_HEADERS or size > MAX_HEADER_BYTES:
            raise TooManyHeaders(f"more than {MAX_HEADERS} headers, or than {MAX_HEADER_BYTES} bytes of them")
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802  # Twisted's name
        """One line of the status or the headers that does not end."""
        raise TooManyHeaders(f"a header longer than {len(line)} bytes")


class _Protocol(http11._LenientHTTP11ClientProtocol):
    """A connection that reads answers with the bounded parser."""

    def request(self, request: Any) -> Deferred[IResponse]:  # Any: Twisted's own request, as in the parent
        """Send one request. The parser's class is exchanged as the parent does, for want of another way."""
        answer = super().request(request)
        if self._parser is not None:
            self._parser.__class__ = _Parser
        return answer


class _Factory(http11._LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> _Protocol:  # noqa: N802  # Twisted's name
        """A connection."""
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class _Agent(http11._ScrapyAgent):
    def _get_agent(self, request: Request, timeout: float) -> Agent:
        return super()._get_agent(request, timeout * _CONNECT_SHARE)


class BoundedHandler(http11.HTTP11DownloadHandler):
    """Download handler: Scrapy's, bounded."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool.cachedConnectionTimeout = _IDLE_S
        self._pool._factory = _Factory
        self._legacy: IPolicyForHTTPS = cast("IPolicyForHTTPS", LegacyContextFactory())

    async def download_request(self, request: Request) -> Response:
        """The answer to one request."""
        agent = _Agent(
            contextFactory=self._legacy if request.meta.get(legacy_tls.META) else self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
        )
        with wrap_twisted_exceptions():
            return await maybe_deferred_to_future(agent.download_request(request))
