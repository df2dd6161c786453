"""All classes of failure × variants × nights: what is recognised, and when staff are asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from benchmarks.ceased.replay import HISTORY, NIGHTS, POLICY, Night, at_home_of, judged, told
from crawler.answers import Answer, Decision, QuestionKind
from crawler.model import Cluster, Visit
from pipelines.judging.answers import grounds_of, questions, standing
from samples.faults.catalogue import Visited
from samples.faults.classes import FaultClass

# What an organisation's site was like before: one that ends has fallen silent first.
_QUIET_BEFORE = frozenset({"ended_notice_project", "ended_notice_news_only"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One variant over the nights, after a history or without any."""

    of: FaultClass
    name: str
    with_history: bool
    first_asked: int | None  # number of the night, from 0; None: never
    reasons: tuple[str, ...]  # codes of the verdict that asked first
    comes_back: int  # nights after a person's "it lives" on which the same evidence asked again

    @property
    def is_false(self) -> bool:
        """Whether staff are asked although the class allows no question yet, or ever."""
        if self.first_asked is None:
            return False
        return self.of.asked_after is None or self.first_asked < self.of.asked_after

    @property
    def nights(self) -> int | None:
        """The count of nights with the fault up to the question."""
        return None if self.first_asked is None else self.first_asked + 1


def replayed(
    visits: Iterable[Visited], scenes: Mapping[str, Visited], classes: Mapping[str, FaultClass], first: datetime
) -> list[Replayed]:
    """Every variant over all nights, twice."""
    found = []
    for seen in visits:
        before = scenes["quiet" if seen.variant.of in _QUIET_BEFORE else "well"].visit
        well = at_home_of(before, seen.cluster.website)
        for history in (HISTORY, 0):
            looks = [well] * history + [seen.visit] * NIGHTS
            nights = list(judged(seen.cluster, told(seen.cluster, looks, first), since=history))
            found.append(_replayed(seen, classes[seen.variant.of], nights, with_history=bool(history)))
    return found


def _replayed(seen: Visited, of: FaultClass, nights: Sequence[Night], *, with_history: bool) -> Replayed:
    asked = next((night for night in nights if night.asked), None)
    return Replayed(
        of=of,
        name=seen.variant.name,
        with_history=with_history,
        first_asked=asked.number if asked else None,
        reasons=tuple(r.code for r in asked.verdict.reasons if r.points > 0) if asked else (),
        comes_back=comes_back(seen.cluster, asked, nights) if asked else 0,
    )


def comes_back(cluster: Cluster, asked: Night, nights: Sequence[Night]) -> int:
    """On how many nights after a person said "it lives" the question was open again."""
    said = Answer(
        cluster_id=cluster.cluster_id, question=QuestionKind.CEASED, decision=Decision.ALIVE, by="staff",
        at=asked.verdict.decided_at, verdict_at=asked.verdict.decided_at, grounds=grounds_of(asked.verdict), answer_id=1,
    )  # fmt: skip
    open_again = 0
    for night in nights[asked.number + 1 :]:
        stands = standing([said], night.verdict)
        today = night.verdict.decided_at.date()
        found = questions(cluster, night.verdict, stands, today, POLICY)
        open_again += any(q.kind is QuestionKind.CEASED for q in found)
    return open_again


def recoveries(
    visits: Sequence[Visited], scenes: Mapping[str, Visited], first: datetime
) -> dict[str, tuple[bool, bool]]:
    """For each class by which staff are asked: whether a stranger's page ends it, and whether the own pages do."""
    found: dict[str, tuple[bool, bool]] = {}
    for seen in visits:
        if seen.variant.number != 1:
            continue
        found[seen.variant.of] = (
            _ends(seen, at_home_of(scenes["stranger"].visit, seen.cluster.website), scenes, first),
            _ends(seen, at_home_of(scenes["well"].visit, seen.cluster.website), scenes, first),
        )
    return found


def _ends(seen: Visited, later: Visit, scenes: Mapping[str, Visited], first: datetime) -> bool:
    """Whether five nights of these pages end a question that sixty nights of the fault have raised."""
    well = at_home_of(scenes["well"].visit, seen.cluster.website)
    looks = [well] * HISTORY + [seen.visit] * NIGHTS + [later] * 5
    *_, last = judged(seen.cluster, told(seen.cluster, looks, first), since=HISTORY + NIGHTS + 4)
    return not last.asked
