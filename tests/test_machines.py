"""A crawl on other machines: a real Dask scheduler and real workers, killed, started again, cut off and refused."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event, Lock
from types import SimpleNamespace
from typing import Any

import pytest
from faultnet import NOW, Asked, Authority, FaultNetwork, Wire, clusters, home, page, without_robots
from processes import CLUSTERWATCH, Gate, wait_until_gone, written
from test_workers import HOOK, slow

from benchmarks.machines import Machines, free_port
from benchmarks.started import spiders_of
from cli.demo import sample_config
from cli.main import run as command
from crawler.archive import Shelf
from crawler.config import Config, config_from
from crawler.errors import ConfigError
from crawler.job import Job, encode_job
from crawler.machines import CrawlConfig, Dist, check_dist
from crawler.model import Plan, RunKind, RunState, Verdict, VisitOutcome
from db.archive_files import body_of
from db.desk import Desk
from db.importing import import_registry
from db.registry import read_registry
from db.store import Store
from samples.server import SampleNetwork
from schedules import engine
from schedules.crawling import Crawl, run_crawl
from schedules.engine import DaskCrew, dask_engine
from schedules.errand import Mark, hold_mark, missing, visit_job
from schedules.limits import Bounds, Why
from spiders.turns import Turns

SAMPLES = Path(__file__).parents[1] / "samples"
LEASE_S = 3.0

# Real processes that wait for each other: on a busy machine they take their time.
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes minutes in use takes seconds here."""
    monkeypatch.setattr(engine, "LEASE_S", LEASE_S)
    monkeypatch.setattr(engine, "PATIENCE_S", 60.0)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """Two workers that nobody kills."""
    folder = tmp_path_factory.mktemp("two")
    hook = folder / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(HOOK, encoding="utf-8")
    path = f"{hook}{os.pathsep}{Path.cwd()}"
    with Machines(folder / "machines", 2, environment={"PYTHONPATH": path}) as machines:
        yield machines


def run(store: Store, config: Config, machines: Machines, size: int = 2, **options: object) -> Crawl:
    """A night on these machines, in shards of this size."""
    dist = replace(config.dist, scheduler=machines.address)
    config = replace(config, dist=dist, crawl=CrawlConfig(shard_clusters=size))
    return run_crawl(
        store, kind=RunKind.NIGHTLY, now=NOW, config=config, engine=dask_engine(dist, Turns), **options  # type: ignore[arg-type]
    )  # fmt: skip


def made(store: Store, names: dict[str, str]) -> dict[str, int]:
    """How many visits each of these clusters has."""
    return {name: len(store.visits(name)) for name in names}


# --- as at home ---


def test_other_machines_come_to_the_same_verdicts(tmp_path: Path) -> None:
    found: dict[str, dict[str, Verdict]] = {}
    with SampleNetwork(now=NOW) as network:
        config = sample_config(network.nameserver)
        config = replace(config, browser=replace(config.browser, enabled=False))
        proxies = {"http_proxy": network.proxy_url, "https_proxy": network.proxy_url, "no_proxy": "127.0.0.1"}
        for name in ("here", "two here", "elsewhere"):
            with Store.open(tmp_path / f"{name}.db", create=True) as store:
                import_registry(store, read_registry(SAMPLES / "clusters.csv"), partial=False, dry_run=False)
                if name == "elsewhere":
                    with Machines(tmp_path / "machines", environment=proxies) as machines:
                        done = run(store, config, machines, size=6)
                else:
                    own = replace(config, crawl=CrawlConfig(workers=1 + (name != "here"), shard_clusters=6))
                    done = run_crawl(store, kind=RunKind.NIGHTLY, now=NOW, config=own, environment=proxies)
                assert (done.failed, done.void, done.why) == ({}, "", None), done.log
                found[name] = store.latest_verdicts()
    assert len(found["here"]) > 20
    assert found["two here"] == found["here"]
    assert found["elsewhere"] == found["here"]


def test_what_other_machines_read_is_kept_in_the_one_archive(tmp_path: Path, two: Machines) -> None:
    with FaultNetwork() as network, Desk.open(tmp_path / "c.db", create=True) as desk:
        sites = {f"c{n}": network.site(f"c{n}.example", page(home())) for n in range(6)}
        desk.upsert_clusters(clusters(sites))
        config = network.config()
        done = run(desk, config, two)
        folder = desk.archive(config.storage.archive)
        assert folder is not None
        kept = {name: desk.known_contents([name])[name] for name in sites}
        bodies = {name: body_of(folder, contents[0]) for name, contents in kept.items()}
    assert set(done.outcomes) == set(sites)
    assert all(home().encode() in body or body for body in bodies.values())
    assert list(folder.glob(".machines-*")) == []


def test_a_website_that_kills_its_process_on_a_worker_harms_no_other(tmp_path: Path, two: Machines) -> None:
    crash = page("<html><head><title>CRASH</title></head><body><p>2026-11-20 news</p></body></html>")
    with FaultNetwork() as network, Store.open(tmp_path / "c.db", create=True) as store:
        sites = {"crash": network.site("crash.example", crash)}
        sites |= {f"g{n}": network.site(f"g{n}.example", page(home())) for n in range(5)}
        store.upsert_clusters(clusters(sites))
        done = run(store, network.config(), two, size=3)
    assert done.failed == {"crash": "the crawl process died or hung while visiting it"}
    assert done.outcomes == {f"g{n}": VisitOutcome.READ for n in range(5)}


@pytest.mark.parametrize("why", [Why.PAUSED, Why.CANCELLED])
def test_what_is_asked_of_a_run_reaches_the_workers(tmp_path: Path, two: Machines, why: Why) -> None:
    with FaultNetwork() as network, Desk.open(tmp_path / "c.db", create=True) as desk:
        asked = Event()

        def ask(wire: Wire, said: Asked) -> None:
            asked.set()
            slow(wire, said)

        sites = {f"h{n:02}": network.site(f"h{n:02}.example", without_robots(ask)) for n in range(24)}
        desk.upsert_clusters(clusters(sites))

        def act() -> None:
            if asked.is_set() and not desk.wish(1)[0]:
                (desk.pause_run if why is Why.PAUSED else desk.cancel_run)(1, by="kato")

        config = network.config(politeness={"concurrent_sites": 1})
        done = run(desk, config, two, size=12, bounds=Bounds(go_on=act))
        state = desk.runs(1)[0].state
        visits = sum(made(desk, sites).values())
    assert done.why is why
    assert done.failed == {}
    assert 0 < visits == len(done.outcomes) < len(sites)
    assert state is (RunState.STOPPED if why is Why.CANCELLED else RunState.RUNNING)


def test_a_shard_waits_while_another_crawl_of_this_machine_is_at_one_of_its_websites(
    tmp_path: Path, two: Machines
) -> None:
    hold = (
        "import sys; from crawler.model import Cluster; from spiders.turns import Turns\n"
        "with Turns(sys.argv[1]).taken(Cluster(cluster_id='x', name_en='x', website='http://c0.example/')) as ours:\n"
        "    print(ours, flush=True); sys.stdin.read()"
    )
    with FaultNetwork() as network, Store.open(tmp_path / "c.db", create=True) as store:
        sites = {f"c{n}": network.site(f"c{n}.example", page(home())) for n in range(3)}
        store.upsert_clusters(clusters(sites))
        command = [sys.executable, "-c", hold, str(store.turns_file)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"True\n"
            order: list[str] = []

            def watch(step: object) -> None:
                order.append(step.cluster_id)  # type: ignore[attr-defined]
                if len(set(order)) == 2 and holder.stdin is not None and not holder.stdin.closed:
                    holder.stdin.close()

            done = run(store, network.config(), two, size=1, watch=watch)
    assert set(done.outcomes) == set(sites)
    assert order[-1] == "c0"


# --- what is killed ---


def test_a_worker_killed_in_the_middle_of_a_shard_loses_no_visit_and_doubles_none(tmp_path: Path) -> None:
    gate, lock = Gate(), Lock()
    alive_at_second: list[set[int]] = []
    processes: set[int] = set()
    times = Counter[str]()

    def held(wire: Wire, asked: Asked) -> None:
        with lock:
            times[asked.host] += 1
            if times[asked.host] == 2:  # the shard again: nothing of its first process may be left
                alive_at_second.append({p for p in processes if Path(f"/proc/{p}").exists()})
        gate.held(wire, asked)

    with FaultNetwork() as network, Store.open(tmp_path / "c.db", create=True) as store:
        sites = {f"h{n}": network.site(f"h{n}.example", without_robots(held)) for n in range(2)}
        sites |= {f"c{n}": network.site(f"c{n}.example", without_robots(gate.free)) for n in range(4)}
        store.upsert_clusters(clusters(sites))
        with Machines(tmp_path / "machines", 1) as machines:

            def kill() -> None:
                if gate.waiting.is_set() and not processes:
                    processes.update(spiders_of(machines.workers[0].pid))
                    machines.kill_worker(0)
                    gate.open.set()
                    machines.start_worker(1)

            done = run(store, network.config(), machines, bounds=Bounds(go_on=kill))
        visits = made(store, sites)
    assert len(processes) == 1
    assert visits == dict.fromkeys(sites, 1)
    assert (done.failed, done.why) == ({}, None)
    assert alive_at_second
    assert set().union(*alive_at_second) == set()


def test_a_scheduler_killed_and_started_again_loses_no_visit_and_doubles_none(tmp_path: Path) -> None:
    gate = Gate()
    processes: set[int] = set()
    with FaultNetwork() as network, Store.open(tmp_path / "c.db", create=True) as store:
        sites = {f"c{n}": network.site(f"c{n}.example", without_robots(gate.free)) for n in range(4)}
        sites |= {f"h{n}": network.site(f"h{n}.example", without_robots(gate.held)) for n in range(2)}
        store.upsert_clusters(clusters(sites))
        with Machines(tmp_path / "machines", 1) as machines:

            def kill() -> None:
                if gate.waiting.is_set() and not processes:
                    processes.update(spiders_of(machines.workers[0].pid))
                    machines.kill_scheduler()
                    assert wait_until_gone(processes) == set()  # the worker notices, and ends its crawl
                    gate.open.set()
                    machines.start_scheduler()
                    machines.start_worker(1)

            done = run(store, network.config(), machines, bounds=Bounds(go_on=kill))
        visits = made(store, sites)
        homes = Counter(a.host.split(".")[0] for a in network.asked if a.path == "/")
    assert processes
    assert visits == dict.fromkeys(sites, 1)
    assert (done.failed, done.why) == ({}, None)
    assert all(homes[f"c{n}"] == 1 for n in range(2))  # the first shard was stored: it was not visited again


def test_a_run_whose_scheduler_does_not_come_back_is_continued_at_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate()
    with FaultNetwork() as network, Store.open(tmp_path / "c.db", create=True) as store:
        sites = {f"c{n}": network.site(f"c{n}.example", without_robots(gate.free)) for n in range(2)}
        sites |= {f"h{n}": network.site(f"h{n}.example", without_robots(gate.held)) for n in range(2)}
        store.upsert_clusters(clusters(sites))
        with Machines(tmp_path / "machines", 1) as machines:

            def kill() -> None:
                if gate.waiting.is_set() and not gate.open.is_set():
                    monkeypatch.setattr(engine, "PATIENCE_S", 1.0)
                    machines.kill_scheduler()
                    gate.open.set()

            away = run(store, network.config(), machines, bounds=Bounds(go_on=kill))
            state = store.runs()[0].state
            before = made(store, sites)
            again = run_crawl(store, kind=RunKind.NIGHTLY, now=NOW, config=network.config())
        homes = Counter(a.host.split(".")[0] for a in network.asked if a.path == "/")
        after = made(store, sites)
    assert (away.why, away.waits, state) == (Why.AWAY, True, RunState.RUNNING)
    assert away.stopped.startswith(f"the Dask scheduler at {machines.address} cannot be reached")
    assert before == {"c0": 1, "c1": 1, "h0": 0, "h1": 0}
    assert (again.run_id, again.resumed) == (away.run_id, 2)
    assert after == dict.fromkeys(sites, 1)
    assert (homes["c0"], homes["c1"]) == (1, 1)


def test_a_command_killed_while_workers_are_at_work_is_continued(tmp_path: Path) -> None:
    gate = Gate()
    with FaultNetwork() as network, Machines(tmp_path / "machines", 1) as machines:
        sites = {f"c{n}": network.site(f"c{n}.example", without_robots(gate.free)) for n in range(2)}
        sites |= {f"h{n}": network.site(f"h{n}.example", without_robots(gate.held)) for n in range(2)}
        with Store.open(tmp_path / "crawl.db", create=True) as store:
            store.upsert_clusters(clusters(sites))
        options = written(network, tmp_path, crawl={"shard_clusters": 2})
        command = [CLUSTERWATCH, "crawl", *options, "--scheduler", machines.address, "--now", NOW.isoformat()]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as first:
            assert gate.waiting.wait(60)
            processes = spiders_of(machines.workers[0].pid)
            first.send_signal(signal.SIGKILL)
        assert processes
        assert wait_until_gone(processes) == set()  # nobody wants what they do any more
        gate.open.set()
        with Store.open(tmp_path / "crawl.db") as store:
            before = made(store, sites)
            done = run(store, network.config(), machines)
            after = made(store, sites)
    assert before == {"c0": 1, "c1": 1, "h0": 0, "h1": 0}
    assert done.resumed == 2
    assert after == dict.fromkeys(sites, 1)


def test_a_run_without_any_worker_waits_for_one_and_is_left_to_be_continued(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(engine, "PATIENCE_S", 4.0)
    monkeypatch.setattr(engine, "_CONNECT_S", 2.0)
    with Store.open(tmp_path / "c.db", create=True) as store, Machines(tmp_path / "machines", 0) as machines:
        store.upsert_clusters(clusters({"a": "http://a.example/"}))
        done = run(store, Config(), machines)
        state = store.runs()[0].state
    words = f"the Dask scheduler at {machines.address} has no workers"
    assert (done.why, done.stopped, state) == (Why.AWAY, words, RunState.RUNNING)
    assert [r.getMessage() for r in caplog.records if r.levelname == "WARNING"] == [f"{words}: waiting for one"]


# --- a task on a worker ---


def test_a_task_that_is_to_finish_before_it_has_begun_begins_nothing() -> None:
    order = encode_job(Job(now=NOW, plans=(), config=Config()))
    answer = visit_job(order, None, lambda: (True, True), lease_s=2.0, every_s=0.1)
    assert (answer.lines, answer.end.found.why, answer.end.lost) == (b"", Why.PAUSED, False)
    unwanted = visit_job(order, None, lambda: (False, False), lease_s=2.0, every_s=0.1)
    assert (unwanted.lines, unwanted.end.lost) == (b"", True)


@pytest.mark.parametrize("heard", ["nothing", "not wanted", "somewhere else"])
def test_a_task_that_is_not_wanted_any_more_ends_its_crawl_and_tells_what_it_has(tmp_path: Path, heard: str) -> None:
    gate = Gate()

    def ask() -> tuple[bool, bool]:
        if gate.waiting.is_set():
            if heard == "nothing":
                raise TimeoutError
            if heard == "somewhere else":
                raise KeyError(heard)
            return False, False
        return True, False

    with FaultNetwork() as network:
        sites = {"c": network.site("c.example", without_robots(gate.free))}
        sites |= {"h": network.site("h.example", without_robots(gate.held))}
        plans = tuple(Plan(cluster=c) for c in clusters(sites))
        order = encode_job(Job(now=NOW, plans=plans, config=network.config(politeness={"concurrent_sites": 1})))
        begun = time.monotonic()
        answer = visit_job(order, None, ask, lease_s=2.0, every_s=0.1)
        took_s = time.monotonic() - begun
        assert not spiders_of(os.getpid())
    assert (answer.end.lost, answer.end.fell) == (True, False)
    assert b'"cluster_id":"c"' in answer.lines
    assert took_s < 50  # else the held website ended it


def test_a_machine_without_the_archive_is_refused_before_it_begins(
    tmp_path: Path, two: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def elsewhere(shelf: Shelf, token: str) -> Iterator[Mark]:
        yield Mark(path=str(tmp_path / "elsewhere" / "mark"), token=token)

    monkeypatch.setattr(engine, "hold_mark", elsewhere)
    with FaultNetwork() as network, Store.open(tmp_path / "c.db", create=True) as store:
        store.upsert_clusters(clusters({f"c{n}": network.site(f"c{n}.example", page(home())) for n in range(4)}))
        done = run(store, network.config(), two)
        assert network.asked == []
    assert done.why is Why.AWAY
    assert "elsewhere is not the archive of the machine that stores (No such file or directory)" in done.stopped


def test_what_is_wrong_with_the_folder_of_an_archive_is_told(tmp_path: Path) -> None:
    look = "import sys; from schedules.errand import Mark, missing; print(missing(Mark(path=sys.argv[1], token=sys.argv[2])))"

    def elsewhere(mark: Mark, token: str) -> str:
        told = subprocess.run(
            [sys.executable, "-c", look, mark.path, token], capture_output=True, text=True, check=True
        )
        return told.stdout.strip()

    with hold_mark(Shelf(folder=str(tmp_path / "archive"), run_id=1), "abc") as mark:
        assert elsewhere(mark, "abc") == ""
        assert "is not the archive of the machine that stores" in elsewhere(mark, "other")
    assert "No such file" in missing(mark)
    Path(mark.path).write_text("abc")  # as where locks stay on the machine that took them
    assert "without its locks" in missing(mark)


# --- who is let in ---


def test_with_certificates_on_both_sides_a_run_works_and_without_nobody_is_let_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "PATIENCE_S", 2.0)
    ours, theirs = Authority(tmp_path), Authority(tmp_path, "stranger")
    files = {name: authority.files("clusterwatch") for name, authority in (("ours", ours), ("theirs", theirs))}
    certificate, key = files["ours"]
    options = ["--tls-ca-file", str(ours.file), "--tls-cert", str(certificate), "--tls-key", str(key)]
    with (
        FaultNetwork() as network,
        Store.open(tmp_path / "c.db", create=True) as store,
        Machines(tmp_path / "machines", 1, options=options, protocol="tls") as machines,
    ):
        sites = {f"c{n}": network.site(f"c{n}.example", page(home())) for n in range(2)}
        store.upsert_clusters(clusters(sites))
        stranger = Dist(tls_ca=str(ours.file), tls_cert=str(files["theirs"][0]), tls_key=str(files["theirs"][1]))
        known = Dist(tls_ca=str(ours.file), tls_cert=str(certificate), tls_key=str(key))
        refused = run(store, replace(network.config(), dist=stranger), machines)
        open_line = replace(network.config(), dist=Dist())
        plain = Machines(tmp_path / "plain", 0)
        plain.address = machines.address.replace("tls://", "tcp://")
        unencrypted = run(store, open_line, plain)
        monkeypatch.setattr(engine, "PATIENCE_S", 60.0)
        done = run(store, replace(network.config(), dist=known), machines)
    for turned_away in (refused, unencrypted):
        assert turned_away.why is Why.AWAY
        assert "cannot be reached" in turned_away.stopped
        assert turned_away.outcomes == {}
    assert set(done.outcomes) == set(sites)


TLS = {"tls_ca": "ca.pem", "tls_cert": "us.pem", "tls_key": "us-key.pem"}


@pytest.mark.parametrize(
    ("dist", "words"),
    [
        ({}, ""),
        ({"scheduler": "tcp://127.0.0.1:8786"}, ""),
        ({"scheduler": "tcp://localhost:8786"}, ""),
        ({"scheduler": "tcp://[::1]:8786"}, ""),
        ({"scheduler": "tls://10.0.0.5:8786", **TLS}, ""),
        ({"scheduler": "tls://dask.example.org:8786", **TLS}, ""),
        ({"scheduler": "tcp://10.0.0.5:8786"}, "set dist.tls_ca, dist.tls_cert and dist.tls_key"),
        ({"scheduler": "tcp://128.0.0.1:8786"}, "is not on this machine"),
        ({"scheduler": "tcp://localhost.example.org:8786"}, "is not on this machine"),
        ({"scheduler": "tls://127.0.0.1:8786"}, "wants TLS"),
        ({"scheduler": "tcp://10.0.0.5:8786", **TLS}, "with certificates write tls://"),
        ({"scheduler": "tcp://127.0.0.1:8786", **TLS}, "with certificates write tls://"),
        ({"scheduler": "127.0.0.1:8786"}, "no address such as tls://"),
        ({"scheduler": "tls://127.0.0.1", **TLS}, "no address such as tls://"),
        ({"scheduler": "tcp://127.0.0.1:99999"}, "no address such as tls://"),
        ({"scheduler": "inproc://127.0.0.1:1"}, "no address such as tls://"),
        ({"tls_ca": "ca.pem"}, "set dist.tls_cert, dist.tls_key too"),
        ({"scheduler": "tls://10.0.0.5:8786", "tls_ca": "a", "tls_key": "b"}, "set dist.tls_cert too"),
    ],
)
def test_which_schedulers_are_spoken_to(dist: dict[str, object], words: str) -> None:
    if not words:
        assert config_from({"dist": dist}).dist == Dist(**dist)  # type: ignore[arg-type]
        return
    with pytest.raises(ConfigError, match=r"^dist\.") as refused:
        check_dist(Dist(**dist))  # type: ignore[arg-type]
    assert words in str(refused.value)


def test_a_certificate_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigError, match=r"dist\.tls_ca: ca\.pem cannot be read"):
        dask_engine(Dist(scheduler="tls://10.0.0.5:8786", **TLS), Turns)


def test_without_the_packages_it_is_said_how_to_install_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ConfigError, match=r"dist\.scheduler needs .*: pip install 'clusterwatch\[dist\]'"):
        dask_engine(Dist(scheduler="tcp://127.0.0.1:8786"), Turns)


def test_the_program_runs_without_the_packages(tmp_path: Path) -> None:
    code = "import sys; sys.modules['distributed'] = sys.modules['dask'] = None; import cli.main; from cli.commands import every_command; every_command(); print('fine')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=SAMPLES.parent)
    assert done.stdout == "fine\n", done.stderr


def test_a_scheduler_that_is_not_there_is_told_by_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(engine, "PATIENCE_S", 0.5)
    with Store.open(tmp_path / "c.db", create=True) as store:
        store.upsert_clusters(clusters({"a": "http://a.example/"}))
    address = f"tcp://127.0.0.1:{free_port()}"
    monkeypatch.setattr(sys, "argv", ["clusterwatch", "crawl", "--db", str(tmp_path / "c.db"), "--scheduler", address])
    with pytest.raises(SystemExit) as left:
        command()
    assert left.value.code == 1
    assert f"the Dask scheduler at {address} cannot be reached" in capsys.readouterr().err


def test_a_client_that_connects_again_while_it_closes_is_left_all_the_same() -> None:
    class Crossed:
        status = "connecting"

        def close(self, timeout: float) -> None:
            raise RuntimeError("ConnectionPool is closed")  # from distributed's own reconnection

    crawling: Any = SimpleNamespace(overseer=lambda: None, continued=True)
    crew = DaskCrew(crawling, dist=Dist(), turns=pytest.fail)
    crew._line.client = Crossed()
    crew._lose_all()
    assert crew._line.client is None
