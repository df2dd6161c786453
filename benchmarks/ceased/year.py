"""A year of nights over a registry with realistic base rates: which share of the questions is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from benchmarks.ceased.replay import at_home_of, judged, told
from crawler.model import Visit
from samples.faults.catalogue import Visited

SITES = 2000
NIGHTS = 365
# Shares of the sites that meet each fate in a year. Ends, blocks and flapping: as the issue states them. The others
# are guesses on the pessimistic side, and every one of them can only make the figure worse.
_FATES = {
    "ceases": 0.02,
    "blocks us": 0.20,
    "flaps": 0.05,
    "is down for a while": 0.10,
    "lapses and comes back": 0.005,
    "moves": 0.02,
    "is closed for work": 0.01,
}
# How an organisation that ended shows it, by class and weight. Some never do: their site just stands there.
_ENDS = {
    "ended_notice_project": 25, "ended_notice_news_only": 10, "dns_nxdomain": 20, "http_404_root": 8, "tcp_refused": 4,
    "default_server_page": 5, "account_suspended": 4, "deprovisioned_platform": 3, "soft404": 3, "parked": 8,
    "hijacked": 5, "tcp_timeout": 3, "dns_servfail": 2,
}  # fmt: skip
_BLOCKS = ("http_403", "bot_challenge_200_503", "http_429", "robots_disallow", "http_451_geoblock", "tls_legacy_only")
_TROUBLE = ("http_5xx", "tcp_timeout", "tcp_refused", "tcp_reset_or_early_close", "dns_servfail", "http_52x", "redirect_loop",
            "dns_timeout_refused", "truncated/slow body", "http_404_root", "default_server_page")  # fmt: skip
_LAPSES = ("dns_nxdomain", "parked", "account_suspended", "hosting_placeholder")
_MOVES = ("redirect_other_domain", "meta_js_redirect", "merged_renamed")
_WORK = ("maintenance", "under_construction")
_FLAPPING_SHARE = 0.30
_MEDIAN_OUTAGE = 1.2  # of the logarithm of nights: a median of 3.3, one in twenty longer than 24
_SPREAD = 1.2
# Visits that a verdict of the year looks back on: what needs longest to count is 90 nights. All of them would give the
# same and take three times as long.
_REMEMBERED = 120
_BLOCK_HABIT = 0.9  # of the nights on which a site that blocks us does so


@dataclass(slots=True)
class Year:
    """What a year brought."""

    sites: int = 0
    ceased: int = 0
    raised: Counter[str] = field(default_factory=Counter)  # questions by fate
    found: int = 0  # ceased sites about which staff were asked

    @property
    def precision(self) -> float:
        """The share of questions about organisations that had ended."""
        total = sum(self.raised.values())
        return self.raised["ceases"] / total if total else 0.0


def year(visits: Sequence[Visited], scenes: Mapping[str, Visited], first: datetime, seed: int) -> Year:
    """One year. Sites to which nothing happens are all alike, so one of them stands for all."""
    chance = Random(seed)
    by_class: dict[str, list[Visited]] = {}
    for seen in visits:
        by_class.setdefault(seen.variant.of, []).append(seen)
    result = Year(sites=SITES)
    for fate, share in _FATES.items():
        for _ in range(round(share * SITES)):
            times = _questions(fate, by_class, scenes, first, chance)
            result.raised[fate] += times
            if fate == "ceases":
                result.ceased += 1
                result.found += bool(times)
    alike = SITES - sum(round(share * SITES) for share in _FATES.values())
    result.raised["nothing"] += alike * _asked(scenes["well"], [scenes["well"].visit] * NIGHTS, first)
    return result


def _questions(
    fate: str, by_class: Mapping[str, Sequence[Visited]], scenes: Mapping[str, Visited], first: datetime, chance: Random
) -> int:
    """How often staff are asked about one site with this fate."""
    of = _class_of(fate, chance)
    seen = chance.choice(by_class[of])
    quiet = fate == "ceases"
    well = at_home_of(scenes["quiet" if quiet else "well"].visit, seen.cluster.website)
    looks = list(_looks(fate, seen.visit, well, chance))
    return _asked(seen, looks, first)


def _class_of(fate: str, chance: Random) -> str:
    if fate == "ceases":
        return chance.choices(list(_ENDS), list(_ENDS.values()))[0]
    ways = {
        "blocks us": _BLOCKS, "flaps": _TROUBLE, "is down for a while": _TROUBLE, "lapses and comes back": _LAPSES,
        "moves": _MOVES, "is closed for work": _WORK,
    }  # fmt: skip
    return chance.choice(ways[fate])


def _looks(fate: str, fault: Visit, well: Visit, chance: Random) -> Iterator[Visit]:
    """What the nights of the year show."""
    begin = chance.randrange(30, NIGHTS - 100)
    nights = {
        "ceases": NIGHTS, "moves": NIGHTS, "blocks us": NIGHTS,
        "is down for a while": max(1, round(chance.lognormvariate(_MEDIAN_OUTAGE, _SPREAD))),
        "lapses and comes back": chance.randint(1, 30),
        "is closed for work": chance.randint(2, 60), "flaps": NIGHTS,
    }[fate]  # fmt: skip
    habit = {"blocks us": _BLOCK_HABIT, "flaps": _FLAPPING_SHARE}.get(fate, 1.0)
    first = 0 if fate in {"blocks us", "flaps"} else begin
    for night in range(NIGHTS):
        yield fault if first <= night < first + nights and chance.random() < habit else well


def _asked(seen: Visited, looks: Sequence[Visit], first: datetime) -> int:
    """How often a question is raised anew over the nights."""
    visits = told(seen.cluster, looks, first)
    nights = [night.asked for night in judged(seen.cluster, visits, remembered=_REMEMBERED)]
    return sum(now and not before for before, now in zip([False, *nights], nights, strict=False))
