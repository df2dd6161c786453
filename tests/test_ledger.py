"""The ledger of runs: what waits, who works on it, what becomes of an interrupted run, and runs that count for nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from made import AOBA, FULL_VISIT, LAST, NIGHT, ROBOTS, WALL, run_of, verdict, visit
from pages import Clock

from crawler.errors import StoreError
from crawler.model import Flag, Plan, RunKind, RunState, VisitOutcome
from db.store import LEASE, RESUMED_WITHIN, Store


@pytest.fixture
def clock() -> Clock:
    return Clock(WALL)


# --- the ledger ---


def test_a_claimed_visit_still_waits_and_a_finished_one_does_not(store: Store) -> None:
    run_id = run_of(store)
    assert store.claim(run_id, "aoba")
    assert store.waiting(run_id) == ["aoba", "bare", "cedar"]
    store.add_visit(run_id, FULL_VISIT, verdict())
    assert store.waiting(run_id) == ["bare", "cedar"]
    assert not store.claim(run_id, "aoba")
    assert store.task_states(run_id) == {"done": 1, "queued": 2}


def test_a_given_up_visit_waits_no_longer_and_a_finished_one_is_not_given_up(store: Store) -> None:
    run_id = run_of(store)
    assert store.fail_task(run_id, "bare", "the crawl died")
    store.add_visit(run_id, FULL_VISIT, verdict())
    assert not store.fail_task(run_id, "aoba", "the crawl died")
    assert store.task_states(run_id) == {"done": 1, "failed": 1, "queued": 1}


def test_an_ended_run_counts_what_it_did_and_skips_the_rest(store: Store) -> None:
    run_id = run_of(store)
    store.add_visit(run_id, FULL_VISIT, verdict())
    store.end_run(run_id, RunState.DONE, "a note")
    (run,) = store.runs()
    assert (run.state, run.note, run.ended_at) == (RunState.DONE, "a note", WALL)
    assert run.counts == {"done": 1, "skipped": 2, "visit_read": 1}
    assert store.waiting(run_id) == []


def gone_process() -> int:
    """The id of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def worked_on_by(store: Store, run_id: int, pid: int, host: str | None = None) -> None:
    """Make a run look as if another process worked on it."""
    sql = "UPDATE runs SET pid = ?, host = coalesce(?, host) WHERE id = ?"
    store._db.execute(sql, [pid, host, run_id])


def test_a_run_whose_process_was_killed_is_continued_where_it_stood(store: Store) -> None:
    run_id = run_of(store)
    store.add_visit(run_id, FULL_VISIT, verdict())
    store.claim(run_id, "bare")
    worked_on_by(store, run_id, gone_process())
    run = store.begin_run(RunKind.NIGHTLY, NIGHT + timedelta(hours=1))
    assert (run.run_id, run.now, run.pid) == (run_id, NIGHT, os.getpid())
    assert store.waiting(run_id) == ["bare", "cedar"]


@pytest.mark.parametrize(
    ("later", "continued"),
    [(timedelta(0), True), (RESUMED_WITHIN, True), (RESUMED_WITHIN + timedelta(seconds=1), False)],
)
def test_an_interrupted_run_is_continued_for_half_a_day_then_closed(
    store: Store, later: timedelta, continued: bool
) -> None:
    run_id = run_of(store)
    run = store.begin_run(RunKind.NIGHTLY, NIGHT + later)
    assert (run.run_id == run_id) is continued
    first = store.run(run_id)
    assert first is not None
    assert first.state is (RunState.RUNNING if continued else RunState.FAILED)


def test_a_run_over_other_clusters_is_a_new_one_and_the_interrupted_one_stays(store: Store) -> None:
    whole = run_of(store)
    some = store.begin_run(RunKind.NIGHTLY, NIGHT, ["aoba"])
    assert some.run_id != whole
    assert store.begin_run(RunKind.NIGHTLY, NIGHT).run_id == whole


def test_a_rescan_does_not_continue_a_nightly_run(store: Store) -> None:
    whole = run_of(store, "aoba")
    assert store.begin_run(RunKind.RESCAN, NIGHT, ["aoba"]).run_id != whole


@pytest.mark.parametrize(
    ("elsewhere", "later", "busy"),
    [
        (False, timedelta(0), True),  # a living process of this machine
        (False, LEASE - timedelta(seconds=1), True),
        (False, LEASE + timedelta(seconds=1), False),  # its id was taken by another program
        (True, timedelta(0), True),  # another machine cannot be asked
        (True, LEASE + timedelta(seconds=1), False),
    ],
)
def test_a_nightly_run_of_another_process_is_left_alone_while_it_works(
    store: Store, clock: Clock, elsewhere: bool, later: timedelta, busy: bool
) -> None:
    run_id = run_of(store)
    store.claim(run_id, "aoba")
    worked_on_by(store, run_id, os.getppid(), "elsewhere.example" if elsewhere else None)
    clock.now += later
    if busy:
        with pytest.raises(StoreError, match=f"run {run_id} is under way in another process"):
            store.begin_run(RunKind.NIGHTLY, NIGHT)
    else:
        assert store.begin_run(RunKind.NIGHTLY, NIGHT).run_id == run_id


def test_a_run_that_was_just_taken_over_is_not_taken_over_again(store: Store, clock: Clock) -> None:
    run_id = run_of(store)
    store.claim(run_id, "aoba")
    worked_on_by(store, run_id, gone_process())
    clock.now += timedelta(hours=1)
    store.begin_run(RunKind.NIGHTLY, NIGHT)
    worked_on_by(store, run_id, os.getppid())  # as the second process sees the first
    with pytest.raises(StoreError, match="under way"):
        store.begin_run(RunKind.NIGHTLY, NIGHT)


@pytest.mark.parametrize(("held", "ours", "busy"), [(False, True, False), (True, True, True), (True, False, False)])
def test_a_run_whose_process_says_that_it_is_at_work_is_left_alone(
    store: Store, clock: Clock, held: bool, ours: bool, busy: bool
) -> None:
    run_id = run_of(store)
    clock.now += LEASE - timedelta(seconds=1)
    if not ours:
        worked_on_by(store, run_id, os.getppid())  # who holds a run that another took up holds nothing
    if held:
        store.hold_run(run_id)
    worked_on_by(store, run_id, os.getppid())
    clock.now += timedelta(seconds=2)
    if busy:
        with pytest.raises(StoreError, match="under way"):
            store.begin_run(RunKind.NIGHTLY, NIGHT)
    else:
        assert store.begin_run(RunKind.NIGHTLY, NIGHT).run_id == run_id


def test_the_own_run_is_that_of_this_process(store: Store) -> None:
    assert store.own_run(RunKind.NIGHTLY) is None
    run_id = run_of(store)
    own = store.own_run(RunKind.NIGHTLY)
    assert own is not None
    assert own.run_id == run_id
    worked_on_by(store, run_id, os.getppid())
    assert store.own_run(RunKind.NIGHTLY) is None


# --- void runs ---


def test_a_void_run_takes_its_verdicts_and_what_would_save_work_with_it(store: Store) -> None:
    good = run_of(store, "aoba")
    store.add_visit(good, FULL_VISIT, verdict())
    store.end_run(good, RunState.DONE)
    bad = run_of(store, "aoba")
    store.add_visit(bad, visit(days=1), verdict(days=1, flag=Flag.STATIC), last=LAST, robots=[ROBOTS])
    store.void_run(bad, "our network was down")
    assert store.latest_verdicts()["aoba"].flag is Flag.JAPANESE_ONLY
    assert store.visits("aoba") == [FULL_VISIT]
    assert store.visits("aoba", include_void=True) == [FULL_VISIT, visit(days=1)]
    assert store.plan(["aoba"]) == [Plan(cluster=AOBA)]
    (last, _) = store.runs()
    assert (last.state, last.note) == (RunState.VOID, "our network was down")


def test_a_visit_that_comes_after_its_run_was_found_void_is_void_too(store: Store) -> None:
    run_id = run_of(store, "aoba")
    store.void_run(run_id, "our network was down")
    assert store.add_visit(run_id, FULL_VISIT, verdict())
    assert store.visits("aoba") == []
    assert store.latest_verdicts() == {}


def test_outcomes_of_the_run_and_of_the_visits_before_it(store: Store) -> None:
    first = run_of(store)
    store.add_visit(first, FULL_VISIT, verdict())
    store.add_visit(first, visit("cedar", outcome=VisitOutcome.FAILED), verdict("cedar"))
    store.end_run(first, RunState.DONE)
    second = run_of(store)
    store.add_visit(second, visit(days=1, outcome=VisitOutcome.LOST), verdict(days=1))
    assert store.outcomes(second) == {"aoba": VisitOutcome.LOST}
    assert store.last_outcomes(second) == {"aoba": VisitOutcome.READ, "cedar": VisitOutcome.FAILED}
