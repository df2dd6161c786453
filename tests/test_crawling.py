"""Whole crawls: websites that hang, crash and never end, kills at any moment, and nights without a network."""

import os
import signal
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest
from faultnet import (
    NOW,
    SILENT,
    Asked,
    FaultNetwork,
    Site,
    Told,
    Wire,
    clusters,
    crawl,
    home,
    once,
    page,
    without_robots,
)
from processes import Gate, begin, children, end, wait_until_gone, written

from crawler.config import Config
from crawler.model import Outcome, RunKind, RunState, VisitOutcome
from db.store import Store
from schedules import crawl_process
from schedules.crawling import Crawl, Step, run_crawl

# Loaded by the crawl process before anything else: pages whose title says so break the reader in three ways.
HOOK = """
import os, sys
if "spiders" in sys.orig_argv:
    from crawler.reading import kinds
    real = kinds.classify
    def classify(page, *args, **kwargs):
        if page.title == "CRASH":
            os.kill(os.getpid(), 9)
        while page.title == "HANG":
            pass
        if page.title == "RAISE":
            raise RuntimeError("raised on purpose")
        return real(page, *args, **kwargs)
    kinds.classify = classify
"""


def titled(title: str) -> Site:
    """A page that the hook knows."""
    return page(f"<html><head><title>{title}</title></head><body><p>2026-11-20 news</p></body></html>")


@contextmanager
def store_of(folder: Path, websites: dict[str, str]) -> Iterator[Store]:
    """A store with these clusters."""
    with Store.open(folder / "crawl.db", create=True) as store:
        store.upsert_clusters(clusters(websites))
        yield store


def run(store: Store, config: Config, folder: Path | None = None, **options: object) -> Crawl:
    """A nightly run, with the hook of a folder."""
    environment = {"PYTHONPATH": f"{folder}{os.pathsep}{Path.cwd()}"} if folder else None
    return run_crawl(store, kind=RunKind.NIGHTLY, now=NOW, config=config, environment=environment, **options)  # type: ignore[arg-type]


# --- One website harms no other ---


def test_websites_that_crash_hang_or_break_the_reader_harm_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crawl_process, "SILENCE_S", 1.0)
    (tmp_path / "sitecustomize.py").write_text(HOOK, encoding="utf-8")
    odd = {"crash": titled("CRASH"), "hang": titled("HANG"), "raise": titled("RAISE")}
    with FaultNetwork() as network:
        websites = {name: network.site(f"{name}.example", site) for name, site in odd.items()}
        websites |= {f"good{n}": network.site(f"good{n}.example", page(home())) for n in range(9)}
        with store_of(tmp_path, websites) as store:
            config = network.config(budget={"max_seconds": 4.0}, politeness={"concurrent_sites": 6})
            done = run(store, config, tmp_path)
            made = {name: store.visits(name) for name in websites}
            last = store.run(done.run_id)
    assert {n: len(v) for n, v in made.items()} == {n: int(n not in {"crash", "hang"}) for n in websites}
    assert {v[0].outcome for n, v in made.items() if n.startswith("good")} == {VisitOutcome.READ}
    assert (made["raise"][0].outcome, made["raise"][0].failure) == (VisitOutcome.INCONCLUSIVE, Outcome.ERROR)
    assert set(done.failed) == {"crash", "hang"}
    assert last is not None
    assert last.state is RunState.DONE


def _calendar(wire: Wire, asked: Asked) -> None:
    month = int(asked.path.rpartition("=")[2]) if "=" in asked.path else 0
    links = "".join(f'<li><a href="/event?month={month + n}">{n}月のイベント</a></li>' for n in range(1, 30))
    wire.answer(home(f"<ul>{links}</ul>"))


def _sessions(wire: Wire, asked: Asked) -> None:
    links = "".join(f'<a href="/news/?PHPSESSID={hash(asked.path) + n}">お知らせ</a>' for n in range(50))
    wire.answer(home(links))


def _ten_thousand(wire: Wire, asked: Asked) -> None:
    wire.answer(home("".join(f'<a href="/news/{n}.html">お知らせ {n}</a>' for n in range(10_000))))


def _subdomains(wire: Wire, asked: Asked) -> None:
    port = asked.host.rpartition(":")[2]
    wire.answer(
        home("".join(f'<a href="http://n{n}.subdomains.example:{port}/news/">お知らせ</a>' for n in range(500)))
    )


def _deep(wire: Wire, asked: Asked) -> None:
    wire.answer("<div>" * 50_000 + "2026年11月20日 お知らせ" + "\0" * 100)


def _heavy(wire: Wire, asked: Asked) -> None:
    wire.answer(
        home("<!-- " + "x" * 300_000 + " -->" + "".join(f'<a href="/news/{n}">お知らせ</a>' for n in range(30)))
    )


def _slow(wire: Wire, asked: Asked) -> None:
    if asked.path == "/":
        wire.answer(home('<a href="/news/list.html">お知らせ一覧</a>'))
    else:
        wire.wait()


ENDLESS: dict[str, Site] = {
    "calendar": _calendar,
    "sessions": _sessions,
    "links": _ten_thousand,
    "subdomains": _subdomains,
    "deep": _deep,
    "heavy": _heavy,
    "slow": _slow,
}


@pytest.fixture(scope="module")
def endless(tmp_path_factory: pytest.TempPathFactory) -> tuple[Told, dict[str, list[str]]]:
    """One crawl over websites without an end, within small budgets; what was told, and what was asked of each."""
    return once(tmp_path_factory, "endless", _crawled)


def _crawled() -> tuple[Told, dict[str, list[str]]]:
    with FaultNetwork() as network:
        websites = {n: network.site(f"{n}.example", without_robots(s)) for n, s in ENDLESS.items()}
        websites["fine"] = network.site("fine.example", page(home()))
        config = network.config(
            budget={"max_seconds": 12.0, "max_bytes": 1_000_000, "max_page_bytes": 600_000, "max_pages": 5}
        )
        return crawl(network, websites, config), {n: network.paths(f"{n}.example") for n in websites}


@pytest.mark.parametrize("name", [*ENDLESS, "fine"])
def test_a_website_without_an_end_is_read_within_its_budget(
    endless: tuple[Told, dict[str, list[str]]], name: str
) -> None:
    told, asked = endless
    visit = told.visits[name]
    answered = [f for f in visit.fetches if f.status is not None]
    assert visit.failure is None
    assert 1 <= len(answered) <= 5
    assert len(visit.fetches) <= 10  # failures are bounded too
    assert sum(f.n_bytes for f in visit.fetches) <= 1_000_000
    assert len(asked[name]) == len(set(asked[name]))


def test_the_budget_that_ended_a_visit_is_told(endless: tuple[Told, dict[str, list[str]]]) -> None:
    told, _ = endless
    assert told.visits["heavy"].stopped == "the budget of 1000000 bytes was used up"
    assert told.visits["slow"].stopped == "the budget of 12 seconds was used up"


# --- Kills ---


def test_a_killed_crawl_ends_its_processes_and_is_continued_without_a_second_visit(tmp_path: Path) -> None:
    gate = Gate()
    with FaultNetwork() as network:
        websites = {f"c{n}": network.site(f"c{n}.example", without_robots(gate.free)) for n in range(4)}
        websites |= {f"h{n}": network.site(f"h{n}.example", without_robots(gate.held)) for n in range(4)}
        with store_of(tmp_path, websites):
            pass
        options = written(network, tmp_path)
        first = begin(["crawl", *options])
        try:
            assert gate.waiting.wait(60)
            processes = children(first.pid)
            os.killpg(first.pid, signal.SIGKILL)
            first.wait()
            assert len(processes) == 1  # the spider, in a group of its own
            assert wait_until_gone(processes) == set()
        finally:
            end(first)
        with Store.open(tmp_path / "crawl.db") as store:
            before = {n for n in websites if store.visits(n)}
        gate.open.set()
        second = begin(["crawl", *options])
        _, complaint = second.communicate(timeout=60)
        with Store.open(tmp_path / "crawl.db") as store:
            runs = store.runs()
            made = {name: len(store.visits(name)) for name in websites}
        homes = Counter(a.host.split(".")[0] for a in network.asked if a.path == "/")
    assert (second.returncode, complaint) == (0, b"")
    assert made == dict.fromkeys(websites, 1)
    assert [r.state for r in runs] == [RunState.DONE]
    assert before <= {"c0", "c1", "c2", "c3"}
    assert all(homes[name] == 1 for name in before)  # what was stored was not visited again


def test_a_killed_spider_is_started_again_and_no_visit_is_lost_or_made_twice(tmp_path: Path) -> None:
    gate = Gate()
    killed: list[int] = []

    def kill(step: Step) -> None:
        if step.cluster_id == "h0" and step.visit is None and not killed:
            assert gate.waiting.wait(60)
            killed.extend(children(os.getpid()) - others)
            for pid in killed:
                os.kill(pid, signal.SIGKILL)
            gate.open.set()

    with FaultNetwork() as network:
        websites = {f"c{n}": network.site(f"c{n}.example", without_robots(gate.free)) for n in range(3)}
        websites |= {f"h{n}": network.site(f"h{n}.example", without_robots(gate.held)) for n in range(3)}
        others = children(os.getpid())
        with store_of(tmp_path, websites) as store:
            done = run(store, network.config(politeness={"concurrent_sites": 2}), watch=kill)
            made = {name: [v.outcome for v in store.visits(name)] for name in websites}
        homes = Counter(a.host.split(".")[0] for a in network.asked if a.path == "/")
    assert len(killed) == 1
    assert made == {name: [VisitOutcome.READ] for name in websites}
    assert done.failed == {}
    assert sum(homes.values()) <= len(websites) + 2  # only what was under way was asked for again


@pytest.mark.browser
def test_a_killed_crawl_leaves_no_chromium_behind(tmp_path: Path) -> None:
    script = "<html><body><div id=root></div><script>for (;;) {}</script></body></html>"
    asked = Event()

    def served(wire: Wire, _: Asked) -> None:
        wire.answer(script)
        asked.set()

    with FaultNetwork() as network:
        with store_of(tmp_path, {"js": network.site("js.example", without_robots(served))}):
            pass
        process = begin(["crawl", *written(network, tmp_path, browser={"enabled": True})])
        try:
            assert asked.wait(60)
            patience = Event()
            while not any("type=renderer" in _command(p) for p in children(process.pid)):
                assert process.poll() is None
                patience.wait(0.05)
            processes = children(process.pid)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            assert wait_until_gone(processes) == set()
        finally:
            end(process)


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


# Each crawl process ends itself before its first visit, as if somebody had killed it, so often.
_DIES_AT_FIRST = """
import os, sys
if "spiders" in sys.orig_argv:
    count = open({count!r}, "a+")
    count.write(".")
    count.flush()
    if count.tell() <= {times}:
        os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize(("times", "failed"), [(2, {}), (3, {"one": "the crawl process could not start"})])
def test_a_spider_that_is_killed_while_it_starts_is_started_again(
    tmp_path: Path, times: int, failed: dict[str, str]
) -> None:
    hook = _DIES_AT_FIRST.format(count=str(tmp_path / "count"), times=times)
    (tmp_path / "sitecustomize.py").write_text(hook)
    with FaultNetwork() as network, store_of(tmp_path, {"one": network.site("one.example", page(home()))}) as store:
        done = run(store, network.config(), tmp_path)
    assert done.failed == failed
    assert list(done.outcomes) == ([] if failed else ["one"])


def test_a_spider_that_cannot_start_is_told_with_its_own_words(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nif 'spiders' in sys.orig_argv: sys.exit('no luck')\n")
    with FaultNetwork() as network, store_of(tmp_path, {"one": network.site("one.example", page(home()))}) as store:
        done = run(store, network.config(), tmp_path)
        last = store.run(done.run_id)
    assert done.failed == {"one": "the crawl process could not start"}
    assert "no luck" in done.log
    assert last is not None
    assert last.state is RunState.FAILED


def test_what_a_library_prints_does_not_break_the_report_of_visits(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        HOOK.replace('if page.title == "CRASH":', 'print("{", flush=True)\n        if page.title == "CRASH":')
    )
    with FaultNetwork() as network, store_of(tmp_path, {"one": network.site("one.example", page(home()))}) as store:
        done = run(store, network.config(), tmp_path)
    assert done.outcomes == {"one": VisitOutcome.READ}


# --- A night without a network ---


def test_a_night_without_a_network_is_void_and_says_so(tmp_path: Path) -> None:
    websites = {f"c{n}": f"http://c{n}.example/" for n in range(20)}
    with FaultNetwork() as network, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        network.names.zone["*"] = SILENT
        probe.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{probe.getsockname()[1]}"  # nobody reads what comes there
        folders = {tmp_path / "silent": network.names.address, tmp_path / "unread": nobody}
        processes = {folder: _night(network, folder, websites, name) for folder, name in folders.items()}
        ended = {folder: _ended(process) for folder, process in processes.items()}
    said = "none of 20 sites could be read: our own network seems to be down. The run is void and changes nothing"
    for folder, (code, complaint) in ended.items():
        lines = [line for line in complaint.splitlines() if line.startswith("clusterwatch:")]
        assert (code, lines) == (1, [f"clusterwatch: {said}"])
        with Store.open(folder / "crawl.db") as store:
            assert [r.state for r in store.runs()] == [RunState.VOID]
            assert store.latest_verdicts() == {}


def _night(network: FaultNetwork, folder: Path, websites: dict[str, str], server: str) -> subprocess.Popen[bytes]:
    """A crawl that asks this name server."""
    folder.mkdir()
    with store_of(folder, websites):
        pass
    politeness: dict[str, object] = {"delay_s": 0.0, "concurrent_sites": 32}
    return begin(["crawl", *written(network, folder, network={"nameservers": [server]}, politeness=politeness)])


def _ended(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    """Exit code and complaint of a command."""
    try:
        _, complaint = process.communicate(timeout=60)
    finally:
        end(process)
    return process.returncode, complaint.decode()
