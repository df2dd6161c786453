"""What the visits to a cluster amount to so far, boiled down, so that old ones need not be read again. Values only.

`pipelines.judging.remembering` adds one visit after the other. It holds no number of the policy: the same past answers
under any.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from crawler.model import (
    Fetch,
    Notice,
    Outcome,
    PageKind,
    PageReading,
    Partner,
    Role,
    TraitKind,
    Visit,
    VisitOutcome,
)

# Raised whenever the same visits amount to another past, or its fields change: what was stored before is then made
# again from the visits. A test says when that is due.
FORM = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Visits that have something in common, mostly in a row."""

    since: datetime  # UTC, start of the first visit
    until: datetime  # and of the last
    first_day: date  # on the organisation's calendar
    last_day: date
    days: int  # on which there was such a visit: two rescans within minutes are one look


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """The last row of conclusive visits that did not find the organisation's pages; it may be over."""

    stretch: Stretch
    failures: tuple[Outcome | None, ...]  # each once, in their order; None: another page answered
    failing: Stretch | None = None  # the visits at its end that failed
    failure: Outcome | None = None  # of the last of these
    lost: Stretch | None = None  # the visits at its end that agree on whose page stands there
    owned: bool = False  # a parking page or another owner's
    lost_kind: PageKind | None = None
    lost_words: str = ""
    lost_url: str = ""
    lost_but_named: bool = False
    named_before: bool = False  # the organisation's name was read on some visit up to its end


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """The visits since then that could read the site."""

    stretch: Stretch
    named_today: bool  # the name was read on its last day
    named_days: int = 0  # days in a row, before that day, on which the name was read
    most_named_days: int = 0  # the longest such row, before that day


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The visits up to one of them, void nights left out."""

    visits: int = 0
    conclusive_visits: int = 0
    last_visited_at: datetime | None = None
    last_outcome: VisitOutcome | None = None
    last_reached_at: datetime | None = None
    reachability: VisitOutcome | None = None  # of the last conclusive visit
    moved_to: str = ""  # as the last visit that could read a page found it
    blocked_since: datetime | None = None
    parked_names: str = ""
    parked: Stretch | None = None
    better_asked: str = ""  # the address at which nothing was, on every visit of `better`
    better_address: str = ""
    better: Stretch | None = None
    named: bool = False  # on some conclusive visit the organisation's name was read
    away: Away | None = None
    back: Back | None = None  # None: it is still away, or never was
    said: dict[str, Stretch] = field(default_factory=dict)  # by a short name for the words of a notice: who saw them
    not_there: dict[str, Stretch] = field(default_factory=dict)  # by address: the visits in a row that did not find it
    cut_short: Stretch | None = None  # the reading visits at the end that ran out of time or bytes
    texts: dict[str, str] = field(default_factory=dict)  # digests of the main texts on the last reading visit, by URL
    text_changed_at: datetime | None = None
    # What the newest reading of each page says of partners abroad, by address; pages that say nothing left out.
    told: dict[str, tuple[Partner, ...]] = field(default_factory=dict)


# --- an old visit, as far as a past needs it; its fields mean what those of the same name mean in `crawler.model` ---


@dataclass(frozen=True, slots=True, kw_only=True)
class OldFetch:
    """Of a fetch."""

    url: str
    role: Role
    outcome: Outcome
    final_url: str = ""
    redirects: tuple[str, ...] = ()
    name_servers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OldNotice:
    """Of a notice."""

    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OldTrait:
    """Of a trait."""

    kind: TraitKind


@dataclass(frozen=True, slots=True, kw_only=True)
class OldPage:
    """Of a page reading."""

    url: str
    kind: PageKind
    notices: tuple[OldNotice, ...] = ()
    partners: tuple[Partner, ...] = ()
    traits: tuple[OldTrait, ...] = ()
    text_digest: str = ""
    sure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OldVisit:
    """Of a visit. It is read in a fifth of the time, for the dated items are most of one."""

    started_at: datetime
    day: date | None = None
    outcome: VisitOutcome
    fetches: tuple[OldFetch, ...] = ()
    carried: tuple[OldFetch, ...] = ()
    pages: tuple[OldPage, ...] = ()
    moved_to: str = ""
    failure: Outcome | None = None
    stopped: str = ""


AnyVisit = Visit | OldVisit
AnyFetch = Fetch | OldFetch
AnyPage = PageReading | OldPage
AnyNotice = Notice | OldNotice
