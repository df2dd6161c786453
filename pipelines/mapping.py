"""The mapping as it stood on a day: each cluster with verdict, people's words, partners and programme. Thin.

The report, the comparison of two days and the map are made of it, so that all three say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from crawler.answers import Answer, Decision, Standing
from crawler.days import end_of
from crawler.international import Assessing
from crawler.model import Activity, Cluster, Flag, Review, Verdict
from crawler.policy import Policy
from db.desk import Desk
from db.history import Record
from pipelines.assessing import assessing_of
from pipelines.histories import history_of
from pipelines.judging.answers import reviewed, standing
from pipelines.judging.judge import judge
from pipelines.judging.programmes import Ended, ended
from pipelines.judging.remembering import History

__all__ = ["Mapped", "end_of", "mapping_of"]

_ACTIVITY = {
    Decision.ALIVE: Activity.ACTIVE,
    Decision.STATIC: Activity.STATIC,
    Decision.CEASED: Activity.LIKELY_CEASED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """One cluster as it stood at the end of a day (UTC)."""

    record: Record  # its row of the registry, as it was then
    verdict: Verdict | None  # None: never judged by then
    review: Review | None  # the word of a person that stood then
    international: Assessing  # partners abroad, "recent" counted from that day
    programme_ended: Ended | None  # its programme, where that was over
    word: Answer | None = None  # the answer that `review` is derived from
    stands: Standing = field(default_factory=Standing)  # all that people's answers so far amounted to
    visited_at: datetime | None = None  # the last visit by then, void nights left out; None: never visited

    @property
    def cluster(self) -> Cluster:
        """Its columns in the registry."""
        return self.record.cluster

    @property
    def flag(self) -> Flag:
        """What readers of the mapping see: the person's word where there is one, else the machine's."""
        if self.review is not None:
            return self.review.flag
        return self.verdict.flag if self.verdict is not None else Flag.UNDETERMINED

    @property
    def activity(self) -> Activity:
        """The activity that readers see: the person's word where there is one, else the machine's."""
        if self.word is not None:
            return _ACTIVITY[self.word.decision]
        return self.verdict.activity if self.verdict is not None else Activity.UNDETERMINED


def mapping_of(
    desk: Desk,
    day: date,
    policy: Policy,
    *,
    today: date,
    retired: bool = False,
    told: Callable[[int, int], None] = lambda _done, _all: None,
) -> Iterator[Mapped]:
    """The clusters as of the end of a day, by id; those retired by then only on request.

    Of `today` and later the stored verdicts, which the other pages show; of a day that is over each cluster is judged
    again from its visits up to then, as of the last of them, under this policy. `told` hears how many are done.
    """
    records = [r for r in desk.records_as_of(end_of(day)) if retired or not r.retired]
    visited = desk.last_visits(end_of(day))
    is_past = day < today
    current = {} if is_past else desk.latest_verdicts()
    for done, record in enumerate(records, start=1):
        cluster = record.cluster
        before = history_of(desk, cluster.cluster_id, until=end_of(day)) if is_past else None
        verdict = _judged(cluster, before, day, policy) if before else current.get(cluster.cluster_id)
        stands = _stands(desk, cluster.cluster_id, day, verdict)
        review = reviewed(stands, verdict)
        yield Mapped(
            record=record,
            verdict=verdict,
            review=review,
            word=stands.holds if review is not None else None,
            stands=stands,
            visited_at=visited.get(cluster.cluster_id),
            international=assessing_of(
                desk, cluster.cluster_id, as_of=day, policy=policy, past=before.past if before else None
            ),
            programme_ended=ended(cluster, day),
        )
        told(done, len(records))


def _judged(cluster: Cluster, before: History, day: date, policy: Policy) -> Verdict:
    return judge(cluster, (), as_of=before.past.last_visited_at or end_of(day), policy=policy, before=before)


def _stands(desk: Desk, cluster_id: str, day: date, verdict: Verdict | None) -> Standing:
    """What the answers of that day amounted to: later ones were not said yet, nor taken back."""
    given = [a for a in desk.answers([cluster_id]).get(cluster_id, ()) if a.at <= end_of(day)]
    return standing(given, verdict)
