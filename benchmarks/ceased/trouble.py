"""Trouble that is no end: hosts that flap, and nights on which our own network fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

from benchmarks.ceased.replay import HISTORY, NIGHTS, POLICY, at_home_of, judged, told
from crawler.model import Visit, VisitOutcome
from pipelines.judging.absences import OTHER_OWNER
from pipelines.judging.voiding import tally, why_void
from samples.faults.catalogue import Visited
from samples.faults.outages import Outage

_FLAPPING_SHARE = 0.30  # of the nights
_SITES = 40
_LONGEST_OUTAGE = 5  # nights


def of_hosts(visits: Sequence[Visited]) -> list[Visited]:
    """The variants in which a host fails, refuses us, or shows nothing of its own."""
    return [v for v in visits if v.visit.outcome is not VisitOutcome.READ and not _is_strange(v)]


def of_strangers(visits: Sequence[Visited]) -> list[Visited]:
    """The variants in which somebody else's page stands there: no host that flaps, but a name that leads two ways."""
    return [v for v in visits if _is_strange(v)]


def _is_strange(seen: Visited) -> bool:
    return any(page.kind in OTHER_OWNER for page in seen.visit.pages) and seen.visit.outcome is VisitOutcome.LOST


def flap_changes(
    visits: Sequence[Visited], scenes: Mapping[str, Visited], first: datetime, seed: int
) -> dict[str, int]:
    """By class, the most changes of activity or flag that 60 nights show while 30 % of them fail in this way."""
    chance = Random(seed)
    worst: dict[str, int] = {}
    for seen in visits:
        well = at_home_of(scenes["well"].visit, seen.cluster.website)
        looks = [well] * HISTORY + [seen.visit if chance.random() < _FLAPPING_SHARE else well for _ in range(NIGHTS)]
        states = [
            (n.verdict.activity, n.verdict.flag)
            for n in judged(seen.cluster, told(seen.cluster, looks, first), since=HISTORY - 1)
        ]
        changes = sum(a != b for a, b in pairwise(states))
        worst[seen.variant.of] = max(changes, worst.get(seen.variant.of, 0))
    return worst


@dataclass(frozen=True, slots=True, kw_only=True)
class Ridden:
    """One outage of our own network, ridden out."""

    outage: Outage
    share: float
    nights: int
    void: int  # of the nights
    flags: int  # questions and changed verdicts about sites that were well all the time


def ridden_out(
    visits: Sequence[Visited],
    outages: Sequence[Outage],
    scenes: Mapping[str, Visited],
    first: datetime,
    seed: int,
    n: int,
) -> Iterator[Ridden]:
    """So many outages of one to five nights that strike a share of forty sites, nights of health around them."""
    chance = Random(seed)
    well = scenes["well"]
    for i in range(n):
        outage = outages[i % len(outages)]
        struck = [v.visit for v in visits if v.variant.of == outage.looks_like]
        share = outage.share if i % 2 else round(chance.uniform(0.05, 1.0), 2)
        nights = chance.randint(1, _LONGEST_OUTAGE)
        looks, void = _kept(well.visit, struck, share, nights)
        flags = sum(_flags(well, site, first) for site in looks)
        yield Ridden(outage=outage, share=share, nights=nights, void=void, flags=flags)


def _kept(well: Visit, struck: Sequence[Visit], share: float, nights: int) -> tuple[list[list[Visit | None]], int]:
    """The looks of the distinct sites, night by night, None where the night was void; and how many nights were."""
    hit = round(share * _SITES)
    sites: list[list[Visit | None]] = [[well] * HISTORY for _ in range(min(hit, len(struck)) + 1)]
    before = dict.fromkeys(range(_SITES), VisitOutcome.READ)
    void = 0
    for _ in range(nights):
        now = {i: struck[i % len(struck)].outcome if i < hit else VisitOutcome.READ for i in range(_SITES)}
        empty = bool(
            why_void(tally({str(k): v for k, v in now.items()}, {str(k): v for k, v in before.items()}), POLICY)
        )
        void += empty
        before = before if empty else now
        for i, site in enumerate(sites):
            site.append(None if empty else well if i == len(sites) - 1 else struck[i])
    for site in sites:
        site.extend([well] * HISTORY)
    return sites, void


def _flags(well: Visited, looks: Sequence[Visit | None], first: datetime) -> int:
    """On how many nights a site is asked about, or its activity differs from what it was before."""
    visits = [
        visit
        for n, look in enumerate(looks)
        if look is not None
        for visit in told(well.cluster, [at_home_of(look, well.cluster.website)], first + timedelta(days=n))
    ]
    nights = list(judged(well.cluster, visits, since=HISTORY - 1))
    return sum(night.asked or night.verdict.activity is not nights[0].verdict.activity for night in nights)
