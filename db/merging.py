"""Two clusters that are one: what the one that stays takes over. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from crawler.model import Cluster
from crawler.urls import host, key, same_site
from db.history import COLUMNS, cell, columns_of

BOTH = "both"  # of `other_hosts`: those of both, and the websites of the one that goes
GONE = "gone"  # the value of the one that goes
KEPT = "kept"  # the value of the one that stays


def choices(kept: Cluster, gone: Cluster) -> dict[str, str]:
    """The columns in which two clusters differ, each with what is proposed: the value that stays unless it is blank."""
    differing = [c for c in columns_of(kept, gone) if c != "cluster_id" and cell(kept, c) != cell(gone, c)]
    found = {column: KEPT if cell(kept, column) else GONE for column in differing}
    if hosts(kept, gone, BOTH) != kept.other_hosts:
        found["other_hosts"] = BOTH
    return found


def hosts(kept: Cluster, gone: Cluster, choice: str) -> tuple[str, ...]:
    """The other hosts after a merge."""
    if choice == GONE:
        return gone.other_hosts
    if choice == KEPT:
        return kept.other_hosts
    own = (kept.website, kept.website_en)
    addresses = [u for u in (gone.website, gone.website_en) if u and not any(_covers(known, u) for known in own)]
    theirs = [h for h in gone.other_hosts if not any(_covers(known, _address(h)) for known in own)]
    return tuple(dict.fromkeys([*kept.other_hosts, *map(_shortest, addresses), *theirs]))


def merged(kept: Cluster, gone: Cluster, chosen: Mapping[str, str]) -> Cluster:
    """The cluster that stays, with the values of the one that goes where `chosen` says so, column by column."""
    chosen = {**choices(kept, gone), **chosen}
    taken = [c for c, choice in chosen.items() if choice == GONE and c not in {"other_hosts", "cluster_id"}]
    values = {column: getattr(gone, column) for column in taken if column in COLUMNS}
    theirs = dict(gone.extra)
    extra = dict(kept.extra) | {column: theirs.get(column, "") for column in taken if column not in COLUMNS}
    result = replace(kept, **values, extra=tuple((heading, text) for heading, text in extra.items() if text))
    return replace(result, other_hosts=hosts(result, gone, chosen.get("other_hosts", KEPT)))


def _covers(known: str, address: str) -> bool:
    """Whether an address is found from another one without being named: the same page, or below it on its host."""
    return bool(known) and same_site(known, address) and key(address).startswith(key(known).rpartition("/")[0])


def _address(text: str) -> str:
    return text if "://" in text else f"http://{text}/"


def _shortest(address: str) -> str:
    """The host alone where that says the same."""
    return host(address) if key(address).count("/") == 1 and key(address).endswith("/") else address
