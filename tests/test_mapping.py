"""The mapping as it stood on a day: the registry, the verdicts and people's words of that day, and nothing later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from made import AOBA, BARE, CEDAR, FULL_VISIT, NIGHT, visit
from pages import Clock

from crawler.answers import Answer, Decision, QuestionKind
from crawler.config import Config
from crawler.model import Activity, Flag, RunKind, RunState, VisitOutcome
from crawler.policy import Policy
from db.desk import Desk
from db.history import stood
from pipelines import runs
from pipelines.mapping import Mapped, end_of, mapping_of

POLICY = Policy()
TODAY = (NIGHT + timedelta(days=100)).date()


@pytest.fixture
def clock() -> Clock:
    return Clock(NIGHT - timedelta(days=10))


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    with Desk.open(tmp_path / "desk.db", create=True, clock=clock) as opened:
        opened.upsert_clusters([AOBA, BARE], by="test")
        yield opened


def night(desk: Desk, days: int, outcome: VisitOutcome = VisitOutcome.READ, cluster_id: str = "aoba") -> None:
    run = desk.begin_run(RunKind.NIGHTLY, NIGHT + timedelta(days=days), [cluster_id])
    pages = FULL_VISIT.pages if outcome is VisitOutcome.READ else ()
    cluster = desk.clusters([cluster_id], retired=True)[0]
    runs.take_in(desk, run.run_id, cluster, replace(visit(cluster_id, days, outcome), pages=pages), Config())
    desk.end_run(run.run_id, RunState.DONE)


def on(desk: Desk, day: date, *, retired: bool = False) -> dict[str, Mapped]:
    found = mapping_of(desk, day, POLICY, today=TODAY, retired=retired)
    return {m.cluster.cluster_id: m for m in found}


def day(days: float) -> date:
    return (NIGHT + timedelta(days=days)).date()


def say(desk: Desk, decision: Decision, at: datetime, undoes: int = 0) -> int:
    given = Answer(
        cluster_id="aoba", question=QuestionKind.CEASED, decision=decision, by="kato", at=at, verdict_at=at,
        undoes=undoes,
    )  # fmt: skip
    last = desk.answers(["aoba"]).get("aoba", [])
    return desk.answer(given, seen=last[-1].answer_id if last else 0).answer_id


def test_a_row_of_the_registry_is_the_one_of_that_day(desk: Desk, clock: Clock) -> None:
    clock.now = NIGHT + timedelta(days=5)
    desk.upsert_clusters([replace(AOBA, name_en="Aoba renamed"), CEDAR], by="test")
    clock.now = NIGHT + timedelta(days=9)
    desk.retire(["bare"])
    assert sorted(on(desk, day(-11))) == []
    assert {c: m.cluster.name_en for c, m in on(desk, day(4)).items()} == {"aoba": AOBA.name_en, "bare": BARE.name_en}
    assert {c: m.cluster.name_en for c, m in on(desk, day(5)).items()} == {
        "aoba": "Aoba renamed", "bare": BARE.name_en, "cedar": CEDAR.name_en,
    }  # fmt: skip
    assert sorted(on(desk, day(9))) == ["aoba", "cedar"]
    assert on(desk, day(9), retired=True)["bare"].record.retired
    assert not on(desk, day(8), retired=True)["bare"].record.retired


def test_a_row_that_was_put_in_after_its_visits_was_there_from_the_first_of_them(desk: Desk, clock: Clock) -> None:
    clock.now = NIGHT + timedelta(days=50)
    desk.upsert_clusters([CEDAR], by="test")
    night(desk, 3, cluster_id="cedar")
    assert "cedar" not in on(desk, day(2))
    assert "cedar" in on(desk, day(3))


def test_a_verdict_of_a_past_day_knows_no_later_visit(desk: Desk) -> None:
    night(desk, 0)
    night(desk, 30, VisitOutcome.FAILED)
    before, first, last = (on(desk, day(d))["aoba"].verdict for d in (-1, 29, 30))
    assert before is not None
    assert (before.last_reached_at, before.flag) == (None, Flag.UNDETERMINED)
    assert first is not None
    assert (first.decided_at, first.failing_since) == (NIGHT, None)
    assert last is not None
    assert last.failing_since == NIGHT + timedelta(days=30)


def test_today_is_what_the_other_pages_show(desk: Desk) -> None:
    night(desk, 0)
    night(desk, 30)
    shown = {c: m.verdict for c, m in on(desk, TODAY).items()}
    assert shown == {"bare": None, **desk.latest_verdicts()}
    assert on(desk, TODAY - timedelta(days=1))["aoba"].verdict == shown["aoba"], "and judged again it is the same"


def test_a_word_counts_from_its_day_until_it_is_taken_back(desk: Desk) -> None:
    night(desk, 0)
    said = say(desk, Decision.CEASED, NIGHT + timedelta(days=2))
    say(desk, Decision.UNDONE, NIGHT + timedelta(days=4), undoes=said)
    machine = on(desk, day(1))["aoba"].flag
    assert machine is not Flag.LIKELY_CEASED
    flags = [on(desk, day(d))["aoba"].flag for d in (1, 2, 3, 4)]
    assert flags == [machine, Flag.LIKELY_CEASED, Flag.LIKELY_CEASED, machine]


def test_an_address_that_a_person_put_in_is_known_with_who_said_it(desk: Desk) -> None:
    night(desk, 0)
    given = Answer(
        cluster_id="aoba", question=QuestionKind.MOVED, decision=Decision.MOVED, by="kato",
        at=NIGHT + timedelta(days=2), verdict_at=NIGHT, address="https://elsewhere.example/",
    )  # fmt: skip
    desk.answer(given, seen=0)
    assert [list(on(desk, day(d))["aoba"].stands.closed) for d in (1, 2)] == [[], [QuestionKind.MOVED]]


def test_the_last_visit_by_a_day_is_told_void_nights_left_out(desk: Desk) -> None:
    assert desk.first_visit_at() is None
    run = desk.begin_run(RunKind.NIGHTLY, NIGHT - timedelta(days=5), ["aoba"])
    runs.take_in(desk, run.run_id, AOBA, replace(visit("aoba", -5), pages=()), Config())
    desk.void_run(run.run_id, "our network was out")
    night(desk, 0)
    night(desk, 30, VisitOutcome.FAILED)
    seen = [on(desk, day(d))["aoba"].visited_at for d in (-4, 0, 29, 30, 100)]
    assert seen == [None, NIGHT, NIGHT, NIGHT + timedelta(days=30), NIGHT + timedelta(days=30)]
    assert on(desk, day(30))["bare"].visited_at is None
    assert desk.first_visit_at() == NIGHT


@pytest.mark.parametrize(
    ("decision", "activity"),
    [
        (Decision.ALIVE, Activity.ACTIVE),
        (Decision.STATIC, Activity.STATIC),
        (Decision.CEASED, Activity.LIKELY_CEASED),
        (Decision.NOTED, None),
    ],
)
def test_the_activity_is_the_word_of_a_person_where_there_is_one(
    desk: Desk, decision: Decision, activity: Activity | None
) -> None:
    night(desk, 0)
    verdict = on(desk, day(1))["aoba"].verdict
    assert verdict is not None
    say(desk, decision, NIGHT + timedelta(days=2))
    found = on(desk, day(2))["aoba"]
    assert found.activity is (activity or verdict.activity)
    assert (found.word.decision if found.word else None) is (decision if activity else None)


def test_progress_is_told_for_each_cluster(desk: Desk) -> None:
    heard: list[tuple[int, int]] = []
    list(mapping_of(desk, TODAY, POLICY, today=TODAY, told=lambda done, of: heard.append((done, of))))
    assert heard == [(1, 2), (2, 2)]


def test_a_day_ends_with_its_last_instant() -> None:
    assert end_of(date(2024, 2, 29)).isoformat() == "2024-02-29T23:59:59.999999+00:00"


@pytest.mark.parametrize(
    ("added_at", "visited_from", "is_there"),
    [
        ("2024-11-24T00:00:00Z", None, True),
        ("2024-11-26T00:00:00Z", None, False),
        ("2024-11-26T00:00:00Z", "2024-11-24T18:00:00Z", True),
        ("2024-11-26T00:00:00Z", "2024-11-25T18:00:00Z", False),
    ],
)
def test_a_row_of_before_its_history_was_kept_was_there_from_its_day(
    desk: Desk, added_at: str, visited_from: str | None, is_there: bool
) -> None:
    row = dict(desk._all("SELECT * FROM clusters WHERE cluster_id = 'aoba'")[0])
    row |= {"added_at": added_at, "stood": None, "came_from": None, "came_new": None, "visited_from": visited_from}
    found = stood(row, "2024-11-25T00:00:00Z")
    assert (found is not None) == is_there
