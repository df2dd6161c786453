"""Bare Scrapy: the pages of a list, an empty callback, and nothing of ours. What fetching alone costs.

Called as a process of its own: `python -m benchmarks.speed.bare FILE`, where FILE holds the addresses, one a line, and
the settings of a crawl as JSON in its first line. Prints how many pages came and how many seconds it took.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from time import perf_counter
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response
from twisted.internet.address import IPv4Address
from twisted.internet.interfaces import IHostnameResolver
from zope.interface import implementer


@implementer(IHostnameResolver)
class Loopback:
    """Every name is here: what bare Scrapy's own resolver would have to be told by the system."""

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> Loopback:  # Any: Twisted's interfaces are no types
        """The resolver of a crawl."""
        made = cls()
        made.reactor = reactor
        return made

    reactor: Any

    def install_on_reactor(self) -> None:
        """Take the place of the reactor's own."""
        self.reactor.installNameResolver(self)

    def resolveHostName(self, receiver: Any, name: str, portNumber: int = 0, **_: Any) -> Any:  # noqa: N802, N803
        """One address, at once."""
        receiver.resolutionBegan(self)
        receiver.addressResolved(IPv4Address("TCP", "127.0.0.1", portNumber))
        receiver.resolutionComplete()
        return receiver


class Bare(Spider):
    """Fetches every page of a list."""

    name = "bare"
    pages = 0

    async def start(self) -> AsyncIterator[Request]:
        """Every page once."""
        for url in self.addresses:
            yield Request(url, dont_filter=True)

    addresses: list[str]

    def parse(self, response: Response) -> None:
        """Nothing but to count."""
        self.pages += 1


def main(path: str) -> None:
    """Fetch all, then say how many and how long."""
    first, *addresses = Path(path).read_text(encoding="utf-8").splitlines()
    process = CrawlerProcess({**json.loads(first), "TWISTED_DNS_RESOLVER": Loopback})
    begun = perf_counter()
    crawler = process.create_crawler(Bare)
    process.crawl(crawler, addresses=addresses)
    process.start()
    assert isinstance(crawler.spider, Bare)
    print(json.dumps({"pages": crawler.spider.pages, "seconds": perf_counter() - begun}))


if __name__ == "__main__":
    main(sys.argv[1])
