"""What becomes of a run and of each of its visits, whoever started it: a crawl of ours, or Scrapy by hand."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from crawler.archive import Record, Shelf
from crawler.config import Config, Schedule, Storage
from crawler.job import Wanted
from crawler.model import Cluster, LastReading, Plan, RobotsCopy, RunKind, RunState, Verdict, Visit
from crawler.policy import Policy
from db.archive_files import mend
from db.desk import Desk
from db.revisits import Stands
from db.store import Store
from pipelines import revisiting
from pipelines.histories import history_of
from pipelines.judging.judge import judge
from pipelines.judging.voiding import tally, why_void
from pipelines.planning import Night, Standing, is_suspect, night
from pipelines.program import program
from pipelines.questions import opened

logger = logging.getLogger(__name__)

_AT_ONCE = 500  # clusters
_PLANS_AT_ONCE = 100  # with all that is known of the pages of each


def plans(store: Store, kind: RunKind, cluster_ids: Sequence[str], *, now: datetime, config: Config) -> Iterator[Plan]:
    """The plans for these clusters, some asked for at a time. A rescan looks anew at everything, with a browser too."""
    for first in range(0, len(cluster_ids), _PLANS_AT_ONCE):
        for plan in store.plan(cluster_ids[first : first + _PLANS_AT_ONCE]):
            if kind is RunKind.RESCAN:
                yield replace(plan, last=None, robots=(), renderings=())
            else:
                basis = _basis(plan.cluster, config)
                yield replace(plan, last=revisiting.may_stand(plan.last, plan.cluster, now, basis))


def _basis(cluster: Cluster, config: Config) -> str:
    return revisiting.basis(cluster, config, program())


def shelf(store: Store, run_id: int, storage: Storage) -> Shelf | None:
    """Where the crawl of a run keeps its pages, None when none are kept. What a killed one left there is mended."""
    folder = store.archive(storage.archive)
    if folder is None:
        return None
    try:
        mend(folder)
    except OSError as error:  # the crawl will find the same, and say what to do
        logger.info("%s: could not be mended: %s", folder, error)
    return Shelf(folder=str(folder), run_id=run_id)


def pictures_wanted(store: Store, run_id: int, config: Config) -> tuple[Wanted, ...]:
    """The home pages about which a run opened a question, as the run found them, within the number of the settings."""
    asked = opened(Desk.over(store), run_id, config.policy)
    homes = store.homes([cluster.cluster_id for cluster in asked])
    wanted = [Wanted(cluster_id=c.cluster_id, url=homes.get(c.cluster_id) or c.website) for c in asked]
    return tuple(w for w in wanted if w.url)[: config.storage.pictures]


def take_in(  # all that a crawl tells of one visit
    store: Store,
    run_id: int,
    cluster: Cluster,
    visit: Visit,
    config: Config,
    records: Sequence[Record] = (),
    robots: Sequence[RobotsCopy] = (),
) -> Verdict:
    """Judge one visit beside the earlier ones, and store both in one transaction."""
    with store.transaction():
        before = history_of(store, cluster.cluster_id, until=visit.started_at)
        if visit.confirms is not None:
            visit = _whole(store, visit, before.read)
        verdict = judge(cluster, [visit], as_of=visit.started_at, policy=config.policy, before=before)
        last = _left(cluster, visit, verdict, config)
        store.add_visit(run_id, visit, verdict, records, before.past, last=last, robots=robots)
    return verdict


def _whole(store: Store, visit: Visit, read: Sequence[Visit]) -> Visit:
    """A visit with the pages that it confirms. `read`: earlier visits, which mostly tell what the store need not."""
    at = visit.confirms
    if at is None:
        return visit
    alike = next((v for v in reversed(read) if revisiting.rests_alike(v, visit)), None)
    if alike is not None and store.has_visit_at(visit.cluster_id, at):
        return replace(visit, pages=alike.pages, carried=alike.carried)
    base = next((v for v in reversed(read) if v.started_at == at), None)
    return revisiting.whole(visit, base or store.visit_at(visit.cluster_id, at))


def _left(cluster: Cluster, visit: Visit, verdict: Verdict, config: Config) -> LastReading | Stands | None:
    """What the next visit may confirm: this reading, or the one that this visit has confirmed, unless doubts came up."""
    if visit.confirms is None:
        return revisiting.last_reading(visit, verdict, config, _basis(cluster, config))
    return None if is_suspect(verdict) else Stands.AS_BEFORE


def close(store: Store, run_id: int, policy: Policy, *, stopped: str = "", note: str = "") -> str:
    """Close a run; void it when it says more about our network than about the sites. Gives why, "" when it counts.

    `stopped`: why it ended before all was visited. `note` is what somebody must act on although the run counts.
    """
    outcomes = store.outcomes(run_id)
    void = why_void(tally(outcomes, store.last_outcomes(run_id)), policy)
    if void:
        store.void_run(run_id, void)
    elif stopped:
        store.end_run(run_id, RunState.STOPPED, stopped)
    else:
        nothing_done = _to_visit(store, run_id) > 0 and not outcomes
        store.end_run(run_id, RunState.FAILED if nothing_done else RunState.DONE, note)
    return void


def _to_visit(store: Store, run_id: int) -> int:
    """How many clusters of a run were not left out from the beginning."""
    return store.task_count(run_id) - len(store.skipped(run_id))


def tonight(store: Store, *, now: datetime, schedule: Schedule) -> Night:
    """What a night that begins now is to do, over the whole registry."""
    return night(_standings(store), now=now, schedule=schedule)


def _standings(store: Store) -> Iterator[Standing]:
    """What is known about each cluster, with some verdicts at a time: all of a large registry's would fill the memory."""
    desk, visited = Desk.over(store), store.visited()
    for first in range(0, len(visited), _AT_ONCE):
        part = visited[first : first + _AT_ONCE]
        verdicts = desk.current_of(cluster_id for cluster_id, _, _ in part)
        for cluster_id, at, changed in part:
            yield Standing(
                cluster_id=cluster_id,
                last_visited_at=at,
                unchanged_since=changed,
                verdict=verdicts.get(cluster_id),
            )
