"""What of a visit is kept as it was: the records of its pages, and pictures of home pages. Values only.

The bytes lie in files below one folder, the archive: WARC files, a folder a run, and pictures. A spider writes them and
tells where; the one writer of the database keeps that beside the visit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crawler.model import Content, Role


class KeptKind(StrEnum):
    """Which form of a page was kept."""

    RESPONSE = "response"  # the body as the server sent it
    RENDERED = "rendered"  # the document as a browser showed it, after its scripts


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One page of a visit that was kept."""

    kind: KeptKind
    role: Role
    url: str  # asked for
    final_url: str  # that answered
    at: datetime  # UTC
    status: int | None  # HTTP status
    content_type: str
    content: Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where a crawl process keeps what it reads."""

    folder: str  # path of the archive
    run_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A picture of a home page, taken just now and stored as a file."""

    cluster_id: str
    at: datetime  # UTC
    url: str  # of the page as it was shown
    width: int  # pixels
    height: int  # pixels
    content_type: str
    n_bytes: int
    digest: str  # SHA-256 in hex
    file: str  # relative to the archive, with "/"
