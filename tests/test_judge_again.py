"""Stored visits can be judged again at any time and give the same answer; a run is closed, or found void, in one way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from made import AOBA, CEDAR, FULL_VISIT, NIGHT, visit

from crawler.config import Config
from crawler.model import Activity, Cluster, Flag, RunKind, RunState, VisitOutcome
from crawler.policy import Policy
from db.store import Store
from pipelines import runs
from pipelines.judging.judge import judge

POLICY = Policy()
MANY = tuple(replace(CEDAR, cluster_id=f"c{i}", website=f"http://c{i}.example/") for i in range(6))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "test.db", create=True) as opened:
        opened.upsert_clusters([AOBA, *MANY])
        yield opened


def night(store: Store, days: int, outcome: VisitOutcome, clusters: tuple[Cluster, ...] = (AOBA,)) -> str:
    """One run over some clusters that all end alike; gives why it is void."""
    ids = [c.cluster_id for c in clusters]
    run = store.begin_run(RunKind.NIGHTLY, NIGHT + timedelta(days=days), ids, POLICY.name)
    for cluster in clusters:
        pages = FULL_VISIT.pages if outcome is VisitOutcome.READ else ()
        runs.take_in(
            store, run.run_id, cluster, replace(visit(cluster.cluster_id, days, outcome), pages=pages), Config()
        )
    return runs.close(store, run.run_id, POLICY)


def test_judged_again_as_of_its_visit_every_verdict_is_the_same(store: Store) -> None:
    for days, outcome in enumerate((VisitOutcome.READ, VisitOutcome.FAILED, VisitOutcome.INCONCLUSIVE)):
        night(store, days, outcome)
    history = store.verdict_history("aoba")
    visits = store.visits("aoba")
    assert len(history) == 3
    assert [judge(AOBA, visits, as_of=v.decided_at, policy=POLICY) for v in history] == history


def test_another_policy_gives_another_answer_from_the_same_visits(store: Store) -> None:
    night(store, 0, VisitOutcome.READ)
    visits = store.visits("aoba")
    strict = replace(POLICY, active_days=30)
    assert judge(AOBA, visits, as_of=NIGHT, policy=POLICY).activity is Activity.ACTIVE
    assert judge(AOBA, visits, as_of=NIGHT, policy=strict).activity is Activity.STATIC


def test_a_verdict_as_of_a_past_day_knows_no_later_visit(store: Store) -> None:
    night(store, 0, VisitOutcome.READ)
    night(store, 30, VisitOutcome.FAILED)
    past = judge(AOBA, store.visits("aoba"), as_of=NIGHT + timedelta(days=10), policy=POLICY)
    assert past.failing_since is None
    assert past.last_reached_at == NIGHT


def test_a_visit_taken_in_twice_is_stored_once(store: Store) -> None:
    run = store.begin_run(RunKind.NIGHTLY, NIGHT, ["aoba"], POLICY.name)
    first = runs.take_in(store, run.run_id, AOBA, FULL_VISIT, Config())
    again = runs.take_in(store, run.run_id, AOBA, FULL_VISIT, Config())
    assert again.flag is first.flag is Flag.JAPANESE_ONLY
    assert (len(store.visits("aoba")), store.verdict_history("aoba")) == (1, [first])


@pytest.mark.parametrize(
    ("readable_before", "count", "void"),
    [(False, 4, False), (False, 5, True), (True, 5, True)],
)
def test_a_run_in_which_no_site_can_be_read_is_void(
    store: Store, readable_before: bool, count: int, void: bool
) -> None:
    if readable_before:
        night(store, 0, VisitOutcome.READ, MANY[:count])
    before = store.latest_verdicts()
    assert bool(night(store, 1, VisitOutcome.FAILED, MANY[:count])) is void
    last = store.runs(1)[0]
    assert last.state is (RunState.VOID if void else RunState.DONE)
    assert (store.latest_verdicts() == before) is void


def test_a_run_that_visited_nothing_failed(store: Store) -> None:
    run = store.begin_run(RunKind.NIGHTLY, NIGHT, ["aoba"], POLICY.name)
    assert runs.close(store, run.run_id, POLICY) == ""
    assert store.runs(1)[0].state is RunState.FAILED
