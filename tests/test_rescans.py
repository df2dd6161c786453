"""Second looks in real processes: page by page, cancelled at any point, killed, and beside a night under way."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from queue import Queue

import pytest
from faultnet import NOW, Asked, FaultNetwork, Wire, clusters, home, without_robots
from pages import PASSWORD, PEOPLE, Visitor, serving, with_people
from playwright.sync_api import Page, sync_playwright
from processes import CLUSTERWATCH, children, end, wait_until_gone, written

from crawler.model import RunKind, RunState, Visit
from db.desk import Desk
from db.rescans import CRASHED, Rescan, RescanState
from schedules.crawling import run_crawl
from schedules.rescanning import looker
from spiders.rendering import find_chromium

pytestmark = pytest.mark.timeout(240)

PATIENCE_S = 60.0
LINKED = home('<p><a href="/news/">お知らせ一覧</a> <a href="/en/">English</a></p>').replace("2026年", "2024年")
ENGLISH = "<html lang=en><title>Aoba</title><body><h1>Aoba Optics Cluster</h1><p>" + (
    "We connect companies and universities of the region in the field of optics. " * 8
)


class Turnstile:
    """A website that lets one request through for each turn that the test gives."""

    def __init__(self, pages: dict[str, str] | None = None) -> None:
        self.pages = pages or {"/": LINKED, "/news/": LINKED, "/en/": ENGLISH}
        self.waiting: Queue[str] = Queue()  # paths that were asked for
        self.at_once = 0
        self.most_at_once = 0
        self._turns = threading.Semaphore(0)
        self._lock = threading.Lock()

    def __call__(self, wire: Wire, asked: Asked) -> None:
        """Serve one request when its turn comes."""
        with self._lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        self.waiting.put(asked.path)
        try:
            while not self._turns.acquire(timeout=0.05):
                if wire.closing.is_set():
                    return
            body = self.pages.get(asked.path)
            wire.answer(body or "not here", 200 if body else 404)
        finally:
            with self._lock:
                self.at_once -= 1

    def arrived(self) -> str:
        """The path of the next request, which now waits."""
        return self.waiting.get(timeout=PATIENCE_S)

    def let(self, requests: int = 1) -> None:
        """Let so many requests through."""
        self._turns.release(requests)


# Loaded by each process before anything else: a request waits as long as the test lets it wait.
PATIENT = "import sys\nif 'spiders' in sys.orig_argv:\n    from crawler import settings\n    settings.DOWNLOAD_TIMEOUT = 3600\n"
BUDGET: dict[str, object] = {"max_seconds": 3600.0}


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultNetwork]:
    """Websites whose visitors have patience."""
    (tmp_path / "sitecustomize.py").write_text(PATIENT, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{Path.cwd()}")
    with FaultNetwork() as found:
        yield found


def database(folder: Path, websites: dict[str, str]) -> Path:
    """A database with these clusters and the people of the pages."""
    with Desk.open(folder / "crawl.db", create=True) as desk:
        desk.upsert_clusters(clusters(websites))
    return with_people(folder / "crawl.db")


@contextmanager
def served(options: list[str]) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """`clusterwatch serve` as a process of its own, and its address."""
    process = subprocess.Popen(
        [CLUSTERWATCH, "serve", "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        found = re.search(rb"http://127\.0\.0\.1:\d+", process.stdout.readline())
        assert found
        yield process, found.group().decode()
    finally:
        end(process)
        if process.stdout is not None:
            process.stdout.close()


def rescan_of(path: Path, cluster_id: str = "aoba") -> Rescan:
    with Desk.open(path) as desk:
        found = desk.last_rescan(cluster_id)
    assert found is not None
    return found


def wait_for(what: Callable[[], bool]) -> None:
    """Wait until something is so; only how long we are patient depends on a clock."""
    patience = threading.Event()
    for _ in range(int(PATIENCE_S / 0.05)):
        if what():
            return
        patience.wait(0.05)
    raise AssertionError("it never came to that")


def wait_until_over(path: Path, cluster_id: str = "aoba") -> Rescan:
    wait_for(lambda: rescan_of(path, cluster_id).ended_at is not None)
    return rescan_of(path, cluster_id)


def codes(path: Path, cluster_id: str = "aoba") -> list[str]:
    with Desk.open(path) as desk:
        return [step.code for step in desk.steps(rescan_of(path, cluster_id).rescan_id)]


def stored(path: Path) -> tuple[list[Visit], dict[str, int], list[RunState]]:
    with Desk.open(path) as desk:
        counts = {table: n for table, n in desk.counts().items() if table in {"visits", "fetches", "verdicts"}}
        return desk.visits("aoba"), counts, [run.state for run in desk.runs()]


# --- page by page ---


@contextmanager
def chromium() -> Iterator[Page]:
    """A page of a real Chromium in which nothing complains."""
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB").new_page()
        page.set_default_timeout(PATIENCE_S * 1000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        browser.close()
    assert complaints == []


def in_thread(work: Callable[[], None]) -> None:
    """Run a tour in a thread of its own: Playwright's loop must not meet that of another test."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001  # handed on to the test
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]


def shot(page: Page, name: str) -> None:
    """Keep a picture where somebody asked for pictures."""
    folder = os.environ.get("CLUSTERWATCH_SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.browser
def test_steps_appear_one_by_one_while_the_website_answers(tmp_path: Path, network: FaultNetwork) -> None:
    site = Turnstile()
    path = database(tmp_path, {"aoba": network.site("aoba.example", without_robots(site))})
    config = network.config(budget=BUDGET)
    later = NOW + timedelta(hours=1)

    def tour(address: str) -> None:
        with chromium() as page:
            page.goto(f"{address}/login")
            page.fill("[name=name]", "kato")
            page.fill("[name=password]", PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url(f"{address}/")
            page.goto(f"{address}/clusters/aoba")
            page.keyboard.press("r")
            page.wait_for_url("**/rescans/*")
            steps = page.locator(".steps li")
            page.wait_for_selector(".step-started")
            seen: list[str] = []
            while page.locator(".look").count():
                number = steps.count()
                if number and "The visit ended" in steps.last.inner_text():
                    break
                seen.append(site.arrived())
                assert page.locator(".step-page").count() == len(seen) - 1, "a page is told when it was read"
                shot(page, f"30-look-{len(seen)}")
                site.let()
                page.wait_for_function("n => document.querySelectorAll('.step-page').length >= n", arg=len(seen))
                assert float(page.get_attribute("progress", "value") or 0) <= len(seen)
                if len(seen) == 3:
                    site.let(100)
                    break
            page.wait_for_selector(".versus")
            assert seen[0] == "/"
            assert len(seen) == 3
            told = page.locator(".step-page")
            assert "Home page" in told.first.inner_text()
            assert "answered (200)" in told.first.inner_text()
            assert "newest 20 Nov 2024" in told.first.inner_text()
            assert page.locator("[data-events]").count() == 0
            shot(page, "31-look-over")
            page.emulate_media(color_scheme="dark")
            shot(page, "32-look-dark")
            page.set_viewport_size({"width": 390, "height": 844})
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
            page.emulate_media(color_scheme="light")
            page.click("[name=language][value=ja]")
            page.wait_for_selector("html[lang=ja]")
            shot(page, "33-look-narrow-ja")

    with serving(path, clock=lambda: later, config=config, look=looker(config)) as address:
        in_thread(lambda: tour(address))
    assert rescan_of(path).state is RescanState.DONE
    assert site.most_at_once == 1


def test_a_nightly_crawl_tells_no_pages_and_a_second_look_goes_past_every_cache(
    tmp_path: Path, network: FaultNetwork
) -> None:
    site = Turnstile()
    site.let(1000)
    path = database(tmp_path, {"aoba": network.site("aoba.example", without_robots(site))})
    pages: list[str] = []
    config = network.config(budget=BUDGET)
    with Desk.open(path) as desk:
        for kind in (RunKind.NIGHTLY, RunKind.RESCAN):
            before = len(network.asked)
            pages.clear()
            now = NOW + timedelta(days=kind is RunKind.RESCAN)
            run_crawl(
                desk,
                kind=kind,
                now=now,
                config=config,
                watch=lambda step: pages.append(step.page.fetch.url) if step.page else None,
            )
            asked = [a for a in network.asked[before:] if a.path == "/"]
            assert [a.headers.get("cache-control") for a in asked] == ["no-cache" if kind is RunKind.RESCAN else None]
            visit = desk.visits("aoba")[-1]
            assert pages == ([f.url for f in visit.fetches] if kind is RunKind.RESCAN else [])
            assert visit.fetches


# --- cancelled at any point ---


@pytest.mark.parametrize("answered", [0, 1, 2])
def test_a_look_is_cancelled_after_any_page_and_nothing_of_it_is_stored(
    tmp_path: Path, network: FaultNetwork, answered: int
) -> None:
    site = Turnstile()
    path = database(tmp_path, {"aoba": network.site("aoba.example", without_robots(site))})
    before = stored(path)
    with served(written(network, tmp_path, budget=BUDGET)) as (server, address), Visitor(address, "kato") as kato:
        place = kato.post("/clusters/aoba/rescan").headers["location"]
        for _ in range(answered):
            site.arrived()
            site.let()
        site.arrived()
        crawl = children(server.pid)
        assert crawl
        assert kato.post(f"{place}/cancel").status_code == 303
        over = wait_until_over(path)
        assert (over.state, over.cancelled_by, over.after) == (RescanState.CANCELLED, "kato", None)
        assert wait_until_gone(crawl) == set()
        assert server.poll() is None
        visits, counts, runs = stored(path)
        assert (visits, counts) == before[:2]
        assert runs == [RunState.FAILED]
        assert codes(path)[-1] == "cancelled"
        site.let(100)  # and the next one is done as if nothing had been
        kato.post("/clusters/aoba/rescan")
        assert wait_until_over(path).state is RescanState.DONE
    assert len(stored(path)[0]) == 1


@pytest.mark.browser
def test_a_look_is_cancelled_while_a_browser_shows_a_page_that_never_ends(
    tmp_path: Path, network: FaultNetwork
) -> None:
    site = Turnstile({"/": "<html><body><div id=root></div><script>for (;;) {}</script></body></html>"})
    site.let(100)
    path = database(tmp_path, {"aoba": network.site("aoba.example", without_robots(site))})
    options = written(network, tmp_path, budget=BUDGET, browser={"enabled": True})
    with served(options) as (server, address), Visitor(address, "kato") as kato:
        place = kato.post("/clusters/aoba/rescan").headers["location"]
        wait_for(lambda: any(b"type=renderer" in _command(p) for p in children(server.pid)))
        crawl = children(server.pid)
        kato.post(f"{place}/cancel")
        assert wait_until_over(path).state is RescanState.CANCELLED
        assert wait_until_gone(crawl) == set()
    assert stored(path)[0] == []


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


# --- kills ---


def test_a_killed_server_leaves_no_process_and_the_next_one_does_what_it_left(
    tmp_path: Path, network: FaultNetwork
) -> None:
    site = Turnstile()
    path = database(tmp_path, {"aoba": network.site("aoba.example", without_robots(site))})
    options = written(network, tmp_path, budget=BUDGET)
    with served(options) as (server, address), Visitor(address, "kato") as kato:
        kato.post("/clusters/aoba/rescan")
        site.arrived()
        site.let()
        site.arrived()
        crawl = children(server.pid)
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        assert wait_until_gone(crawl) == set()
    assert rescan_of(path).state is RescanState.RUNNING
    site.let(100)
    with served(options):
        over = wait_until_over(path)
    assert over.state is RescanState.DONE
    assert codes(path).count("again") == 1
    visits, _, runs = stored(path)
    assert (len(visits), runs) == (1, [RunState.DONE])


def test_a_look_that_ends_two_servers_is_not_begun_by_a_third(tmp_path: Path, network: FaultNetwork) -> None:
    site = Turnstile()
    path = database(tmp_path, {"aoba": network.site("aoba.example", without_robots(site))})
    options = written(network, tmp_path, budget=BUDGET)
    with Desk.open(path) as desk:
        desk.ask_rescan("aoba", by="kato")
    for _ in range(2):
        with served(options) as (server, _):
            site.arrived()
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
    with served(options) as (_, address), Visitor(address, "kato") as kato:
        over = wait_until_over(path)
        assert (over.state, over.note) == (RescanState.FAILED, CRASHED)
        assert "The program that did it broke off twice." in kato.get(f"/rescans/{over.rescan_id}").text
    assert stored(path)[0] == []


def test_a_server_that_is_asked_to_end_gives_back_what_it_does(tmp_path: Path, network: FaultNetwork) -> None:
    site = Turnstile()
    path = database(tmp_path, {"aoba": network.site("aoba.example", without_robots(site))})
    with Desk.open(path) as desk:
        desk.ask_rescan("aoba", by="kato")
    with served(written(network, tmp_path, budget=BUDGET)) as (server, _):
        site.arrived()
        crawl = children(server.pid)
        server.send_signal(signal.SIGTERM)
        server.wait(30)
        assert wait_until_gone(crawl) == set()
    assert rescan_of(path).state is RescanState.QUEUED
    assert codes(path) == ["started", "given_back"]


def test_two_servers_on_one_database_visit_each_website_once(tmp_path: Path, network: FaultNetwork) -> None:
    sites = {f"c{n}": Turnstile() for n in range(4)}
    for site in sites.values():
        site.let(100)
    websites = {name: network.site(f"{name}.example", without_robots(site)) for name, site in sites.items()}
    path = database(tmp_path, websites)
    options = written(network, tmp_path, budget=BUDGET)
    with served(options) as (_, one), served(options) as (_, two):
        for address, name in zip((one, two, one, two), sites, strict=True):
            with Visitor(address, "kato") as kato:
                kato.post(f"/clusters/{name}/rescan")
        for name in sites:
            assert wait_until_over(path, name).state is RescanState.DONE
    with Desk.open(path) as desk:
        assert {name: len(desk.visits(name)) for name in sites} == dict.fromkeys(sites, 1)
    assert {name: network.paths(f"{name}.example").count("/") for name in sites} == dict.fromkeys(sites, 1)


# --- the command ---


def begun(arguments: list[str]) -> subprocess.Popen[bytes]:
    """A command under way whose words are read."""
    return subprocess.Popen(
        [CLUSTERWATCH, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


def test_the_command_tells_each_page_and_both_verdicts(tmp_path: Path, network: FaultNetwork) -> None:
    site = Turnstile()
    path = database(tmp_path, {"aoba": network.site("aoba.example", without_robots(site))})
    process = begun(["rescan", "aoba", "--now", NOW.isoformat(), *written(network, tmp_path, budget=BUDGET)])
    try:
        site.arrived()
        assert process.stdout is not None
        assert process.stdout.readline() == b"started\n"
        site.let(100)
        out, complaint = process.communicate(timeout=60)
    finally:
        end(process)
    lines = out.decode().splitlines()
    assert (process.returncode, complaint) == (0, b"")
    assert re.fullmatch(r"home: http://aoba\.example:\d+/: 200: 2 dates, newest 2024-11-20, ja", lines[0])
    assert [line.split()[0] for line in lines if line.startswith(("before", "now"))] == ["before", "now"]
    assert rescan_of(path).state is RescanState.DONE


def test_ctrl_c_cancels_the_command_and_what_it_began(tmp_path: Path, network: FaultNetwork) -> None:
    site = Turnstile()
    path = database(tmp_path, {"aoba": network.site("aoba.example", without_robots(site))})
    process = begun(["rescan", "aoba", *written(network, tmp_path, budget=BUDGET)])
    try:
        site.arrived()
        crawl = children(process.pid)
        os.killpg(process.pid, signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    finally:
        end(process)
    assert process.returncode == 130
    assert "Cancelled. The verdict stays as it was." in out.decode()
    assert wait_until_gone(crawl) == set()
    assert rescan_of(path).state is RescanState.CANCELLED
    assert stored(path)[0] == []


def test_the_command_watches_what_a_page_has_begun_and_can_cancel_it(tmp_path: Path, network: FaultNetwork) -> None:
    site = Turnstile()
    path = database(tmp_path, {"aoba": network.site("aoba.example", without_robots(site))})
    options = written(network, tmp_path, budget=BUDGET)
    with served(options) as (_, address), Visitor(address, "kato") as kato:
        kato.post("/clusters/aoba/rescan")
        site.arrived()
        refused = begun(["rescan", "aoba", "--now", NOW.isoformat(), *options])
        _, complaint = refused.communicate(timeout=60)
        end(refused)
        assert (refused.returncode, b"is under way already" in complaint) == (2, True)
        watching = begun(["rescan", "aoba", *options])
        try:
            assert watching.stdout is not None
            assert watching.stdout.readline() == b"It is under way in another process, asked for by kato.\n"
            cancelling = begun(["rescan", "aoba", "--cancel", *options])
            assert cancelling.communicate(timeout=60) == (b"It is being cancelled.\n", b"")
            end(cancelling)
            _, complaint = watching.communicate(timeout=60)
        finally:
            end(watching)
        assert watching.returncode == 1
        assert b"cancelled it; the verdict stays as it was" in complaint
        again = begun(["rescan", "aoba", "--cancel", *options])
        _, complaint = again.communicate(timeout=60)
        end(again)
        assert (again.returncode, b"is over already: cancelled" in complaint) == (1, True)
    assert network.paths("aoba.example") == ["/"]
    assert rescan_of(path).by in PEOPLE


# --- a night and a second look ---


def test_a_second_look_waits_until_the_night_has_left_the_website(tmp_path: Path, network: FaultNetwork) -> None:
    site, other = Turnstile(), Turnstile()
    websites = {"aoba": network.site("aoba.example", without_robots(site))}
    websites["cedar"] = network.site("cedar.example", without_robots(other))
    path = database(tmp_path, websites)
    options = written(network, tmp_path, budget=BUDGET)
    night = begun(["crawl", *options])
    try:
        site.arrived()
        look = begun(["rescan", "aoba", *options])
        try:
            assert look.stdout is not None
            assert look.stdout.readline() == b"waits\n"
            assert site.waiting.empty(), "nothing more was asked of the website"
            site.let(1000)
            other.let(1000)
            assert look.communicate(timeout=60)[1] == b""
        finally:
            end(look)
        night.communicate(timeout=60)
    finally:
        end(night)
    assert (look.returncode, night.returncode) == (0, 0)
    assert site.most_at_once == 1
    assert codes(path)[:2] == ["waits", "started"]
    assert len(stored(path)[0]) == 2


def test_a_night_goes_on_with_other_websites_while_a_second_look_is_at_one(
    tmp_path: Path, network: FaultNetwork
) -> None:
    site, other = Turnstile(), Turnstile()
    other.let(1000)
    websites = {"aoba": network.site("aoba.example", without_robots(site))}
    websites["cedar"] = network.site("cedar.example", without_robots(other))
    path = database(tmp_path, websites)
    options = written(network, tmp_path, budget=BUDGET, politeness={"delay_s": 0.0, "concurrent_sites": 1})
    look = begun(["rescan", "aoba", *options])
    try:
        site.arrived()
        night = begun(["crawl", *options])
        try:
            wait_for(lambda: bool(_visits(path, "cedar")))  # it stands behind the other in the registry
            assert site.most_at_once == 1
            assert _visits(path, "aoba") == 0
            site.let(1000)
            night.communicate(timeout=60)
            look.communicate(timeout=60)
        finally:
            end(night)
    finally:
        end(look)
    assert (look.returncode, night.returncode) == (0, 0)
    assert site.most_at_once == 1
    assert _visits(path, "aoba") == 2


def _visits(path: Path, cluster_id: str) -> int:
    with Desk.open(path) as desk:
        return len(desk.visits(cluster_id))
