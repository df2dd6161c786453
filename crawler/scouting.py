"""What a search for unknown organisations asks for and brings: sites to walk through, pages, and the links out of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from crawler.model import Cluster, Outcome, PageKind


class SourceKind(StrEnum):
    """What a site is walked through for."""

    CLUSTER = "cluster"  # of the registry: its home page, link pages and news are walked through
    PORTAL = "portal"  # of the configuration: the page named, and its lists
    UNKNOWN = "unknown"  # an organisation that others name: its home page alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroll:
    """One site to walk through."""

    site: Cluster  # of the registry, or one made up of an address; what takes turns with the nightly visits
    kind: SourceKind
    max_pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlink:
    """One link to another organisation's site, with the words that stand at it."""

    url: str
    text: str  # words of the link, or of its picture; "" for none
    line: str = ""  # the line it stands in, at most 200 characters
    heading: str = ""  # the heading above it, at most 100 characters


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoutedPage:
    """One page of a walk: how it ended, what it says of itself, and where it leads."""

    url: str  # as asked
    outcome: Outcome
    final_url: str = ""
    kind: PageKind | None = None  # None: nothing was read
    title: str = ""
    site_name: str = ""  # its own name for itself, from its metadata
    headline: str = ""  # its first main heading
    language: str = ""  # ISO 639-1
    latest: date | None = None  # newest post, report or past event on it
    latest_raw: str = ""
    ended: str = ""  # the sentence by which the organisation says that it ended, verbatim
    links: tuple[Outlink, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scouted:
    """One walk, finished."""

    site_id: str  # cluster id, address of the portal, or domain
    kind: SourceKind
    pages: tuple[ScoutedPage, ...]
    stopped: str = ""  # why it ended before all was seen, "" when it did not
