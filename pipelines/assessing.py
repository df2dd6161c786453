"""How international clusters are, from what is stored; and what a person says about it. Shared by pages and terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from crawler.days import end_of
from crawler.international import Assessed, Assessing, International
from crawler.model import Cluster
from crawler.past import Past
from crawler.policy import Policy
from db.desk import Desk
from pipelines.histories import past_of
from pipelines.judging.international import assessing, assessment, grounds_of, partners

MAX_NOTE = 4000  # characters


def assessing_of(desk: Desk, cluster_id: str, *, as_of: date, policy: Policy, past: Past | None = None) -> Assessing:
    """What stands for one cluster as of a day: the program's class beside the person's.

    `past`: the visits up to the end of that day, where whoever asks has read them already.
    """
    seen = past if past is not None else past_of(desk, cluster_id, until=end_of(as_of))
    told = assessment(partners(seen), as_of=as_of, policy=policy)
    said = [a for a in desk.assessments([cluster_id]).get(cluster_id, []) if a.at.date() <= as_of]
    return assessing(said, told, policy=policy)


def all_assessing(
    desk: Desk, clusters: Iterable[Cluster], *, as_of: date, policy: Policy
) -> Iterator[tuple[Cluster, Assessing]]:
    """The same for many clusters, one after the other so that memory does not grow."""
    for cluster in clusters:
        yield cluster, assessing_of(desk, cluster.cluster_id, as_of=as_of, policy=policy)


def said_of(
    stands: Assessing, cluster_id: str, kind: International | None, note: str, *, by: str, at: datetime
) -> Assessed:
    """What a person says, with the evidence that was on the screen. A kind of None withdraws the word before."""
    return Assessed(
        cluster_id=cluster_id, kind=kind, by=by, at=at, note=note.strip()[:MAX_NOTE], grounds=grounds_of(stands.told)
    )


def last_id(said: Iterable[Assessed]) -> int:
    """The id of the newest of them (oldest first), 0 for none."""
    return max((a.assessed_id for a in said), default=0)
