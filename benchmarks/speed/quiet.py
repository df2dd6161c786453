"""A quiet night beside the first: nothing has changed since, and little is asked, sent and computed.

What is counted is what the servers were asked for, `robots.txt` included, and the CPU of all our processes.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

from benchmarks.evaluate import cluster_of
from benchmarks.labelled import Labelled, read_truth, served
from benchmarks.speed.network import NOW, Servers, Validators, network
from benchmarks.speed.processes import costs
from benchmarks.speed.scale import Say, Scale
from crawler.config import Config, Network, Politeness
from crawler.model import RunKind, Verdict
from db.store import Store
from schedules.crawling import run_crawl

SITES = 1_000  # enough to share the cost of starting the processes, as a night's do
OTHER_SITES = 250  # of the nights that are measured beside it
SHORT_SITES = 120
WEEK_SITES = 140  # twenty for each day of a week
NEWS = 0.1  # of the websites, on a night that is not quiet
_NIGHTS = 3  # over real websites


@dataclass(frozen=True, slots=True)
class Cost:
    """What one night took, of our servers' time and of ours."""

    requests: int
    n_bytes: int
    cpu_s: float

    def beside(self, first: Cost) -> Mapping[str, float]:
        """The shares of what the first night took."""
        return {
            "requests": self.requests / first.requests,
            "bytes": self.n_bytes / first.n_bytes,
            "cpu": self.cpu_s / first.cpu_s,
        }


@contextmanager
def _store() -> Iterator[Store]:
    with (
        tempfile.TemporaryDirectory(prefix="speed-") as folder,
        Store.open(Path(folder, "speed.db"), create=True) as store,
    ):
        yield store


def _night(servers: Servers, store: Store, days: int) -> Cost:
    """One night over all websites of the registry."""
    servers.sent()
    before = costs().cpu_s
    run_crawl(store, kind=RunKind.NIGHTLY, now=NOW + timedelta(days=days), config=servers.config())
    sent = servers.sent()
    return Cost(sent.requests, sent.n_bytes, costs().cpu_s - before)


def _quiet(validators: Validators, count: int) -> Mapping[str, float]:
    """The shares of a quiet night."""
    with network(validators) as servers, _store() as store:
        store.upsert_clusters(servers.clusters(count))
        first = _night(servers, store, 0)
        return _night(servers, store, 1).beside(first)


def _with_news(count: int) -> Mapping[str, float]:
    """The shares of a night on which some websites have news, and how many of those were seen to have them."""
    with network() as servers, _store() as store:
        store.upsert_clusters(servers.clusters(count))
        first = _night(servers, store, 0)
        news_on = NOW + timedelta(days=1)
        numbers = servers.news(news_on, NEWS, count)
        shares = _night(servers, store, 1).beside(first)
        verdicts = store.latest_verdicts()
        latest = [verdicts[f"c{n:07d}"].latest for n in numbers]
    return {**shares, "found": sum(i is not None and i.on == news_on.date() for i in latest) / len(numbers)}


def _week() -> Mapping[str, float]:
    """The mean shares of the seven nights after the first, full readings included."""
    with network() as servers, _store() as store:
        store.upsert_clusters(servers.clusters(WEEK_SITES))
        first = _night(servers, store, 0)
        nights = [_night(servers, store, day).beside(first) for day in range(1, 8)]
    return {name: statistics.mean(night[name] for night in nights) for name in nights[0]}


# --- Real websites ---


def _nights(
    folder: Path, sites: Sequence[Labelled], config: Config, store: Store
) -> tuple[list[Mapping[str, Verdict]], int]:
    """The verdicts over real websites after each of some nights, and how many visits confirmed a reading."""
    verdicts: list[Mapping[str, Verdict]] = []
    confirmed = 0
    store.upsert_clusters([cluster_of(site) for site in sites])
    with served(folder) as proxy:
        proxies = {"http_proxy": proxy, "https_proxy": proxy, "no_proxy": ""}
        for night in range(_NIGHTS):
            for captured, group in groupby(sorted(sites, key=_captured), key=_captured):
                now = captured + timedelta(days=night - _NIGHTS + 1)
                ids = [site.host for site in group]
                crawl = run_crawl(
                    store, kind=RunKind.NIGHTLY, now=now, config=config, cluster_ids=ids, environment=proxies
                )
                confirmed += crawl.confirmed
            verdicts.append(store.latest_verdicts())
    return verdicts, confirmed


def _captured(site: Labelled) -> datetime:
    return site.captured


def _real(folder: Path, say: Say) -> Mapping[str, float]:
    """How many verdicts of quiet nights over real websites are those of full nights, word by word."""
    config = Config(
        network=Network(contact="a measurement on loopback"), politeness=Politeness(delay_s=0.0, concurrent_sites=4)
    )
    always = replace(config, schedule=replace(config.schedule, full_visit_days=1))
    sites = read_truth(folder)
    with _store() as ours, _store() as theirs:
        quiet, confirmed = _nights(folder, sites, config, ours)
        full, _ = _nights(folder, sites, always, theirs)
    others = sorted({i for night, whole in zip(quiet, full, strict=True) for i in whole if night.get(i) != whole[i]})
    for cluster_id in others:
        say(f"{cluster_id}: another verdict on a quiet night than on a full one")
    return {
        "quiet_real_sites": len(sites),
        "quiet_real_confirmed": confirmed / (len(sites) * (_NIGHTS - 1)),
        "quiet_real_same_verdicts": 1 - len(others) / len(sites),
    }


def measure(scale: Scale, say: Say) -> Mapping[str, float]:
    """Requests, bytes and CPU of a quiet night as shares of the first night's."""
    count = SHORT_SITES if scale.short else SITES
    say(f"a first and a quiet night over {count} websites")
    found = _named("quiet", _quiet(Validators.MIXED, count))
    if not scale.short:
        say(f"a night on which {NEWS:.0%} of {OTHER_SITES} websites have news")
        found |= _named("news_night", _with_news(OTHER_SITES))
        for validators in (Validators.ALL, Validators.NONE):
            say(f"quiet nights over websites with {validators} validators")
            found |= _named(f"quiet_{validators}_validators", _quiet(validators, OTHER_SITES))
        say("a week")
        found |= _named("week", _week())
        if scale.sites is not None:
            say(f"{_NIGHTS} nights over the real websites of {scale.sites}, twice")
            found |= _real(scale.sites, say)
    return found


def _named(what: str, shares: Mapping[str, float]) -> dict[str, float]:
    return {f"{what}_{name}": round(share, 4) for name, share in shares.items()}
