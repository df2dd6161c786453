"""What one website costs among many: the first night over a small registry, and over one a hundred times as large.

Each crawl is a process of its own, whose memory nothing before it has filled. What a crawl costs before its first visit
(Python and its libraries are loaded) is measured by one over a single website and taken off.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from statistics import mean

from benchmarks.speed.crawling import crawl
from benchmarks.speed.network import Servers, network
from benchmarks.speed.processes import Peaks, costs, peak_mb
from benchmarks.speed.scale import Say, Scale
from crawler.config import Config

SMALL, LARGE = 200, 20_000
SHORT_SMALL, SHORT_LARGE = 40, 240
PAGES = 2  # of each website: what grows is what lies around the pages
ROUNDS = 2  # of the small one before the large one, and as many after it: all are means over what else the machine does


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one crawl took."""

    websites: int
    cpu_s: float  # of the process that stores and judges, and of its crawl
    spider_mb: float  # peak resident memory of the crawl process
    writer_mb: float  # and of the one that stores and judges


def measure(scale: Scale, say: Say) -> Mapping[str, float]:
    """CPU and memory of both."""
    small, large = (SHORT_SMALL, SHORT_LARGE) if scale.short else (SMALL, LARGE)
    with network() as servers:
        say("growth: a single website")
        alone = min((_crawled(servers, 1) for _ in range(2)), key=lambda c: c.cpu_s)
        say(f"growth: {small} websites")
        few = [_crawled(servers, small) for _ in range(ROUNDS)]
        say(f"growth: {large} websites")
        many = _crawled(servers, large)
        few += [_crawled(servers, small) for _ in range(ROUNDS)]
    each_of_few, each_of_many = mean(_each(cost, alone) for cost in few), _each(many, alone)
    spider_mb, writer_mb = max(cost.spider_mb for cost in few), max(cost.writer_mb for cost in few)
    return {
        "growth_20000_vs_200": round(each_of_many / each_of_few, 3),
        "memory_growth_20000_vs_200": round(
            max(many.spider_mb / spider_mb, many.writer_mb / writer_mb), 3
        ),
        "memory_mb_20000": max(many.spider_mb, many.writer_mb),
        "memory_mb_200": max(spider_mb, writer_mb),
        "website_cpu_ms_200": round(1000 * each_of_few, 2),
        "website_cpu_ms_20000": round(1000 * each_of_many, 2),
    }  # fmt: skip


def _each(cost: Cost, alone: Cost) -> float:
    """CPU seconds of one website more."""
    return (cost.cpu_s - alone.cpu_s) / (cost.websites - 1)


def _crawled(servers: Servers, count: int) -> Cost:
    command = [sys.executable, "-m", "benchmarks.speed.growth", str(count), str(servers.port), str(servers.names)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Cost(**json.loads(done.stdout))


def _config(servers: Servers) -> Config:
    config = servers.config()
    return replace(config, budget=replace(config.budget, max_pages=PAGES))


def main(count: int, port: int, names: int) -> None:
    """Make one crawl over websites that are served already, and print what it took."""
    servers = Servers(port, names, sys.stdin, sys.stdin)  # asked for its addresses only
    peaks = Peaks()
    done = crawl(servers, count, _config(servers), peaks)
    if len(done.outcomes) != count:
        raise SystemExit(f"{len(done.outcomes)} of {count} websites were visited")
    cost = Cost(websites=count, cpu_s=costs().cpu_s, spider_mb=peaks.spider_mb, writer_mb=peak_mb("self"))
    print(json.dumps(asdict(cost)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
