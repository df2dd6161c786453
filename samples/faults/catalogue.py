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
from samples.faults.behaviours import page
from samples.faults.certificates import Authority
from samples.faults.living import quiet_page, strangers_page, website
from samples.faults.network import FaultNetwork
from samples.faults.variants import NAME_EN, NAME_JA, Ground, Place, Variant
from samples.faults.visiting import told_by

# Websites that nothing is wrong with, by which a history is told: with fresh news, with old ones, and a stranger's.
SCENES = ("well", "quiet", "stranger")
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
) -> tuple[list[Visited], dict[str, Visited]]:
    """One visit to each variant, and to the scenes by name. `done` is told how many visits have ended."""
    scenes = tuple(_scene(name) for name in SCENES)
    with FaultNetwork() as network:
        ground = Ground(network, Authority(network.folder), Authority(network.folder, "stranger"), now.date())
        clusters = {v.name: _cluster(v.name, v.place(ground, v.host)) for v in (*variants, *scenes)}
        plans = tuple(Plan(cluster=c) for c in clusters.values())
        job = Job(now=now, plans=plans, config=network.config(politeness={"concurrent_sites": _AT_ONCE}))
        # No proxy stands between us and loopback, and certificates of our own authority are trusted.
        direct = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "")
        told = told_by(
            job, Path(tempfile.mkdtemp(dir=network.folder)), {"SSL_CERT_FILE": str(ground.trusted.file), **direct}, done,
            DOWNLOAD_TIMEOUT=_PATIENCE_S, CONCURRENT_REQUESTS=str(_AT_ONCE),
        )  # fmt: skip
    found = {
        v.name: Visited(variant=v, cluster=clusters[v.name], visit=told.visits[v.name])
        for v in (*variants, *scenes)
        if v.name in told.visits
    }
    return [found[v.name] for v in variants if v.name in found], {s.of: found[s.name] for s in scenes}


def _scene(name: str) -> Variant:
    places: dict[str, Place] = {
        "well": lambda g, h: g.network.host(h, website(g.today)),
        "quiet": lambda g, h: g.network.host(h, page(quiet_page(g.today))),
        "stranger": lambda g, h: g.network.host(h, page(strangers_page(g.today))),
    }
    return Variant(of=name, number=1, says="nothing is wrong", place=places[name])


def _cluster(cluster_id: str, website: str) -> Cluster:
    return Cluster(cluster_id=cluster_id, name_en=NAME_EN, name_ja=NAME_JA, website=website)
