"""Several crawl processes at once on this machine: all that holds for one holds for them."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Event, Lock

import pytest
from faultnet import NOW, Asked, FaultNetwork, Wire, clusters, home, page, without_robots
from processes import Gate, begin, children, end, wait_until_gone, written

from benchmarks.started import spiders_of
from cli.crawling import machines
from crawler.config import Config
from crawler.errors import ConfigError, UsageError
from crawler.job import Job, Progress
from crawler.machines import CrawlConfig, Dist
from crawler.model import Plan, RunKind, RunState, VisitOutcome
from db.desk import Desk
from db.store import Store
from schedules.crawling import Crawl, Step, run_crawl
from schedules.crews import Crawling, LocalCrew, Told
from schedules.limits import Bounds, Why
from schedules.shares import Share

HOOK = """
import os, sys
if "spiders" in sys.orig_argv:
    from crawler.reading import kinds
    real = kinds.classify
    def classify(page, *args, **kwargs):
        if page.title == "CRASH":
            os.kill(os.getpid(), 9)
        return real(page, *args, **kwargs)
    kinds.classify = classify
"""
TWO: dict[str, object] = {"workers": 2, "shard_clusters": 1}


class Meeting:
    """A website that answers once so many of its kind are asked at the same time: proof of as many processes."""

    def __init__(self, count: int) -> None:
        self._lock, self._left, self.complete = Lock(), count, Event()

    def site(self, wire: Wire, asked: Asked) -> None:
        with self._lock:
            self._left -= 1
            if self._left <= 0:
                self.complete.set()
        self.complete.wait(60)
        wire.answer(home())


def run(store: Store, config: Config, **options: object) -> Crawl:
    return run_crawl(store, kind=RunKind.NIGHTLY, now=NOW, config=config, **options)  # type: ignore[arg-type]


def test_two_processes_visit_at_the_same_time_and_each_website_once(tmp_path: Path) -> None:
    meeting = Meeting(2)
    most = 0

    def watch(step: Step) -> None:
        nonlocal most
        most = max(most, len(spiders_of(os.getpid())))

    with FaultNetwork() as network, Store.open(tmp_path / "c.db", create=True) as store:
        # A process takes a quarter of what waits: the first two websites one, the next two the other.
        sites = {f"{n}1": network.site(f"{n}1.example", without_robots(meeting.site)) for n in "ac"}
        sites |= {f"{n}2": network.site(f"{n}2.example", page(home())) for n in "acdefghi"}
        store.upsert_clusters(clusters(sites))
        # One visit at a time in each process: only two processes can be at two websites.
        done = run(store, network.config(crawl=TWO, politeness={"concurrent_sites": 1}), watch=watch)
        homes = Counter(a.host.split(".")[0] for a in network.asked if a.path == "/")
    assert most == 2
    assert done.outcomes == dict.fromkeys(sites, VisitOutcome.READ)
    assert homes == dict.fromkeys(sites, 1)


def test_hosts_of_one_organisation_are_never_visited_at_once(tmp_path: Path) -> None:
    lock, at_once = Lock(), Counter[str]()
    overlaps: list[str] = []

    def site(wire: Wire, asked: Asked) -> None:
        domain = ".".join(asked.host.split(":")[0].split(".")[-2:])
        with lock:
            at_once[domain] += 1
            if at_once[domain] > 1:
                overlaps.append(asked.host)
        Event().wait(0.05)
        with lock:
            at_once[domain] -= 1
        wire.answer(home())

    with FaultNetwork() as network, Store.open(tmp_path / "c.db", create=True) as store:
        sites = {f"{d}{n}": network.site(f"h{n}.{d}.example", without_robots(site)) for n in range(3) for d in "xyz"}
        store.upsert_clusters(clusters(sites))
        done = run(store, network.config(crawl=TWO, politeness={"concurrent_sites": 1}))
    assert set(done.outcomes) == set(sites)
    assert overlaps == []


def test_a_website_that_kills_its_process_harms_no_other(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(HOOK, encoding="utf-8")
    crash = page("<html><head><title>CRASH</title></head><body><p>2026-11-20 news</p></body></html>")
    with FaultNetwork() as network, Store.open(tmp_path / "c.db", create=True) as store:
        sites = {f"x{n}": network.site(f"x{n}.example", crash) for n in range(2)}
        sites |= {f"g{n}": network.site(f"g{n}.example", page(home())) for n in range(8)}
        store.upsert_clusters(clusters(sites))
        environment = {"PYTHONPATH": f"{tmp_path}{os.pathsep}{Path.cwd()}"}
        config = network.config(crawl={"workers": 2, "shard_clusters": 3})
        done = run(store, config, environment=environment)
    assert set(done.failed) == {"x0", "x1"}
    assert done.outcomes == {f"g{n}": VisitOutcome.READ for n in range(8)}


def test_processes_that_cannot_start_end_the_run_soon(tmp_path: Path) -> None:
    count = tmp_path / "count"
    (tmp_path / "sitecustomize.py").write_text(
        f"import sys\nif 'spiders' in sys.orig_argv:\n    open({str(count)!r}, 'a').write('.')\n    sys.exit('no luck')\n"
    )
    with FaultNetwork() as network, Store.open(tmp_path / "c.db", create=True) as store:
        store.upsert_clusters(clusters({f"c{n}": network.site(f"c{n}.example", page(home())) for n in range(30)}))
        done = run(store, network.config(crawl=TWO), environment={"PYTHONPATH": f"{tmp_path}{os.pathsep}{Path.cwd()}"})
        last = store.run(done.run_id)
    assert set(done.failed.values()) == {"the crawl process could not start"}
    assert len(done.failed) == 30
    assert "no luck" in done.log
    assert len(count.read_text()) <= 2 * 3
    assert last is not None
    assert last.state is RunState.FAILED


def test_one_of_two_killed_is_started_again_and_no_visit_is_lost_or_made_twice(tmp_path: Path) -> None:
    gate = Gate()
    killed: set[int] = set()

    def kill(step: Step) -> None:
        if step.cluster_id.startswith("h") and step.visit is None and not killed:
            assert gate.waiting.wait(60)
            killed.update(sorted(spiders_of(os.getpid()) - before)[:1])
            for pid in killed:
                os.kill(pid, signal.SIGKILL)
            gate.open.set()

    with FaultNetwork() as network, Store.open(tmp_path / "c.db", create=True) as store:
        before = spiders_of(os.getpid())
        sites = {f"h{n}": network.site(f"h{n}.example", without_robots(gate.held)) for n in range(4)}
        sites |= {f"c{n}": network.site(f"c{n}.example", without_robots(gate.free)) for n in range(4)}
        store.upsert_clusters(clusters(sites))
        done = run(store, network.config(crawl=TWO, politeness={"concurrent_sites": 2}), watch=kill)
        made = {name: len(store.visits(name)) for name in sites}
    assert len(killed) == 1
    assert made == dict.fromkeys(sites, 1)
    assert done.failed == {}


def test_a_killed_command_ends_all_its_processes_and_is_continued(tmp_path: Path) -> None:
    gate = Gate()
    with FaultNetwork() as network:
        sites = {f"c{n}": network.site(f"c{n}.example", without_robots(gate.free)) for n in range(4)}
        sites |= {f"h{n}": network.site(f"h{n}.example", without_robots(gate.held)) for n in range(6)}
        with Store.open(tmp_path / "crawl.db", create=True) as store:
            store.upsert_clusters(clusters(sites))
        options = [*written(network, tmp_path, crawl={"shard_clusters": 1}), "--workers", "2"]
        first = begin(["crawl", *options])
        try:
            patience = Event()
            while len(spiders_of(first.pid)) < 2:
                assert first.poll() is None
                patience.wait(0.05)
            assert gate.waiting.wait(60)
            processes = children(first.pid)
            os.kill(first.pid, signal.SIGKILL)
            first.wait()
            assert len(processes) == 2
            assert wait_until_gone(processes) == set()
        finally:
            end(first)
        with Store.open(tmp_path / "crawl.db") as store:
            before = {n for n in sites if store.visits(n)}
        gate.open.set()
        second = begin(["crawl", *options])
        _, complaint = second.communicate(timeout=90)
        with Store.open(tmp_path / "crawl.db") as store:
            states = [r.state for r in store.runs()]
            made = {name: len(store.visits(name)) for name in sites}
        homes = Counter(a.host.split(".")[0] for a in network.asked if a.path == "/")
    assert (second.returncode, complaint) == (0, b"")
    assert made == dict.fromkeys(sites, 1)
    assert states == [RunState.DONE]
    assert all(homes[name] == 1 for name in before)


@pytest.mark.parametrize("why", [Why.PAUSED, Why.CANCELLED, Why.ENDING])
def test_what_is_asked_of_a_run_reaches_all_its_processes(tmp_path: Path, why: Why) -> None:
    gate, ending = Gate(), Event()

    def ask(step: Step) -> None:
        if step.visit is not None and not gate.open.is_set():
            if why is Why.PAUSED:
                desk.pause_run(step_run(), by="kato")
            elif why is Why.CANCELLED:
                desk.cancel_run(step_run(), by="kato")
            else:
                ending.set()
            gate.open.set()

    def step_run() -> int:
        return desk.runs(1)[0].run_id

    with FaultNetwork() as network, Desk.open(tmp_path / "c.db", create=True) as desk:
        sites = {"a": network.site("a.example", without_robots(gate.free))}
        sites |= {f"h{n:02}": network.site(f"h{n:02}.example", without_robots(slow)) for n in range(24)}
        desk.upsert_clusters(clusters(sites))
        config = network.config(crawl={"workers": 2, "shard_clusters": 12}, politeness={"concurrent_sites": 2})
        done = run(desk, config, watch=ask, bounds=Bounds(ending=ending))
        state = desk.runs(1)[0].state
        made = sum(bool(desk.visits(name)) for name in sites)
    assert done.why is why
    assert done.failed == {}
    assert made == len(done.outcomes) < len(sites)
    assert state is (RunState.STOPPED if why is Why.CANCELLED else RunState.RUNNING)


def slow(wire: Wire, asked: Asked) -> None:
    """A website that takes its time, so that a run over many is far from its end when it is asked to end."""
    wire.wait(0.7)
    wire.answer(home())


# --- what an engine may do ---


class Twice(LocalCrew):
    """A crew that delivers everything twice."""

    def told(self) -> Iterator[Told]:
        for share, told in super().told():
            yield share, told
            if isinstance(told, Progress):
                yield share, told


def test_what_is_delivered_twice_is_stored_once(tmp_path: Path) -> None:
    def engine(crawling: Crawling) -> Twice:
        return Twice(crawling, 1)

    steps: list[str] = []
    with FaultNetwork() as network, Store.open(tmp_path / "c.db", create=True) as store:
        sites = {f"c{n}": network.site(f"c{n}.example", page(home())) for n in range(3)}
        store.upsert_clusters(clusters(sites))
        once = run(
            store, network.config(), engine=engine, watch=lambda s: steps.append(s.cluster_id) if s.visit else None
        )
        made = {name: len(store.visits(name)) for name in sites}
        fetches = sum(len(v.fetches) for name in sites for v in store.visits(name))
    assert made == dict.fromkeys(sites, 1)
    assert sorted(steps) == sorted(sites)
    assert once.pages <= fetches


# --- settings ---


@pytest.mark.parametrize(
    ("workers", "scheduler", "expected"),
    [
        (None, "", Config()),
        (3, "", Config(crawl=CrawlConfig(workers=3))),
        (None, "tcp://127.0.0.1:8786", Config(dist=Dist(scheduler="tcp://127.0.0.1:8786"))),
    ],
)
def test_who_visits_by_the_options(workers: int | None, scheduler: str, expected: Config) -> None:
    assert machines(Config(), workers, scheduler) == expected


def test_processes_of_this_machine_take_the_place_of_a_configured_scheduler() -> None:
    configured = Config(dist=Dist(scheduler="tcp://127.0.0.1:8786"))
    assert machines(configured, 1, "").dist == Dist()
    assert machines(configured, None, "") == configured


@pytest.mark.parametrize(
    ("workers", "scheduler", "error", "words"),
    [
        (0, "", UsageError, "--workers must be between 1 and 256, not 0"),
        (257, "", UsageError, "not 257"),
        (2, "tcp://127.0.0.1:8786", UsageError, "name one of the two"),
        (None, "tcp://10.0.0.1:8786", ConfigError, "set dist.tls_ca, dist.tls_cert and dist.tls_key"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    workers: int | None, scheduler: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        machines(Config(), workers, scheduler)


def test_one_process_has_the_plans_of_a_slice_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schedules.crawling.MOST", 2)
    monkeypatch.setattr("crawler.shards.MOST", 2)
    orders: list[int] = []
    begin_share = LocalCrew.begin

    def counted(crew: LocalCrew, share: Share, job: Job, plans: Iterable[Plan]) -> bool:
        planned = list(plans)
        orders.append(len(planned))
        return begin_share(crew, share, job, planned)

    monkeypatch.setattr(LocalCrew, "begin", counted)
    with FaultNetwork() as network, Store.open(tmp_path / "crawl.db", create=True) as store:
        sites = {f"s{n}": network.site(f"s{n}.example", page(home())) for n in range(5)}
        store.upsert_clusters(clusters(sites))
        done = run_crawl(store, kind=RunKind.NIGHTLY, now=NOW, config=network.config())
        assert (sorted(done.outcomes), done.failed) == (sorted(sites), {})
        states = [r.state for r in store.runs()]
    assert orders == [2, 2, 1]
    assert states == [RunState.DONE]
