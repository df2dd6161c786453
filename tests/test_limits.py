"""What a run may cost: time a site, disk, memory, its own deadline; and what people ask of it while it is under way."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from faultnet import NOW, Asked, FaultNetwork, Wire, clusters, home, without_robots

from crawler.config import Config, Limits, config_from
from crawler.errors import ConfigError, RunUnderWay
from crawler.model import RunKind, RunState, VisitOutcome
from db.desk import Desk
from db.rows import Run
from schedules import crawl_process, limits
from schedules.crawling import Crawl, Step, run_crawl
from schedules.limits import Bounds, Order, Sight, Why, judge

MIB = 2**20
LIMITS = Limits(min_free_bytes=500 * MIB, max_memory_bytes=1000 * MIB)
AT = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sight", "order", "why", "words"),
    [
        (Sight(now=AT), Order.GO_ON, None, ""),
        (Sight(now=AT, deadline=AT + timedelta(seconds=1)), Order.GO_ON, None, ""),
        (Sight(now=AT, deadline=AT), Order.FINISH, Why.DEADLINE, "the run had to end by 2026-11-24 21:00 UTC"),
        (Sight(now=AT, free_bytes=500 * MIB), Order.GO_ON, None, ""),
        (Sight(now=AT, free_bytes=500 * MIB - 1), Order.FINISH, Why.DISK, "500 MiB free"),
        (Sight(now=AT, free_bytes=0), Order.FINISH, Why.DISK, "limits.min_free_bytes"),
        (Sight(now=AT, memory_bytes=1000 * MIB), Order.GO_ON, None, ""),
        (Sight(now=AT, memory_bytes=1000 * MIB + 1), Order.FINISH, Why.MEMORY, "1000 MiB of memory"),
        (Sight(now=AT, memory_bytes=1500 * MIB), Order.FINISH, Why.MEMORY, "1500 MiB"),
        (Sight(now=AT, memory_bytes=1500 * MIB + 1), Order.KILL, Why.MEMORY, "1500 MiB"),
        (Sight(now=AT, visits_s={"a": 180.0}), Order.GO_ON, None, ""),
        (Sight(now=AT, visits_s={"a": 180.1, "b": 3}), Order.KILL, Why.SITE, "took longer than 180 seconds"),
        (Sight(now=AT, wish="pause", wished_by="kato"), Order.FINISH, Why.PAUSED, "paused by kato"),
        (Sight(now=AT, wish="cancel", wished_by="kato"), Order.FINISH, Why.CANCELLED, "cancelled by kato"),
        (Sight(now=AT, ending=True), Order.FINISH, Why.ENDING, "asked to end"),
        # One after the other: what must be killed, what people want, what the machine wants.
        (Sight(now=AT, visits_s={"a": 999}, wish="cancel"), Order.KILL, Why.SITE, "180"),
        (Sight(now=AT, wish="cancel", ending=True), Order.FINISH, Why.CANCELLED, "cancelled"),
        (Sight(now=AT, ending=True, deadline=AT), Order.FINISH, Why.ENDING, "asked to end"),
        (Sight(now=AT, deadline=AT, free_bytes=0), Order.FINISH, Why.DEADLINE, "21:00"),
        (Sight(now=AT, free_bytes=0, memory_bytes=9999 * MIB), Order.FINISH, Why.DISK, "free"),
    ],
)
def test_what_a_look_at_a_crawl_leads_to(sight: Sight, order: Order, why: Why | None, words: str) -> None:
    judged = judge(sight, LIMITS, 180.0)
    assert (judged.order, judged.why) == (order, why)
    assert words in judged.words
    assert judged.sites == (("a",) if why is Why.SITE else ())


@pytest.mark.parametrize(
    ("tables", "names"),
    [
        ({"limits": {"overtime_seconds": 0.5}}, "limits.overtime_seconds"),
        ({"limits": {"max_memory_bytes": 256 * MIB - 1}}, "limits.max_memory_bytes"),
        ({"limits": {"min_free_bytes": -1}}, "limits.min_free_bytes"),
        ({"browser": {"max_pages": 0}}, "browser.max_pages"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused_by_name(tables: dict[str, object], names: str) -> None:
    with pytest.raises(ConfigError, match=names):
        config_from(tables)


def test_what_the_machine_tells() -> None:
    assert (limits.memory_bytes(os.getpid()) or 0) > 10 * MIB
    assert limits.memory_bytes(2**22 + 1) is None
    assert (limits.free_bytes(Path(__file__)) or 0) > 0
    assert limits.free_bytes(Path("/nowhere/at/all.db")) is None


# --- whole crawls that end before their end ---

READY = 3  # sites that answer at once; the others when the crawl has been asked to finish
ALL = 9


@dataclass
class Night:
    """A crawl over sites of which most wait until the crawl is asked to finish."""

    desk: Desk
    config: Config
    asked: Event
    go: Event  # without it the last site does not answer
    now: datetime = NOW
    done: set[str] = field(default_factory=set)
    begun: set[str] = field(default_factory=set)  # and not done
    processes: list[int] = field(default_factory=list)
    then: Callable[[], None] = lambda: None  # what happens once the ready sites are done

    def run(self, **bounds: object) -> Crawl:
        def watch(step: Step) -> None:
            (self.begun.add if step.visit is None else self.begun.discard)(step.cluster_id)
            if step.visit is not None:
                self.done.add(step.cluster_id)
                if len(self.done) == READY:
                    self.then()

        return run_crawl(
            self.desk, kind=RunKind.NIGHTLY, now=NOW, config=self.config, watch=watch,
            bounds=Bounds(**bounds),  # type: ignore[arg-type]
        )  # fmt: skip

    def ledger(self) -> Run:
        return self.desk.runs(1)[0]

    def visits(self) -> dict[str, list[VisitOutcome]]:
        return {c.cluster_id: [v.outcome for v in self.desk.visits(c.cluster_id)] for c in self.desk.clusters()}


@pytest.fixture
def night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Night]:
    asked, go = Event(), Event()
    go.set()
    ask = crawl_process.ask_to_finish

    def ask_and_tell(process: object) -> None:
        ask(process)  # type: ignore[arg-type]
        asked.set()

    def free(wire: Wire, _: Asked) -> None:
        wire.answer(home())

    def held(wire: Wire, _: Asked) -> None:
        asked.wait(60)
        Event().wait(0.3)  # for the word on the pipe to overtake the page on the network
        wire.answer(home())

    def last(wire: Wire, said: Asked) -> None:
        go.wait(60)
        held(wire, said)

    monkeypatch.setattr(crawl_process, "ask_to_finish", ask_and_tell)
    monkeypatch.setattr(limits, "LOOK_EVERY_S", 0.0)
    with FaultNetwork() as network, _desk(tmp_path) as (desk, clock):
        answers = [free] * READY + [held] * (ALL - READY - 1) + [last]
        sites = {f"c{n}": without_robots(answer) for n, answer in enumerate(answers)}
        desk.upsert_clusters(clusters({name: network.site(f"{name}.example", site) for name, site in sites.items()}))
        made = Night(desk, network.config(politeness={"concurrent_sites": 2}, budget={"max_seconds": 50.0}), asked, go)
        clock.append(made)
        yield made
        asked.set()
        go.set()


@contextmanager
def _desk(folder: Path) -> Iterator[tuple[Desk, list[Night]]]:
    made: list[Night] = []
    with Desk.open(folder / "n.db", create=True, clock=lambda: made[0].now if made else NOW) as desk:
        yield desk, made


def ended_early(night: Night, crawl: Crawl, why: Why, words: str) -> None:
    """The visits under way were finished and kept, no other was begun, and the ledger says why."""
    visits = night.visits()
    made = {name for name, outcomes in visits.items() if outcomes}
    assert made == {f"c{n}" for n in range(READY + 2)}  # two at a time
    assert all(outcomes == [VisitOutcome.READ] for name, outcomes in visits.items() if name in made)
    assert crawl.why is why
    assert words in crawl.stopped
    assert crawl.failed == {}


def test_a_crawl_stops_politely_at_the_floor_of_free_disk(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    room = {"free": 10**12}
    monkeypatch.setattr(limits, "free_bytes", lambda path: room["free"])
    night.then = lambda: room.update(free=100 * MIB)
    crawl = night.run()
    ended_early(night, crawl, Why.DISK, "the disk has only 100 MiB free")
    run = night.ledger()
    assert (run.state, run.note) == (RunState.STOPPED, crawl.stopped)
    assert night.desk.skipped(run.run_id) == {f"c{n}": crawl.stopped for n in range(READY + 2, ALL)}
    assert len(night.desk.latest_verdicts()) == READY + 2
    assert night.desk.faults() == []


def test_a_crawl_below_the_floor_does_not_begin(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "free_bytes", lambda path: 0)
    crawl = night.run()
    assert (crawl.outcomes, crawl.why) == ({}, Why.DISK)
    assert night.ledger().state is RunState.STOPPED


def test_a_crawl_ends_by_its_deadline_with_what_it_has(night: Night) -> None:
    def late() -> None:
        night.now = NOW + timedelta(hours=4)

    night.then = late
    crawl = night.run(deadline=NOW + timedelta(hours=4))
    ended_early(night, crawl, Why.DEADLINE, "the run had to end by")
    run = night.ledger()
    assert (run.state, run.ends_by) == (RunState.STOPPED, NOW + timedelta(hours=4))


def test_a_cancelled_crawl_ends_with_what_it_has(night: Night) -> None:
    def cancel() -> None:
        assert night.desk.cancel_run(night.ledger().run_id, by="kato") is False  # we work on it

    night.then = cancel
    crawl = night.run()
    ended_early(night, crawl, Why.CANCELLED, "cancelled by kato")
    assert (night.ledger().state, night.ledger().note) == (RunState.STOPPED, "cancelled by kato")


@pytest.mark.parametrize("why", [Why.PAUSED, Why.ENDING])
def test_a_crawl_that_waits_is_continued_without_a_second_visit(night: Night, why: Why) -> None:
    ending = Event()
    night.then = (lambda: night.desk.pause_run(night.ledger().run_id, by="kato")) if why is Why.PAUSED else ending.set
    crawl = night.run(ending=ending)
    ended_early(night, crawl, why, "paused by kato" if why is Why.PAUSED else "asked to end")
    run = night.ledger()
    assert run.state is RunState.RUNNING
    if why is Why.PAUSED:
        with pytest.raises(RunUnderWay, match=f"schedule resume {run.run_id}"):
            night.run()
        night.desk.resume_run(run.run_id, by="kato")
    night.then = lambda: None
    again = night.run()
    assert (again.run_id, again.resumed, again.why) == (run.run_id, READY + 2, None)
    assert night.visits() == {f"c{n}": [VisitOutcome.READ] for n in range(ALL)}
    assert night.ledger().state is RunState.DONE


def test_what_is_left_out_has_its_reason_and_is_not_visited(night: Night) -> None:
    night.asked.set()
    crawl = night.run(skipped={"c1": "nothing has changed", "c8": "nothing has changed"})
    assert (crawl.total, crawl.left_out, len(crawl.outcomes)) == (ALL - 2, 2, ALL - 2)
    assert night.desk.skipped(crawl.run_id) == dict.fromkeys(("c1", "c8"), "nothing has changed")
    assert night.ledger().state is RunState.DONE


def test_a_crawl_process_that_grows_too_large_is_replaced(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    processes: list[int] = []

    def memory(pid: int) -> int:
        if pid not in processes:
            processes.append(pid)
        return 3000 * MIB if pid == processes[0] and len(night.done) >= READY else MIB

    monkeypatch.setattr(limits, "memory_bytes", memory)
    crawl = night.run()
    assert len(processes) == 2
    assert (crawl.why, crawl.failed) == (None, {})
    assert night.visits() == {f"c{n}": [VisitOutcome.READ] for n in range(ALL)}
    assert night.ledger().state is RunState.DONE


def test_a_site_that_makes_the_process_grow_without_end_is_given_up(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    def memory(pid: int) -> int:
        if night.processes[-1:] != [pid]:
            night.processes.append(pid)
            night.begun.clear()
        return 9000 * MIB if night.begun == {"c8"} else MIB

    night.asked.set()
    night.go.clear()
    monkeypatch.setattr(limits, "memory_bytes", memory)
    crawl = night.run()
    assert set(crawl.failed) == {"c8"}
    assert "9000 MiB of memory" in crawl.failed["c8"]
    assert {n for n, v in night.visits().items() if v == [VisitOutcome.READ]} == {f"c{n}" for n in range(ALL - 1)}


# Loaded by the crawl process before anything else: the visit to one cluster never ends, without blocking the others.
STUCK = """
import sys
if "spiders" in sys.orig_argv:
    import asyncio
    from spiders import course
    real = course.Course.run
    async def run(self):
        if "stuck" in str(vars(self)):
            await asyncio.sleep(3600)
        return await real(self)
    course.Course.run = run
"""


def test_a_site_that_takes_too_long_is_given_up_and_the_run_goes_on(
    night: Night, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(STUCK, encoding="utf-8")
    night.asked.set()
    ticks = {"s": 0.0}  # the site's clock runs when the others are done
    monkeypatch.setattr(limits.time, "monotonic", lambda: ticks["s"])
    night.desk.upsert_clusters(clusters({"stuck": "http://stuck.example/"}))

    def watch(step: Step) -> None:
        if step.visit is not None:
            night.done.add(step.cluster_id)
            if len(night.done) == ALL:
                ticks["s"] += 1000.0

    crawl = run_crawl(
        night.desk, kind=RunKind.NIGHTLY, now=NOW, config=night.config, watch=watch,
        environment={"PYTHONPATH": f"{tmp_path}{os.pathsep}{Path.cwd()}"},
    )  # fmt: skip
    assert crawl.failed == {"stuck": "took longer than 170 seconds"}  # 50 of the visit, and 120
    assert {n for n, v in night.visits().items() if v == [VisitOutcome.READ]} == {f"c{n}" for n in range(ALL)}
    assert night.ledger().state is RunState.DONE
