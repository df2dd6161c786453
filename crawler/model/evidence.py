"""What the visits of one cluster amount to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crawler.model.dates import DatedItem
from crawler.model.fetches import Outcome
from crawler.model.notices import Notice
from crawler.model.pages import PageKind, PageReading, Trait
from crawler.model.visits import VisitOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedNotice:
    """A notice with the number of visits that saw it and the first of them."""

    notice: Notice
    visits: int
    first_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The visits of one cluster so far, boiled down, as of an instant."""

    cluster_id: str
    as_of: datetime
    visits: int = 0
    conclusive_visits: int = 0
    last_visited_at: datetime | None = None
    last_reached_at: datetime | None = None
    reachability: VisitOutcome | None = None  # of the last conclusive visit
    last_outcome: VisitOutcome | None = None  # of the last visit at all
    failure: Outcome | None = None  # of the last failing visit, while failing
    failing_since: datetime | None = None
    failing_visits: int = 0  # days with such a visit, as for all counts of visits in a row
    away_since: datetime | None = None  # first of the conclusive visits at the end that failed or were lost
    away_until: datetime | None = None  # last of these; no time passes through visits that say nothing
    away_visits: int = 0
    away_failures: tuple[Outcome | None, ...] = ()  # of these, each once; None: another page answered
    lost_since: datetime | None = None
    lost_visits: int = 0
    lost_kind: PageKind | None = None
    lost_words: str = ""
    lost_url: str = ""
    lost_but_named: bool = False  # on that visit another page of the cluster showed its name
    parked_names: str = ""  # a name server of a parking service, when at the last visit all of the domain's were
    parked_names_visits: int = 0  # days in a row, visits that did not hear left out
    blocked_since: datetime | None = None  # refused us on every visit since then
    latest: DatedItem | None = None  # the latest post
    runners_up: tuple[DatedItem, ...] = ()  # the next newest posts, newest first
    updated: DatedItem | None = None  # the newest "last updated" stamp
    next_event: DatedItem | None = None
    dated_items: int = 0
    strong_items: int = 0  # days of posts written in full, in a list or marked as posts: news that can fall silent
    unread_news: tuple[str, ...] = ()  # addresses of news that could not be read lately
    cut_short: bool = False  # our time or bytes ran out on each of the last visits
    english_latest: DatedItem | None = None
    english_page: str = ""  # URL of the best English page, "" if there is none
    english_letters: int = 0
    english_widget: str = ""
    languages: tuple[str, ...] = ()  # most text first
    notices: tuple[StatedNotice, ...] = ()
    identity_seen: bool = False  # a name of the organisation stood on the last pages read
    traits: tuple[Trait, ...] = ()
    moved_to: str = ""
    better_address: str = ""  # shows the organisation's name, while nothing is at the address in the registry
    better_address_visits: int = 0  # days in a row
    written_by_others: tuple[PageReading, ...] = ()  # pages of a readable site with a hijacker's or parking words
    text_changed_at: datetime | None = None  # last time that the main text differed between visits
    pages: tuple[PageReading, ...] = ()  # of the last visit that read something
