"""The store: what goes in comes out, and one transaction a visit."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

import pytest
from made import AOBA, BARE, CEDAR, FULL_VISIT, LAST, NEWS, NIGHT, ROBOTS, WALL, run_of, stored, verdict, visit
from pages import Clock

from crawler import answers, letters, model
from crawler.errors import StoreError
from crawler.model import Flag, Outcome, PageKind, Plan, RobotsCopy, VisitOutcome
from db import (
    desk_schema,
    history,
    letters_schema,
    migrations,
    registry_schema,
    rescans,
    rescans_schema,
    rows,
    timetable_schema,
)
from db.store import Store


@pytest.fixture
def clock() -> Clock:
    return Clock(WALL)


# --- documents ---


def _blank_fields(value: object, path: str = "") -> Iterator[str]:
    """The fields of a value, and of those within it, that still have their default."""
    if isinstance(value, tuple):
        for part in value:
            yield from _blank_fields(part, path)
    elif is_dataclass(value):
        for f in fields(value):
            inner = getattr(value, f.name)
            if inner in {"", None} or (isinstance(inner, tuple) and not inner):
                yield f"{path}.{f.name}"
            yield from _blank_fields(inner, f"{path}.{f.name}")


def test_the_full_visit_of_these_tests_sets_every_field() -> None:
    first = replace(FULL_VISIT, fetches=FULL_VISIT.fetches[:1])
    assert list(_blank_fields(first)) == [".confirms", ".carried"]  # which no full visit has


def test_a_visit_with_every_field_set_comes_back_as_it_was(store: Store) -> None:
    run_id = run_of(store)
    assert store.add_visit(run_id, FULL_VISIT, verdict())
    assert store.visits("aoba") == [FULL_VISIT]


def test_a_visit_that_confirms_another_comes_back_as_it_was(store: Store) -> None:
    confirming = replace(FULL_VISIT, confirms=NIGHT - timedelta(days=1), carried=FULL_VISIT.fetches)
    store.add_visit(run_of(store), confirming, verdict())
    assert store.visits("aoba") == [confirming]


def test_a_verdict_with_every_field_set_comes_back_as_it_was(store: Store) -> None:
    store.add_visit(run_of(store), FULL_VISIT, verdict())
    assert store.latest_verdicts() == {"aoba": verdict()}


def test_a_cluster_with_every_field_set_comes_back_as_it_was(store: Store) -> None:
    assert store.clusters() == [AOBA, BARE, CEDAR]


def test_a_document_of_an_older_program_gets_defaults_and_of_a_newer_one_loses_what_is_not_known() -> None:
    old = b'{"cluster_id":"a","started_at":"2024-11-24T18:00:00Z","elapsed_s":1.0,"outcome":"read","mood":"new"}'
    read = rows.unpack(old, model.Visit)
    assert (read.cluster_id, read.started_at, read.pages) == ("a", NIGHT, ())


@pytest.mark.parametrize("damaged", [b"", b"{", b"x\x9cxxxx", b'{"cluster_id":5}', b"\xff\xfe"])
def test_a_damaged_document_is_a_store_error(damaged: bytes) -> None:
    with pytest.raises(StoreError, match="damaged visit"):
        rows.unpack(damaged, model.Visit)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        rows.instant_text(datetime(2024, 1, 1))


@pytest.mark.parametrize(
    ("words", "enum"),
    [
        (migrations.ACTIVITY, model.Activity),
        (migrations.ENGLISH, model.English),
        (migrations.FLAG, model.Flag),
        (migrations.PRECISION, model.Precision),
        (migrations.RUN_KIND, model.RunKind),
        (timetable_schema.RUN_STATE, model.RunState),
        (migrations.TASK_STATE, model.TaskState),
        (migrations.VISIT_OUTCOME, model.VisitOutcome),
        (migrations.ROLE, model.Role),
        (migrations.OUTCOME, model.Outcome),
        (desk_schema.DECISION, answers.Decision),
        (desk_schema.QUESTION, answers.QuestionKind),
        (rescans_schema.STATE, rescans.RescanState),
        (letters_schema.ENTRY_KIND, letters.EntryKind),
        (registry_schema.CHANGE, history.ChangeKind),
    ],
)
def test_the_schema_admits_every_word_of_the_model(words: tuple[str, ...], enum: type[StrEnum]) -> None:
    assert sorted(words) == sorted(enum), "a new word needs a migration of its own"


# --- one transaction a visit ---


def test_the_same_visit_twice_changes_nothing(store: Store) -> None:
    run_id = run_of(store)
    assert store.add_visit(run_id, FULL_VISIT, verdict())
    before = store.counts()
    assert not store.add_visit(run_id, visit(days=1), verdict(days=1, flag=Flag.STATIC))
    assert store.counts() == before
    assert store.visits("aoba") == [FULL_VISIT]
    assert store.latest_verdicts()["aoba"].flag is Flag.JAPANESE_ONLY


def test_a_failure_in_the_middle_of_a_visit_stores_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = run_of(store)
    store.claim(run_id, "aoba")
    before = store.counts()

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the last part of the transaction")

    monkeypatch.setattr(rows, "verdict_row", broken)
    with pytest.raises(RuntimeError):
        store.add_visit(run_id, FULL_VISIT, verdict(), last=LAST, robots=[ROBOTS])
    assert store.counts() == before
    assert store.waiting(run_id) == ["aoba", "bare", "cedar"]
    assert store.plan(["aoba"])[0].last is None


def test_a_visit_to_a_cluster_that_the_run_does_not_have_is_refused_whole(store: Store) -> None:
    run_id = run_of(store, "aoba")
    with pytest.raises(sqlite3.IntegrityError):
        store.add_visit(run_id, visit("cedar"), verdict("cedar"))
    assert store.counts()["visits"] == 0


def test_a_transaction_over_several_methods_is_undone_as_one(store: Store) -> None:
    def changes() -> None:
        with store.transaction():
            store.upsert_clusters([replace(AOBA, city="Ishinomaki")])
            store.set_setting("a", "1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        changes()
    assert store.clusters(["aoba"]) == [AOBA]
    assert store.setting("a") is None


def test_a_part_of_a_transaction_is_undone_alone(store: Store) -> None:
    with store.transaction():
        store.set_setting("a", "1")
        with suppress(RuntimeError), store.transaction():
            store.set_setting("b", "1")
            with store.transaction():
                store.set_setting("c", "1")
            raise RuntimeError
        store.set_setting("d", "1")
    assert [store.setting(name) for name in "abcd"] == ["1", None, None, "1"]


def test_a_kill_in_the_middle_of_a_visit_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = stored(tmp_path / "killed.db", nights=1)
    program = (
        "import os, sys\n"
        "from db.store import Store\n"
        f"with Store.open({str(path)!r}) as store, store.transaction():\n"
        "    store.retire(['aoba', 'bare', 'cedar'])\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[1], timeout=60)
    assert ended.returncode == -9
    with Store.open(path) as store:
        assert len(store.clusters()) == 3
        assert store.faults() == []


# --- plans, visits in time ---


def test_plans_come_in_the_order_asked_for_without_unknown_ids(store: Store) -> None:
    plans = store.plan(["cedar", "nobody", "aoba", "cedar"])
    assert [p.cluster for p in plans] == [CEDAR, AOBA]


def test_a_plan_tells_what_may_be_confirmed_and_what_robots_files_said(store: Store) -> None:
    first, second, third = (run_of(store, "aoba") for _ in range(3))
    store.add_visit(first, FULL_VISIT, verdict(), last=LAST, robots=[ROBOTS])
    assert store.plan(["aoba", "cedar"]) == [Plan(cluster=AOBA, last=LAST, robots=(ROBOTS,)), Plan(cluster=CEDAR)]
    later = replace(ROBOTS, text="", at=NIGHT + timedelta(days=2))
    store.add_visit(second, FULL_VISIT, verdict(), last=replace(LAST, basis="b1"), robots=[later])
    assert store.plan(["aoba"]) == [Plan(cluster=AOBA, last=replace(LAST, basis="b1"), robots=(later,))]
    store.add_visit(third, visit(outcome=VisitOutcome.FAILED), verdict())
    assert store.plan(["aoba"]) == [Plan(cluster=AOBA, robots=(later,))]


@pytest.mark.parametrize(("days", "kept"), [(31, [ROBOTS]), (31.1, [])])
def test_what_robots_files_said_is_forgotten_when_it_is_obeyed_no_more(
    store: Store, days: float, kept: list[RobotsCopy]
) -> None:
    store.add_visit(run_of(store, "aoba"), FULL_VISIT, verdict(), robots=[ROBOTS])
    store.add_visit(run_of(store, "aoba"), visit(days=days), verdict(days=days))
    assert store.robots(["aoba", "cedar"]) == ({"aoba": tuple(kept)} if kept else {})


def test_a_plan_tells_what_a_browser_made_of_each_page(store: Store) -> None:
    home, news = FULL_VISIT.fetches[:2]
    shown = replace(home, rendered=True, source=PageKind.SHELL, worth=True)
    in_vain = replace(news, outcome=Outcome.OK, final_url=NEWS, rendered=True, source=PageKind.CONTENT)
    store.add_visit(run_of(store), replace(FULL_VISIT, fetches=(home, shown, news, in_vain)), verdict())
    found = store.plan(["aoba"])[0].renderings
    assert [(r.url, r.source, r.worth, r.at) for r in found] == [
        (home.final_url, PageKind.SHELL, True, home.at),
        (NEWS, PageKind.CONTENT, False, news.at),
    ]
    later = replace(shown, at=home.at + timedelta(days=1), worth=False)
    store.add_visit(run_of(store), replace(visit(days=1), fetches=(later,)), verdict())
    assert [(r.url, r.worth) for r in store.plan(["aoba"])[0].renderings] == [(home.final_url, False), (NEWS, False)]
    store.add_visit(run_of(store), visit(days=402), verdict())
    assert store.plan(["aoba"])[0].renderings == ()


def test_visits_are_told_oldest_first_and_up_to_an_instant(store: Store) -> None:
    nights = [visit(days=d) for d in (2, 0, 1)]
    for one in nights:
        store.add_visit(run_of(store, "aoba"), one, verdict())
    assert store.visits("aoba") == [visit(days=d) for d in (0, 1, 2)]
    assert store.visits("aoba", until=NIGHT + timedelta(days=1)) == [visit(days=0), visit(days=1)]
    assert store.visits("aoba", limit=1) == [visit(days=2)]


# --- verdicts ---


def test_verdicts_accumulate_and_the_newest_by_its_instant_counts(store: Store) -> None:
    for days in (1, 0):
        store.add_visit(run_of(store, "aoba"), visit(days=days), verdict(days=days))
    assert store.verdict_history("aoba") == [verdict(days=0), verdict(days=1)]
    assert store.latest_verdicts()["aoba"] == verdict(days=1)
    assert store.latest_verdicts(NIGHT)["aoba"] == verdict(days=0)
    assert store.latest_verdicts(NIGHT - timedelta(seconds=1)) == {}


def test_a_verdict_made_again_takes_the_place_of_that_of_the_same_instant(store: Store) -> None:
    for days in (0, 1):
        store.add_visit(run_of(store, "aoba"), visit(days=days), verdict(days=days))
    store.replace_verdicts([verdict(days=1, flag=Flag.STATIC)])
    assert [v.flag for v in store.verdict_history("aoba")] == [Flag.JAPANESE_ONLY, Flag.STATIC]


def test_a_verdict_that_rests_on_no_visit_stands_until_there_is_another(store: Store) -> None:
    store.replace_verdicts([verdict("bare", days=0)])
    store.replace_verdicts([verdict("bare", days=1)])
    assert store.verdict_history("bare") == [verdict("bare", days=1)]
    store.add_visit(run_of(store, "bare"), visit("bare", days=2), verdict("bare", days=2))
    assert store.verdict_history("bare") == [verdict("bare", days=2)]


def test_a_void_run_takes_a_verdict_made_again_from_its_visit_with_it(store: Store) -> None:
    run_id = run_of(store, "aoba")
    store.add_visit(run_id, FULL_VISIT, verdict())
    store.replace_verdicts([verdict(flag=Flag.STATIC)])
    store.void_run(run_id, "our network was down")
    assert store.latest_verdicts() == {}


def test_a_retired_cluster_leaves_the_registry_and_keeps_its_history(store: Store) -> None:
    store.add_visit(run_of(store, "aoba"), FULL_VISIT, verdict())
    assert store.retire(["aoba", "nobody"]) == 1
    assert [c.cluster_id for c in store.clusters()] == ["bare", "cedar"]
    assert store.latest_verdicts() == {}
    assert store.visits("aoba") == [FULL_VISIT]
    store.upsert_clusters([AOBA])
    assert store.latest_verdicts() == {"aoba": verdict()}


def test_a_setting_is_kept_and_set_again(store: Store) -> None:
    for value in ("1", "2"):
        store.set_setting("name", value)
    assert store.setting("name") == "2"


def test_a_mistake_of_ours_is_not_blamed_on_the_file(store: Store) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"), store.transaction():
        store._do("DELETE FROM songs", {})


def test_a_visit_that_failed_keeps_its_failure(store: Store) -> None:
    lost = replace(FULL_VISIT, outcome=VisitOutcome.FAILED, failure=Outcome.DNS_NXDOMAIN, pages=())
    store.add_visit(run_of(store), lost, verdict())
    assert store.visits("aoba")[0].failure is Outcome.DNS_NXDOMAIN
