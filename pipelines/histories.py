"""What is stored of a cluster's visits, as far as judging needs it; and all clusters judged again. Thin."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import reduce

from crawler.model import Cluster, Verdict
from crawler.past import Past
from crawler.policy import Policy
from db.store import Store
from pipelines.judging.judge import judge
from pipelines.judging.remembering import VISITS_MERGED, History, after

# Clusters whose verdicts are stored together: so few that others who write wait for a fraction of a second.
_AT_ONCE = 200


def past_of(store: Store, cluster_id: str, *, until: datetime | None = None) -> Past:
    """What the visits to a cluster up to an instant (included) amount to, void nights left out."""
    past, newer = store.past(cluster_id, until=until)
    return reduce(after, newer, past)


def history_of(store: Store, cluster_id: str, *, until: datetime | None = None) -> History:
    """The visits to a cluster up to an instant (included), void nights left out."""
    past, newer, read = store.history(cluster_id, VISITS_MERGED, until=until)
    return History(reduce(after, newer, past), read)


def judged_again(store: Store, policy: Policy, *, now: datetime, dated: bool) -> Iterator[list[Verdict]]:
    """The verdicts over all clusters from their stored visits, some at a time so that memory does not grow.

    Each as of its last visit (`now` for a cluster without any); if `dated`, all as of `now`.
    """
    ids = store.cluster_ids()
    for first in range(0, len(ids), _AT_ONCE):
        clusters = store.clusters(ids[first : first + _AT_ONCE])
        yield [_again(store, cluster, policy, now=now, dated=dated) for cluster in clusters]


def _again(store: Store, cluster: Cluster, policy: Policy, *, now: datetime, dated: bool) -> Verdict:
    history = history_of(store, cluster.cluster_id, until=now if dated else None)
    as_of = now if dated else history.past.last_visited_at or now
    return judge(cluster, (), as_of=as_of, policy=policy, before=history)
