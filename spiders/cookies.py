"""Cookies of a visit, kept in memory, a jar a cluster.

Scrapy's own middleware would fetch a list of public suffixes from the internet at the first cookie: a request that
nobody ordered, past the address guard, and one that holds the whole crawl while it waits.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from http.cookiejar import Cookie

from scrapy import Request
from scrapy.downloadermiddlewares.cookies import CookiesMiddleware
from scrapy.http.cookies import CookieJar

from crawler.urls import host, registrable_domain

_MAX_JARS = 2000  # more than can be visited at once; the oldest goes


class _Jars(OrderedDict[object, CookieJar]):
    """A jar for every key that is asked for, the newest ones only."""

    def __missing__(self, name: object) -> CookieJar:
        if len(self) >= _MAX_JARS:
            self.popitem(last=False)
        self[name] = jar = CookieJar()
        return jar


class VisitCookies(CookiesMiddleware):
    """Downloader middleware: Scrapy's, with the list of public suffixes that is installed with us."""

    def __init__(self, debug: bool = False) -> None:  # the parent's signature
        super().__init__(debug)
        self.jars = _Jars()  # type: ignore[assignment]  # a bounded mapping in place of a defaultdict

    def _process_cookies(self, cookies: Iterable[Cookie], *, jar: CookieJar, request: Request) -> None:
        """Keep the cookies that the address may set: none for a whole public suffix."""
        asked = host(request.url)
        for cookie in cookies:
            domain = cookie.domain.removeprefix(".")
            if domain and not registrable_domain(f"http://{domain}/"):
                if domain != asked:
                    continue
                cookie.domain = asked
            jar.set_cookie_if_ok(cookie, request)
