"""Two crawl processes beside one, over websites whose pages are as large as many real ones: reading dominates."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

from benchmarks.speed.network import NOW, Servers, network
from benchmarks.speed.processes import costs
from benchmarks.speed.scale import Say, Scale
from crawler.config import Config
from crawler.machines import CrawlConfig
from crawler.model import RunKind
from db.store import Store
from schedules.crawling import run_crawl
from schedules.crews import Engine

SITES = 300  # in shards of as many as on any night
SHORT_SITES = 24
SHORT_SHARD = 12
ROUNDS = 2  # of both, in turn; of a short run one


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """One crawl."""

    visits: int
    seconds: float
    crawl_s: float  # CPU of crawl processes; none of those on other machines
    store_s: float  # CPU of the process that judges and stores

    @property
    def per_second(self) -> float:
        """Visits in a second."""
        return self.visits / self.seconds

    @property
    def crawl_ms(self) -> float:
        """CPU of one visit in a crawl process."""
        return 1000 * self.crawl_s / self.visits

    @property
    def store_ms(self) -> float:
        """CPU of one visit in the process that judges and stores."""
        return 1000 * self.store_s / self.visits


def night(servers: Servers, count: int, config: Config, engine: Engine | None = None) -> Night:
    """A first night over the websites of the network, into a store that is thrown away."""
    with (
        tempfile.TemporaryDirectory(prefix="speed-") as folder,
        Store.open(Path(folder, "speed.db"), create=True) as store,
    ):
        store.upsert_clusters(servers.clusters(count))
        before, begun = costs(), perf_counter()
        done = run_crawl(store, kind=RunKind.NIGHTLY, now=NOW, config=config, engine=engine)
        seconds, after = perf_counter() - begun, costs()
    if len(done.outcomes) != count:
        raise RuntimeError(f"{len(done.outcomes)} of {count} websites were visited: {done.stopped} {done.log}")
    return Night(
        visits=count,
        seconds=seconds,
        crawl_s=after.children_s - before.children_s,
        store_s=after.own_s - before.own_s,
    )


def compared(name: str, one: list[Night], two: list[Night]) -> dict[str, float]:
    """How much more two processes or machines do in the same time, and what each night cost."""
    figures = {f"{name}_2_vs_1": round(_median(two, "per_second") / _median(one, "per_second"), 3)}
    for number, nights in ((1, one), (2, two)):
        figures[f"{name}_{number}_visits_per_second"] = round(_median(nights, "per_second"), 2)
        figures[f"{name}_{number}_crawl_cpu_ms_per_visit"] = round(_median(nights, "crawl_ms"), 1)
        figures[f"{name}_{number}_store_cpu_ms_per_visit"] = round(_median(nights, "store_ms"), 1)
    return figures


def _median(nights: list[Night], name: str) -> float:
    return statistics.median(float(getattr(one, name)) for one in nights)


def in_turn(scale: Scale, say: Say, kinds: Mapping[str, Callable[[], Night]]) -> list[list[Night]]:
    """Nights of each kind, one after the other and again, so that what else the machine does meets all alike."""
    found: list[list[Night]] = [[] for _ in kinds]
    for done in range(1 if scale.short else ROUNDS):
        for nights, (words, make) in zip(found, kinds.items(), strict=True):
            say(f"{words}, round {done + 1}")
            nights.append(make())
    return found


def measure(scale: Scale, say: Say) -> Mapping[str, float]:
    """Visits a second by `--workers 2`, beside `--workers 1`."""
    count = SHORT_SITES if scale.short else SITES
    with network(large=True) as servers:

        def by(workers: int) -> Night:
            crawl = CrawlConfig(workers=workers)
            crawl = replace(crawl, shard_clusters=SHORT_SHARD) if scale.short else crawl
            return night(servers, count, replace(servers.config(), crawl=crawl))

        one, two = in_turn(scale, say, {"one process": lambda: by(1), "two processes": lambda: by(2)})
    return compared("workers", one, two)
