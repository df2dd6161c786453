"""What one request of a visit brought. Values that the course of a visit, the downloader and the browser share."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.model import Fetch


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request brought: the record of it, and the body where one came."""

    fetch: Fetch
    body: bytes = b""
    charset: str = ""  # known encoding, "utf-8" for what a browser rendered
    sitemaps: tuple[str, ...] = ()  # addresses that the host's robots.txt announces
    headers: tuple[tuple[str, str], ...] = ()  # of the answer, names in lower case


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A page as a browser shows it, and the documents its scripts loaded."""

    answer: Answer
    documents: tuple[tuple[str, bytes, str], ...] = ()  # url, body, content type


@dataclass(frozen=True, slots=True)
class FetchedBody:
    """What the downloader brought for one request of a page."""

    body: bytes
    content_type: str
    status: int
    url: str


def is_data(url: str, content_type: str) -> bool:
    """Whether a document that a page's script loaded is one that is read."""
    return "json" in content_type or urlsplit(url).path.endswith(".json")
