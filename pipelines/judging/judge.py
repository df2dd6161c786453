"""Visits to a verdict in one step: what the store asks for after every visit, and `judge` for all of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from crawler.model import Cluster, Verdict, Visit
from crawler.policy import Policy
from pipelines.judging.evidence import evidence
from pipelines.judging.remembering import UNVISITED, History
from pipelines.judging.verdict import verdict


def judge(
    cluster: Cluster,
    visits: Iterable[Visit],
    *,
    as_of: datetime,
    policy: Policy,
    before: History = UNVISITED,
) -> Verdict:
    """The verdict over a cluster from its visits (oldest first, void nights left out), as of an instant.

    `before`: what is remembered of the visits before these.
    """
    return verdict(cluster, evidence(cluster.cluster_id, visits, as_of=as_of, policy=policy, before=before), policy)
