"""The store: what goes in comes out, one transaction a visit, and every trouble with the file in one clear line."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import pytest
from made import AOBA, BARE, CEDAR, FULL_VISIT, LAST, NEWS, NIGHT, ROBOTS, stored, verdict, visit

from crawler import answers, letters, model
from crawler.errors import StoreError
from crawler.model import Flag, Outcome, PageKind, Plan, RobotsCopy, RunKind, RunState, VisitOutcome
from db import (
    desk_schema,
    history,
    letters_schema,
    migrations,
    opening,
    registry_schema,
    rescans,
    rescans_schema,
    rows,
    timetable_schema,
)
from db.store import LEASE, RESUMED_WITHIN, Store

WALL = datetime(2024, 11, 25, 3, 0, tzinfo=UTC)  # by the clock on the wall of these tests


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = WALL

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with Store.open(tmp_path / "test.db", create=True, clock=clock) as opened:
        opened.upsert_clusters([AOBA, BARE, CEDAR])
        yield opened


def run_of(store: Store, *ids: str, kind: RunKind = RunKind.NIGHTLY) -> int:
    return store.start_run(kind, NIGHT, ids or ("aoba", "bare", "cedar"))


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


# --- migrations ---


def test_a_new_file_gets_the_whole_schema(tmp_path: Path) -> None:
    with Store.open(tmp_path / "new.db", create=True) as new:
        assert set(new.counts().values()) == {0}


def test_an_existing_file_keeps_its_contents_and_is_not_migrated_twice(tmp_path: Path) -> None:
    path = stored(tmp_path / "old.db")
    for _ in range(2):
        with Store.open(path) as again:
            assert len(again.clusters()) == 3
            assert len(again.visits("aoba")) == 1
    with sqlite3.connect(path) as raw:
        applied = [name for (name,) in raw.execute("SELECT name FROM _sqlite_migrations ORDER BY name")]
    assert applied == [m.name for m in migrations.migrations._migrations]
    raw.close()


def test_a_file_made_before_the_last_step_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "early.db"
    raw = sqlite3.connect(path)
    raw.execute(f"PRAGMA application_id = {migrations.APPLICATION_ID}")
    raw.close()
    with Store.open(path) as opened:
        assert opened.clusters() == []


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


# --- trouble with the file ---


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock that is not free at once is waited for no longer than this."""
    monkeypatch.setattr(opening, "BUSY_S", 0.05)


@pytest.mark.usefixtures("impatient")
def test_a_database_that_another_program_writes_is_locked(tmp_path: Path) -> None:
    path = stored(tmp_path / "busy.db")
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    with Store.open(path) as store:
        assert len(store.clusters()) == 3  # reading goes on
        for change in (lambda: store.retire(["aoba"]), lambda: store.start_run(RunKind.NIGHTLY, NIGHT, ["aoba"])):
            with pytest.raises(StoreError, match=r"busy\.db: is locked by another program"):
                change()
        writer.execute("ROLLBACK")
        assert store.retire(["aoba"]) == 1
    writer.close()


@pytest.mark.usefixtures("impatient")
def test_a_new_database_that_another_program_holds_is_locked(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="is locked by another program"):
        Store.open(path, create=True)
    other.close()


def test_two_stores_see_each_others_changes_and_neither_loses_any(tmp_path: Path) -> None:
    path = stored(tmp_path / "two.db")
    with Store.open(path) as one, Store.open(path) as other:
        run_id = run_of(one)
        assert one.add_visit(run_id, visit(days=5), verdict(days=5))
        assert not other.add_visit(run_id, visit(days=5), verdict(days=5))
        assert other.add_visit(run_id, visit("cedar"), verdict("cedar"))
        assert sorted(one.latest_verdicts()) == ["aoba", "cedar"]


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("cluster_id,name_en,website\n" * 100)
    with pytest.raises(StoreError, match=r"notes\.txt: is not a database"):
        Store.open(path)
    assert path.read_text() == "cluster_id,name_en,website\n" * 100


def damage(path: Path, offset: int, length: int) -> None:
    """Overwrite a part of a file."""
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(b"\xa5" * length)


def questioned(path: Path) -> str:
    """What the store complains of when it is asked everything; any other error goes through."""
    try:
        with Store.open(path) as store:
            for question in (store.faults, store.clusters, store.latest_verdicts, store.counts, store.runs):
                question()
            store.visits("aoba")
    except StoreError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("page", range(12))
def test_a_damaged_database_is_a_store_error_wherever_the_damage_is(tmp_path: Path, page: int) -> None:
    path = stored(tmp_path / "damaged.db")
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = raw.execute("PRAGMA page_size").fetchone()[0]
    raw.close()
    damage(path, page * size, size)
    complaint = questioned(path)
    assert complaint == "" or "damaged" in complaint
    assert "\n" not in complaint


def test_a_database_with_a_damaged_table_says_so(tmp_path: Path) -> None:
    path = stored(tmp_path / "damaged.db")
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (root,) = raw.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'clusters'").fetchone()
    size = raw.execute("PRAGMA page_size").fetchone()[0]
    raw.close()
    damage(path, (root - 1) * size, size)
    with Store.open(path) as store:
        for question in (store.clusters, store.faults):
            with pytest.raises(StoreError, match=r"is damaged\. Restore a backup"):
                question()


def test_a_text_that_is_no_text_any_more_is_damage(tmp_path: Path) -> None:
    path = stored(tmp_path / "damaged.db")
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("UPDATE clusters SET city = CAST(x'ff80' AS TEXT)")
    raw.close()
    with Store.open(path) as store, pytest.raises(StoreError, match="is damaged"):
        store.clusters()


def test_a_missing_database_is_not_made_unless_asked_for(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no such database"):
        Store.open(tmp_path / "typo.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("create", [True, False])
def test_a_folder_a_missing_folder_and_a_foreign_database_are_refused(tmp_path: Path, create: bool) -> None:
    with pytest.raises(StoreError, match="is a folder"):
        Store.open(tmp_path, create=create)
    with pytest.raises(StoreError, match="does not exist"):
        Store.open(tmp_path / "none" / "a.db", create=create)
    foreign = tmp_path / "foreign.db"
    raw = sqlite3.connect(foreign)
    raw.execute("CREATE TABLE songs (title TEXT)")
    raw.close()
    with pytest.raises(StoreError, match="not one of Clusterwatch"):
        Store.open(foreign, create=create)


def test_an_empty_file_is_filled_only_when_asked_for(tmp_path: Path) -> None:
    empty = tmp_path / "empty.db"
    empty.touch()
    with pytest.raises(StoreError, match="is empty"):
        Store.open(empty)
    Store.open(empty, create=True).close()
    Store.open(empty).close()


def test_a_database_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    path = stored(tmp_path / "newer.db")
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('clusterwatch', 'm0999_moods', '2030')"
    )
    raw.close()
    with pytest.raises(StoreError, match=r"newer Clusterwatch \(m0999_moods\)"):
        Store.open(path)


def test_a_file_that_may_not_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = stored(tmp_path / "readonly.db")
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may do everything
    with pytest.raises(StoreError, match="may not be read and written"):
        Store.open(path)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (sqlite3.SQLITE_READONLY, "may only be read"),
        (sqlite3.SQLITE_READONLY_DIRECTORY, "may only be read"),
        (sqlite3.SQLITE_FULL, "the disk is full"),
        (sqlite3.SQLITE_IOERR_WRITE, "the disk reports an error"),
        (sqlite3.SQLITE_CANTOPEN, "cannot be opened"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "is locked"),
        (sqlite3.SQLITE_CORRUPT_INDEX, "is damaged"),
    ],
)
def test_what_sqlite_complains_about_is_put_into_words(code: int, words: str) -> None:
    error = sqlite3.OperationalError("x")
    error.sqlite_errorcode = code
    told = opening.complaint(Path("a.db"), error)
    assert told is not None
    assert words in str(told)


def test_a_mistake_of_ours_is_not_blamed_on_the_file(store: Store) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"), store.transaction():
        store._do("DELETE FROM songs", {})


def add_visits(store: Store, count: int) -> None:
    for _ in range(count):
        store.add_visit(store.start_run(RunKind.NIGHTLY, NIGHT, ["aoba"]), FULL_VISIT, verdict())


def test_a_full_disk_loses_the_step_and_nothing_else(tmp_path: Path) -> None:
    path = stored(tmp_path / "full.db")
    with Store.open(path) as store:
        pages = store._db.execute("PRAGMA page_count").fetchone()[0]
        store._db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError, match="the disk is full"):
            add_visits(store, 500)
        counts = store.counts()
        assert counts["visits"] == counts["verdicts"]
        assert store.faults() == []


def test_a_visit_that_failed_keeps_its_failure(store: Store) -> None:
    lost = replace(FULL_VISIT, outcome=VisitOutcome.FAILED, failure=Outcome.DNS_NXDOMAIN, pages=())
    store.add_visit(run_of(store), lost, verdict())
    assert store.visits("aoba")[0].failure is Outcome.DNS_NXDOMAIN
