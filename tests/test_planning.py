"""What to visit tonight: everything by default; unchanged sites may wait a bounded while, suspects never."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from made import NIGHT, stored, verdict, visit

from crawler.config import Schedule
from crawler.model import Activity, Family, Flag, Reason, Verdict, VisitOutcome
from db.store import Store
from pipelines import runs
from pipelines.planning import Standing, is_suspect, night

NOW = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
STRETCHED = Schedule(stretch_days=7, stretch_after_days=60)
FINE = replace(verdict(), failing_since=None, moved_to="")


def standing(
    cluster_id: str = "quiet", *, visited: float = 1, unchanged: float = 90, word: Verdict | None = FINE
) -> Standing:
    return Standing(
        cluster_id=cluster_id,
        last_visited_at=NOW - timedelta(days=visited),
        unchanged_since=NOW - timedelta(days=unchanged),
        verdict=word,
    )


def suspicion(family: Family, points: float = 0.0) -> Verdict:
    return replace(FINE, reasons=(Reason(code="x", text="x", family=family, points=points),))


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        (FINE, False),
        (None, False),
        (suspicion(Family.SILENCE, 2.0), False),  # a matter of years
        (suspicion(Family.REGISTRY, 2.0), False),
        (suspicion(Family.STATEMENT), True),
        (suspicion(Family.OWNERSHIP), True),
        (suspicion(Family.REACHABILITY), True),
        (replace(FINE, flag=Flag.LIKELY_CEASED), True),
        (replace(FINE, activity=Activity.LIKELY_CEASED), True),
        (replace(FINE, activity=Activity.UNDETERMINED), True),
        (replace(FINE, flag=Flag.UNDETERMINED), True),
        (replace(FINE, flag=Flag.STATIC, activity=Activity.STATIC), False),
        (replace(FINE, failing_since=NOW), True),
        (replace(FINE, moved_to="elsewhere.example"), True),
        (replace(FINE, reachability="failed"), True),
        (replace(FINE, reachability="lost"), True),
        (replace(FINE, reachability=""), True),
    ],
)
def test_a_suspect_is_whoever_another_night_may_confirm(word: Verdict | None, expected: bool) -> None:
    assert is_suspect(word) is expected


def test_every_cluster_is_visited_every_night_by_default() -> None:
    known = [standing(f"c{n}", visited=1, unchanged=4000) for n in range(20)]
    planned = night(known, now=NOW, schedule=Schedule())
    assert (len(planned.visits), planned.skipped) == (20, {})


@pytest.mark.parametrize(
    ("known", "may_wait"),
    [
        (standing(), True),
        (standing(unchanged=60), True),
        (standing(unchanged=59.99), False),
        (standing(visited=6), True),
        (standing(visited=7), False),
        (standing(visited=30), False),
        (standing(word=None), False),
        (standing(word=replace(FINE, flag=Flag.LIKELY_CEASED)), False),
        (standing(word=suspicion(Family.STATEMENT)), False),
        (replace(standing(), last_visited_at=None), False),
        (replace(standing(), unchanged_since=None), False),
    ],
)
def test_who_may_wait_when_nights_are_stretched(known: Standing, may_wait: bool) -> None:
    # Each site has nights of its own, so of many like it some wait on this one.
    alike = [replace(known, cluster_id=f"c{n}") for n in range(50)]
    assert bool(night(alike, now=NOW, schedule=STRETCHED).skipped) is may_wait


@pytest.mark.parametrize("stretch_days", [1, 2, 3, 7])
def test_a_stretched_site_is_visited_at_least_every_so_many_nights_and_each_on_its_own(stretch_days: int) -> None:
    schedule = Schedule(stretch_days=stretch_days, stretch_after_days=60)
    last = {f"c{n}": NOW for n in range(70)}
    nights: list[int] = []
    gaps: set[int] = set()
    for day in range(1, 60):
        now = NOW + timedelta(days=day)
        known = [
            Standing(cluster_id=c, last_visited_at=seen, unchanged_since=NOW - timedelta(days=100), verdict=FINE)
            for c, seen in last.items()
        ]
        planned = night(known, now=now, schedule=schedule)
        gaps |= {(now - last[c]).days for c in planned.visits}
        last |= dict.fromkeys(planned.visits, now)
        nights.append(len(planned.visits))
    assert max(gaps) == stretch_days
    assert max(nights[10:]) <= 2.2 * 70 / stretch_days  # spread over the nights, not all on one


def test_the_reason_for_waiting_names_the_next_night() -> None:
    for day in range(7):
        now = NOW + timedelta(days=day)
        known = replace(standing(), last_visited_at=now - timedelta(days=1))
        planned = night([known], now=now, schedule=STRETCHED)
        if planned.skipped:
            assert planned.skipped["quiet"].startswith(
                "nothing has changed since 2026-08-27; the next visit is due on 2026-"
            )
            return
    pytest.fail("it never waits")


def test_suspects_come_first_then_whoever_has_waited_longest() -> None:
    known = [
        standing("yesterday", visited=1),
        standing("a-week", visited=7),
        replace(standing("never"), last_visited_at=None, verdict=None),
        standing("suspect", visited=1, word=suspicion(Family.STATEMENT)),
    ]
    assert night(known, now=NOW, schedule=Schedule()).visits == ("suspect", "never", "a-week", "yesterday")


# --- what the store knows ---


def changed(path: Path) -> datetime | None:
    with Store.open(path) as store:
        return {c: at for c, _, at in store.visited()}["aoba"]


def test_the_store_knows_since_when_the_pages_say_the_same(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.db", nights=3)
    assert changed(path) == NIGHT
    other = replace(visit("aoba", 5), pages=tuple(replace(p, text_digest="d2") for p in visit().pages))
    failed = replace(visit("aoba", 6, VisitOutcome.FAILED), pages=())
    with Store.open(path) as store:
        for seen in (other, failed, replace(other, started_at=NIGHT + timedelta(days=7), day=date(2024, 12, 2))):
            run = store.begin_run(runs.RunKind.NIGHTLY, seen.started_at, ["aoba"])
            store.add_visit(run.run_id, seen, verdict("aoba", (seen.started_at - NIGHT).days))
            store.end_run(run.run_id, runs.RunState.DONE)
    assert changed(path) == NIGHT + timedelta(days=5)


def test_a_night_is_planned_over_the_whole_registry(tmp_path: Path) -> None:
    with Store.open(stored(tmp_path / "a.db", nights=2)) as store:
        planned = runs.tonight(store, now=NIGHT + timedelta(days=2), schedule=STRETCHED)
    assert sorted(planned.visits) == ["aoba", "bare", "cedar"]
    assert planned.visits[0] == "aoba"  # it moved, so it is a suspect
