"""One look at the websites of one cluster."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from crawler.model.fetches import Fetch, Outcome
from crawler.model.pages import PageReading


class VisitOutcome(StrEnum):
    """What a whole visit amounts to."""

    READ = "read"  # at least one page of the cluster's own was read
    LOST = "lost"  # answered, but with a parking, default, suspended or foreign page
    FAILED = "failed"  # conclusively not there
    INCONCLUSIVE = "inconclusive"  # refused us, timed out once, our own trouble: says nothing
    NO_WEBSITE = "no_website"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One look at one cluster's websites at one instant."""

    cluster_id: str
    started_at: datetime  # UTC; the instant that the whole visit works with
    day: date | None = None  # of that instant on the organisation's own calendar; None: not recorded, as in UTC
    elapsed_s: float
    outcome: VisitOutcome
    fetches: tuple[Fetch, ...] = ()
    pages: tuple[PageReading, ...] = ()
    website: str = ""  # the address that was asked for
    reached: str = ""  # the address that answered as home page
    moved_to: str = ""  # another registrable domain the home page redirected to
    failure: Outcome | None = None  # of the home page, when it could not be read
    stopped: str = ""  # why no more was fetched, in words
    # The instant of the full reading whose pages these are: what was asked for on this visit had not changed since.
    confirms: datetime | None = None
    carried: tuple[Fetch, ...] = ()  # the requests of that reading that were not made again
