"""Crawling beside bare Scrapy: the same network, the same settings, once with everything on and once with nothing.

What is counted is what the servers were asked for: pages and `robots.txt` here, pages there.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from benchmarks.speed.network import NOW, Servers, network, paths
from benchmarks.speed.processes import Costs, Peaks, costs
from benchmarks.speed.scale import Say, Scale
from crawler.config import Config, scrapy_settings
from crawler.model import RunKind
from db.store import Store
from schedules.crawling import Crawl, run_crawl

SITES = 2_000
SHORT_SITES = 80
ROUNDS = 3  # of both, in turn; of a short run one
# Of the registry put in at a time: a crawl finds them there, and what all at once would take is none of its memory.
_ROWS = 200
_SLICE = 10  # addresses of bare Scrapy that follow each other belong to as many websites, as those of a crawl do


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One crawl of either kind."""

    requests: int
    seconds: float
    cpu_s: float  # of all processes but the servers

    @property
    def per_second(self) -> float:
        """Requests that were answered in a second."""
        return self.requests / self.seconds

    @property
    def cpu_ms(self) -> float:
        """CPU of one request."""
        return 1000 * self.cpu_s / self.requests


@contextmanager
def _measured(found: list[Ran], servers: Servers) -> Iterator[None]:
    """Put what happens in the block beside what the servers were asked for."""
    servers.sent()
    before: Costs = costs()
    begun = perf_counter()
    yield
    seconds = perf_counter() - begun
    found.append(Ran(requests=servers.sent().requests, seconds=seconds, cpu_s=costs().cpu_s - before.cpu_s))


def crawl(servers: Servers, count: int, config: Config, peaks: Peaks | None = None) -> Crawl:
    """A first night over the websites of the network, into a store that is thrown away."""
    with (
        tempfile.TemporaryDirectory(prefix="speed-") as folder,
        Store.open(Path(folder, "speed.db"), create=True) as store,
    ):
        for first in range(0, count, _ROWS):
            store.upsert_clusters(servers.clusters(min(_ROWS, count - first), first))
        watch = peaks.look if peaks else lambda step: None
        return run_crawl(store, kind=RunKind.NIGHTLY, now=NOW, config=config, watch=watch)


def bare(servers: Servers, count: int, config: Config) -> None:
    """The same pages by bare Scrapy."""
    settings = {k: v for k, v in scrapy_settings(config).items() if not k.startswith("CLUSTERWATCH_")}
    settings |= {"CONCURRENT_REQUESTS_PER_DOMAIN": "1", "LOG_LEVEL": "WARNING", "TELNETCONSOLE_ENABLED": "False"}
    with tempfile.TemporaryDirectory(prefix="speed-") as folder:
        listed = Path(folder, "addresses.txt")
        listed.write_text("\n".join([json.dumps(settings), *_addresses(servers, count)]), encoding="utf-8")
        subprocess.run([sys.executable, "-m", "benchmarks.speed.bare", str(listed)], check=True, capture_output=True)


def _addresses(servers: Servers, count: int) -> Iterator[str]:
    """Every page of every website, some websites at a time."""
    for first in range(0, count, _SLICE):
        for path in paths():
            yield from (servers.url(n, path) for n in range(first, min(first + _SLICE, count)))


def measure(scale: Scale, say: Say) -> Mapping[str, float]:
    """Requests a second of a crawl with everything on, beside those of bare Scrapy."""
    count = SHORT_SITES if scale.short else SITES
    ours: list[Ran] = []
    theirs: list[Ran] = []
    with network() as servers:
        config = servers.config()
        for done in range(1 if scale.short else ROUNDS):
            say(f"crawling {count} websites, round {done + 1}")
            with _measured(ours, servers):
                crawl(servers, count, config)
            with _measured(theirs, servers):
                bare(servers, count, config)
    return {
        "crawl_vs_bare_scrapy": round(_median(ours, "per_second") / _median(theirs, "per_second"), 3),
        "crawl_requests_per_second": round(_median(ours, "per_second"), 1),
        "bare_requests_per_second": round(_median(theirs, "per_second"), 1),
        "crawl_cpu_ms_per_request": round(_median(ours, "cpu_ms"), 3),
        "bare_cpu_ms_per_request": round(_median(theirs, "cpu_ms"), 3),
    }


def _median(runs: Sequence[Ran], name: str) -> float:
    return statistics.median(float(getattr(run, name)) for run in runs)
