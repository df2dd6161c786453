"""How far a download has come: which wait ran out, and how much a visit has received, failed downloads included.

Scrapy tells a time-out without its phase, and bounds one body but not the sum of a visit. Its signals tell both.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload

_KEY = "progress"  # in Request.meta; redirects and retries share it


@dataclass(slots=True)
class Tally:
    """Bytes that came for one visit, over all its downloads."""

    limit: int
    received: int = 0

    @property
    def is_spent(self) -> bool:
        """Whether nothing more may be asked for."""
        return self.received >= self.limit


@dataclass(slots=True)
class Progress:
    """One download under way."""

    tally: Tally
    cuts: bool = False  # at the limit: keep what came, instead of failing
    answered: bool = False  # the headers of the last hop have come
    n_bytes: int = 0  # of the body, as sent
    hops: list[str] = field(default_factory=list)  # the addresses that were asked for, redirects included


def attach(request: Request, progress: Progress) -> None:
    """Have the progress of a request told."""
    request.meta[_KEY] = progress


def note_hop(request: Request) -> None:
    """Note the address that is asked for now; a retry of the same one is no other hop."""
    progress = request.meta.get(_KEY)
    if progress is not None and progress.hops[-1:] != [request.url]:
        progress.hops.append(request.url)


def watch(crawler: Crawler) -> None:
    """Tell the progress of every download of this crawl that has one attached."""
    crawler.signals.connect(_sent, signal=signals.request_reached_downloader)
    crawler.signals.connect(_answered, signal=signals.headers_received)
    crawler.signals.connect(_received, signal=signals.bytes_received)


def _sent(request: Request) -> None:
    """A hop begins: of a redirect that answered, the next address may be silent."""
    progress = request.meta.get(_KEY)
    if progress is not None:
        progress.answered = False


def _answered(request: Request) -> None:
    progress = request.meta.get(_KEY)
    if progress is not None:
        progress.answered = True


def _received(request: Request, data: bytes) -> None:
    """Count; at the limit of the visit stop the download, whatever its own limit is."""
    progress = request.meta.get(_KEY)
    if progress is None:
        return
    progress.n_bytes += len(data)
    progress.tally.received += len(data)
    if progress.cuts:
        # The downloader has read its own limit (none) by now; what comes next is the unpacking, which needs one.
        request.meta["download_maxsize"] = progress.tally.limit
    if progress.tally.is_spent:
        raise StopDownload(fail=not progress.cuts)
