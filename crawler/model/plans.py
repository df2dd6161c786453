"""A cluster to visit, and what earlier visits left that saves work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from crawler.model.fetches import Certificate
from crawler.model.pages import PageKind, Role
from crawler.model.registry import Cluster


@dataclass(frozen=True, slots=True, kw_only=True)
class PageBefore:
    """A page as the last full reading found it: by what it is told whether it has changed since."""

    url: str  # as asked for
    role: Role
    final_url: str  # after redirects
    etag: str = ""  # worth sending back, or ""
    last_modified: str = ""  # the header as sent, worth sending back, or ""
    fingerprint: str = ""  # of its bytes
    said: str = ""  # digest of what readers read of it, "" when only its bytes can tell
    certificate: Certificate | None = None
    tls: str = ""  # what was wrong with that certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class LastReading:
    """A full reading that stands for another night while the pages that would show news are as they were."""

    read_at: datetime  # UTC; the instant of its visit
    pages: tuple[PageBefore, ...]  # to be asked for, the home page first
    until: date  # the first day, on the organisation's calendar, on which it stands no more whatever is found
    basis: str  # digest of what else it depended on: addresses, settings, the program


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The bytes of one page, and where they lie. They are kept once, however often they were seen."""

    digest: str  # SHA-256 in hex, of the bytes
    n_bytes: int  # of them, unpacked
    file: str  # of the WARC, relative to the archive, with "/"
    offset: int  # bytes; of the record in the file
    length: int  # bytes; of the record in the file, packed
    url: str  # of the record; later records of the same bytes refer to it by url and instant
    at: datetime  # UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """What came of showing one page in a browser, the last time."""

    url: str  # of the page, after redirects
    source: PageKind  # what its source was
    worth: bool  # the browser showed more than the source
    at: datetime  # UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsCopy:
    """What the robots.txt of a host said."""

    origin: str  # scheme, host and port
    text: str  # "" where there is none: everything is allowed
    at: datetime  # UTC; when it was asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One cluster to visit, and what is known that saves work. All that a spider needs."""

    cluster: Cluster
    last: LastReading | None = None  # what may be confirmed; None: read everything
    robots: tuple[RobotsCopy, ...] = ()  # what the robots.txt of its hosts said
    renderings: tuple[Rendering, ...] = ()  # of its pages, what the browser made of each
    known: tuple[Content, ...] = ()  # in the archive already: what its pages were at the last visits
