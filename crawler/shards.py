"""A registry cut into shards that different processes and machines may visit at the same time.

Two clusters that name the same registrable domain stand in the same shard, and so do those that are joined by a chain of
such pairs: while a shard is at one place only, no two processes are ever at the websites of one organisation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from hashlib import blake2b

from crawler.model import Cluster
from crawler.urls import host, registrable_domain

Shard = tuple[str, ...]  # ids of clusters
# Clusters of one crawl process at most. It takes a second and more to start, a thousandth of their visits, and whoever hands
# out and whoever visits holds the plans of no more than these, however large the registry is.
MOST = 2_000


def domains(cluster: Cluster) -> tuple[str, ...]:
    """The registrable domains that the registry names for a cluster, each once; a host stands for itself without one.

    Customers of one hosting service are strangers to each other: its suffix is public.
    """
    named = (cluster.website, cluster.website_en, *cluster.other_hosts)
    addresses = (u if "://" in u else f"http://{u}/" for u in named if u)
    return tuple(dict.fromkeys(d for u in addresses if (d := registrable_domain(u) or host(u))))


def places(cluster: Cluster) -> tuple[int, ...]:
    """The byte that stands for each of its domains in the file by which the crawls of a machine take turns."""
    return tuple(int.from_bytes(blake2b(name.encode(), digest_size=7).digest()) for name in domains(cluster))


def shards(clusters: Iterable[Cluster], size: int) -> list[Shard]:
    """The clusters in shards of at most `size`, as they come; only what belongs together may be more.

    Within a shard, and from one shard to the next, clusters stay in their order as far as that allows.
    """
    packed: list[list[str]] = []
    for group in _together(clusters):
        if not packed or len(packed[-1]) + len(group) > size:
            packed.append([])
        packed[-1] += group
    return [tuple(shard) for shard in packed]


def _together(clusters: Iterable[Cluster]) -> list[list[str]]:
    """The ids of clusters that belong together, each group where its first cluster stands."""
    named = [(cluster.cluster_id, domains(cluster)) for cluster in clusters]
    above: dict[str, str] = {}  # of each domain another of its group, and at last one that stands for the group

    def top(domain: str) -> str:
        while (upper := above.setdefault(domain, domain)) != domain:
            above[domain] = above[upper]
            domain = upper
        return domain

    for _, names in named:
        for name in names[1:]:
            above[top(name)] = top(names[0])
    groups: dict[str, list[str]] = {}
    for cluster_id, names in named:
        alone = f" {cluster_id}"  # no domain: it has no website
        groups.setdefault(top(names[0]) if names else alone, []).append(cluster_id)
    return list(groups.values())


def slice_length(waiting: Collection[Shard], workers: int, size: int) -> int:
    """How many of the shards that wait one of so many workers takes now: all of them when it is alone, up to `MOST`.

    A crawl process takes a second and more to start, so slices are large; the last are small, so that all end together.
    """
    wanted = MOST if workers == 1 else min(MOST, max(size, sum(map(len, waiting)) // (2 * workers)))
    taken = 0
    for count, shard in enumerate(waiting):
        if taken >= wanted or (taken and taken + len(shard) > wanted):
            return count
        taken += len(shard)
    return len(waiting)
