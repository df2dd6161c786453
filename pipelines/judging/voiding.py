"""Whether a run says more about our own network than about the sites: then it is void and nothing of it counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crawler.model import VisitOutcome
from crawler.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How the visits of one run ended."""

    visited: int  # visits to clusters that have a website
    read: int  # of these, how many could be read
    known_good: int  # clusters that could be read when they were last visited before
    known_good_failing: int  # of these, how many could not be read now


def tally(now: Mapping[str, VisitOutcome], before: Mapping[str, VisitOutcome]) -> Tally:
    """Counts over cluster ids: this run's outcomes beside those of the visits before it."""
    with_site = {c: o for c, o in now.items() if o is not VisitOutcome.NO_WEBSITE}
    good = [c for c in with_site if before.get(c) is VisitOutcome.READ]
    return Tally(
        visited=len(with_site),
        read=sum(o is VisitOutcome.READ for o in with_site.values()),
        known_good=len(good),
        known_good_failing=sum(with_site[c] is not VisitOutcome.READ for c in good),
    )


def why_void(run: Tally, policy: Policy) -> str:
    """Why the run is void, in a sentence; "" when it counts.

    Sites that were failing before do not count against our network: an old registry is full of them.
    """
    if run.visited >= policy.void_min_sites and run.read == 0:
        return (
            f"none of {run.visited} sites could be read: our own network seems to be down. "
            "The run is void and changes nothing"
        )
    if run.known_good >= policy.void_min_sites and run.known_good_failing > policy.void_share * run.known_good:
        return (
            f"{run.known_good_failing} of {run.known_good} sites that were readable before could not be read: "
            "our own network seems to be at fault. The run is void and changes nothing"
        )
    return ""
