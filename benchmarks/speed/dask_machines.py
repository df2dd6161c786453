"""Two Dask workers beside one, over the same websites of large pages. Scheduler and workers are real processes here."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from benchmarks.machines import Machines
from benchmarks.speed.network import network
from benchmarks.speed.scale import Say, Scale
from benchmarks.speed.workers import Night, compared, in_turn, night
from crawler.machines import CrawlConfig, Dist
from schedules.engine import dask_engine
from spiders.turns import Turns

SITES = 120
SHORT_SITES = 24


def measure(scale: Scale, say: Say) -> Mapping[str, float]:
    """Visits a second on two workers, beside one. The CPU that is told is that of the process that stores."""
    count = SHORT_SITES if scale.short else SITES
    with (
        network(large=True) as servers,
        tempfile.TemporaryDirectory(prefix="speed-", ignore_cleanup_errors=True) as folder,
        Machines(Path(folder, "one"), 1) as one_machine,
        Machines(Path(folder, "two"), 2) as two_machines,
    ):

        def by(machines: Machines) -> Night:
            dist = Dist(scheduler=machines.address)
            # Eight shards, or four: small ones, in which the start of a process weighs more than in use.
            crawl = CrawlConfig(shard_clusters=6 if scale.short else 15)
            config = replace(servers.config(), crawl=crawl, dist=dist)
            return night(servers, count, config, dask_engine(dist, Turns))

        kinds = {"one machine": lambda: by(one_machine), "two machines": lambda: by(two_machines)}
        one, two = in_turn(scale, say, kinds)
    figures = compared("dask", one, two)
    return {key: figure for key, figure in figures.items() if "crawl_cpu" not in key}
