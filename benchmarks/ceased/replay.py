"""One visit of the real spider, replayed over many nights: the same look, at other instants. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec

from crawler.model import Activity, Cluster, Verdict, Visit
from crawler.policy import Policy
from pipelines.judging.judge import judge

POLICY = Policy()
NIGHTS = 60
HISTORY = 14  # nights on which a site was well before its fault begins
_ZONE = timedelta(hours=9)  # of the organisations' calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """What stands after one night."""

    number: int  # from 0, the first night of the fault
    verdict: Verdict

    @property
    def asked(self) -> bool:
        """Whether staff are asked if the cluster has ceased."""
        return self.verdict.activity is Activity.LIKELY_CEASED


def at_night(visit: Visit, at: datetime) -> Visit:
    """The same look on another night."""
    return replace(visit, started_at=at, day=(at + _ZONE).date())


def at_home_of(visit: Visit, website: str) -> Visit:
    """The same look at a website of another address: what was read there is taken to have been read here."""
    old, new = _base(visit.website), _base(website)
    document = msgspec.json.encode(visit).replace(old.encode(), new.encode())
    return msgspec.json.decode(document, type=Visit)


def _base(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def told(cluster: Cluster, looks: Iterable[Visit], first: datetime) -> list[Visit]:
    """The looks as visits to this cluster, one a night from `first` on."""
    return [
        replace(at_night(look, first + timedelta(days=n)), cluster_id=cluster.cluster_id, website=cluster.website)
        for n, look in enumerate(looks)
    ]


def judged(
    cluster: Cluster, visits: Sequence[Visit], since: int = 0, *, remembered: int | None = None
) -> Iterator[Night]:
    """The verdict after each visit from the one with this number on, from so many visits at most."""
    for n in range(since, len(visits)):
        first = 0 if remembered is None else max(0, n + 1 - remembered)
        as_of = visits[n].started_at
        yield Night(number=n - since, verdict=judge(cluster, visits[first : n + 1], as_of=as_of, policy=POLICY))
