"""All variants of all classes of failure, and one visit to each of them by the real spider."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crawler.job import Job
from crawler.model import Cluster, Plan, Visit
from samples.faults import of_answers, of_connections, of_names, of_pages
from samples.faults.certificates import Authority
from samples.faults.living import website
from samples.faults.network import FaultNetwork
from samples.faults.variants import NAME_EN, NAME_JA, Ground, Variant
from samples.faults.visiting import told_by

WELL = "well"  # id of the website that nothing is wrong with
_PATIENCE_S = "3"  # of one download; a fault is close by, so what takes longer never comes
_AT_ONCE = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """A variant, its cluster, and what the spider told of one visit to it."""

    variant: Variant
    cluster: Cluster
    visit: Visit


def all_variants() -> tuple[Variant, ...]:
    """Every variant that is a website; those of our own network's failure are made of whole nights."""
    return (*of_names.variants(), *of_connections.variants(), *of_answers.variants(), *of_pages.variants())


def visited(
    variants: Sequence[Variant], now: datetime, done: Callable[[int], None] | None = None
) -> tuple[list[Visited], Visited]:
    """One visit to each variant, and one to a website that is well. `done` is told how many visits have ended."""
    with FaultNetwork() as network:
        ground = Ground(network, Authority(network.folder), Authority(network.folder, "stranger"), now.date())
        places = {v.name: _cluster(v.name, v.place(ground, v.host)) for v in variants}
        well = Variant(
            of=WELL, number=1, says="nothing is wrong", place=lambda g, h: g.network.host(h, website(g.today))
        )
        places[well.name] = _cluster(well.name, well.place(ground, well.host))
        plans = tuple(Plan(cluster=c) for c in places.values())
        job = Job(now=now, plans=plans, config=network.config(politeness={"concurrent_sites": _AT_ONCE}))
        environment = {
            "SSL_CERT_FILE": str(ground.trusted.file),
            **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), ""),
        }
        folder = Path(tempfile.mkdtemp(dir=network.folder))
        told = told_by(job, folder, environment, done, DOWNLOAD_TIMEOUT=_PATIENCE_S, CONCURRENT_REQUESTS=str(_AT_ONCE))
    found = [
        Visited(variant=v, cluster=places[v.name], visit=told.visits[v.name])
        for v in (*variants, well)
        if v.name in told.visits
    ]
    return [v for v in found if v.variant is not well], next(v for v in found if v.variant is well)


def _cluster(cluster_id: str, website: str) -> Cluster:
    return Cluster(cluster_id=cluster_id, name_en=NAME_EN, name_ja=NAME_JA, website=website)
