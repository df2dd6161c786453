"""Every number that decides, with its unit and its source.

Days are calendar days, points are the points of section "Rules of judgement" in docs/judging.md.
A policy is named by a digest of its numbers, so a stored verdict says under which rules it was made.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from hashlib import blake2b

from crawler.model import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What one visit to one cluster may cost."""

    # Twelve pages hold the newest date of a site in nearly all cases: home, news, feed, sitemap, English home and
    # news, and the newest posts. Measured on the labelled sites, see docs/accuracy.md.
    max_pages: int = 12
    max_depth: int = 3  # links from a page that the registry or the site's home names
    max_seconds: float = 60.0  # wall clock of the whole visit
    max_bytes: int = 16 * 1024 * 1024
    max_page_bytes: int = 4 * 1024 * 1024
    max_renders: int = 3  # pages shown in a browser
    # Days. A page of which a browser showed no more than its source is shown again only after these, or when its
    # source has become another kind of page.
    render_again_days: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The thresholds of judgement."""

    # --- Windows, in days before the instant of judgement ---
    # 18 months, the window by which the 2016 screening's "active" was told (DESIGN: words, activity).
    active_days: int = 548
    life_days: int = 365  # a dated item within 12 months speaks against every sign of ceasing
    silence_days: int = 3 * 365  # newest item older: points
    long_silence_days: int = 5 * 365 + 1  # newest item older: a question of its own
    coming_event_days: int = 400  # an event further away than this is a misread date more often than a plan

    # Four years: the 2016 mapping counted relations of 2013, the year of the mapping before, as recent, and none of 2011.
    # More makes relations recent that nobody may remember; less forgets agreements that run for three years.
    partner_days: int = 4 * 365 + 1

    # --- Reading ---
    post_confidence: float = 0.5  # a dated item below this never becomes the latest post
    updated_confidence: float = 0.6  # a stamp below this is no sign of life

    # Where the reading of dates begins to call an entry a list's (0.65). At 0.55 a table of history or the address of
    # one PDF made living static sites fall silent. Higher, and lists of two entries no longer count.
    silence_confidence: float = 0.65
    silence_items: int = 2  # days with such an item; one alone is a date on a page, two are news that can fall silent

    # --- Reachability ---
    # A replay over 590 real histories, 71 of them lost for good (docs/ceased.md): more than 21 days gives precision
    # 0.98, exactly three weeks 0.93, 7 days 0.86. Three looks that lie further apart find more, at 0.95.
    failing_visits: int = 4
    failing_days: int = 21
    sparse_visits: int = 3
    sparse_days: int = 60
    recovery_visits: int = (
        2  # good days in a row with identity that end a long loss; one may be a stranger's, or a fluke
    )
    gone_nxdomain_days: int = 31  # a .jp name stays suspended for a month before it is lost (JPRS)
    gone_answer_days: int = 45  # refused, root 404 or 410, default page, suspended
    gone_timeout_days: int = 90  # time-outs and 5xx
    nxdomain_days: int = 14
    server_error_days: int = 30
    blocked_days: int = 14  # refused us that long: a person should look by hand
    better_address_visits: int = 3  # days in a row: nothing at the registry's address, the name at another
    void_share: float = 0.20  # more failing sites in one run than this: our own network is at fault
    void_min_sites: int = 5  # below this many sites a share says nothing

    # --- Ownership ---
    lost_visits: int = 3  # parking or another owner, seen on this many visits in a row

    # --- Statements ---
    statement_visits: int = 2  # days on which an explicit statement must be seen to count fully
    statement_grace_days: int = 92  # items this long after a stated end are winding up, not life

    # --- Points ---
    flag_points: float = 5.0
    flag_families: int = 2
    points_org_ended: float = 6.0
    points_site_ended: float = 3.0
    points_ownership: float = 5.0
    points_parked_names: float = 3.0
    points_nxdomain: float = 2.0
    points_nxdomain_long: float = 4.0
    points_gone_answer: float = 2.0
    points_server_error: float = 2.0
    points_silence: float = 2.0
    points_long_silence: float = 4.0
    points_programme_ended: float = 2.0
    points_project_name: float = 1.0
    points_identity: float = -2.0
    points_recent_item: float = -6.0
    points_text_changed: float = -3.0
    points_coming_event: float = -4.0

    @property
    def name(self) -> str:
        """Short name with a digest: equal for equal numbers only."""
        return _name(self)

    def gone_days(self, failure: Outcome | None) -> int:
        """Days that a site must have failed in this way before the question is asked; None: another page answers."""
        if failure is Outcome.DNS_NXDOMAIN:
            return self.gone_nxdomain_days
        if failure in {None, Outcome.TCP_REFUSED, Outcome.HTTP_404, Outcome.HTTP_410}:
            return self.gone_answer_days
        return self.gone_timeout_days


@cache  # every verdict bears it
def _name(policy: Policy) -> str:
    text = ";".join(f"{f.name}={getattr(policy, f.name)!r}" for f in fields(policy))
    return "policy-" + blake2b(text.encode(), digest_size=4).hexdigest()
