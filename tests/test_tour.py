"""A morning at the desk: a real Chromium over the sample network after two nights, by keyboard.

    CLUSTERWATCH_SCREENSHOTS=folder python -m pytest tests/test_tour.py

keeps a picture of every page in that folder.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from chromium import browser_page, in_thread, sign_in
from pages import serving, with_people
from playwright.sync_api import Page

from cli.demo import sample_config
from crawler.model import RunKind
from db.desk import Desk
from db.importing import import_registry
from db.registry import read_registry
from review.sentences import Sentences
from review.texts import texts
from samples.server import SampleNetwork
from schedules.crawling import run_crawl
from schedules.rescanning import looker

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
MORNING = NOW + timedelta(hours=12)
SAMPLES = Path(__file__).parent.parent / "samples"

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def desk_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The pages over the sample network after two nights, second looks included."""
    database = tmp_path_factory.mktemp("tour") / "tour.db"
    with SampleNetwork(now=NOW) as network:
        config = sample_config(network.nameserver)
        proxies = {"http_proxy": network.proxy_url, "https_proxy": network.proxy_url, "no_proxy": ""}
        with Desk.open(database, create=True) as desk:
            import_registry(desk, read_registry(SAMPLES / "clusters.csv"), partial=False, dry_run=False)
            for night in (1, 0):
                network.today = NOW - timedelta(days=night)
                done = run_crawl(desk, kind=RunKind.NIGHTLY, now=network.today, config=config, environment=proxies)
                assert not done.void, done.log
        with_people(database)
        with serving(database, clock=lambda: MORNING, look=looker(config, proxies), config=config) as address:
            yield address, database


def shots(tmp_path: Path) -> Path:
    """The folder for the pictures."""
    folder = Path(os.environ.get("CLUSTERWATCH_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Album:
    """Pictures of pages, numbered in the order in which they were taken."""

    def __init__(self, folder: Path, first: int) -> None:
        self._folder = folder
        self._next = first

    def take(self, page: Page, name: str, *, whole: bool = True) -> None:
        """Keep a picture of what is open: the whole page, or what a window shows of it."""
        if whole:
            page.evaluate("scrollTo(0, 0)")  # or the bar stands amid the page
        page.screenshot(path=self._folder / f"{self._next:02}-{name}.png", full_page=whole)
        self._next += 1


def test_a_morning_at_the_desk(desk_address: tuple[str, Path], tmp_path: Path) -> None:
    address, database = desk_address
    album = Album(shots(tmp_path), 1)

    def tour() -> None:
        with browser_page(locale="en-GB", color_scheme="light") as (page, complaints):
            page.goto(address)
            album.take(page, "sign-in", whole=False)
            sign_in(page, address, "kato")
            look_over(page, album)
            many_at_once(page, address, album)
            answer_the_queue(page, address, album)
            look_again(page, address, album)
            read_what_was_saved(page, address, album)
            correct(page, address, album)
            take_along_and_leave(page, address, album)
            assert complaints == [], "neither the policy nor a script complains"

    in_thread(tour)
    with Desk.open(database) as desk:
        assert len(desk.answers_by("kato")) >= 4
        entry = desk.entry("silent")
    assert entry is not None
    assert entry.cluster.city == "Sendai"


def look_over(page: Page, album: Album) -> None:
    """The overview, and a filter by keys."""
    album.take(page, "overview")
    page.keyboard.press("/")
    page.keyboard.type("textile")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=textile**")
    page.locator("#mapping").scroll_into_view_if_needed()
    album.take(page, "filter", whole=False)


def many_at_once(page: Page, address: str, album: Album) -> None:
    """Put all questions off in one step, and take that back."""
    page.goto(f"{address}/queue")
    page.click(".at-once a")
    page.check("[value=skipped]")
    page.click(".choose button")
    album.take(page, "many-at-once")
    page.click(".would button.primary")
    page.wait_for_url("**/bulks/*")
    album.take(page, "many-answered")
    page.keyboard.press("u")
    page.wait_for_selector("text=taken back")


def answer_the_queue(page: Page, address: str, album: Album) -> None:
    """Answer every question by keyboard; the first is taken back between."""
    page.goto(f"{address}/queue")
    total = int(re.findall(r"1 of (\d+)", page.inner_text(".progress"))[0])
    assert total >= 4
    album.take(page, "queue")
    page.keyboard.press("?")
    page.wait_for_selector("#keys:popover-open")
    album.take(page, "keys", whole=False)
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    page.wait_for_url("**done=*")
    assert f"2 of {total}" in page.inner_text(".progress")
    album.take(page, "next-question")
    page.keyboard.press("u")
    page.wait_for_url("**undone=*")
    assert f"1 of {total}" in page.inner_text(".progress")
    album.take(page, "taken-back", whole=False)

    page.keyboard.press("n")
    page.keyboard.type("cask: these are letters of a note, no keys")
    page.keyboard.press("Escape")
    for number in range(1, total + 1):
        heading = page.inner_text("h1")
        page.keyboard.press("a" if number % 2 else "s")
        page.wait_for_function("h => document.querySelector('h1').innerText !== h", arg=heading)
    assert "All questions are answered." in page.inner_text("main")
    album.take(page, "all-answered")


def look_again(page: Page, address: str, album: Album) -> None:
    """A second look with its progress, and the verdict beside the one before."""
    page.goto(f"{address}/clusters/ended-notice")
    album.take(page, "case")
    page.keyboard.press("r")
    page.wait_for_url("**/rescans/*")
    page.wait_for_selector(".steps .step-page", timeout=60_000)
    album.take(page, "second-look-under-way", whole=False)
    page.wait_for_selector(".beside", timeout=60_000)
    album.take(page, "second-look")


def read_what_was_saved(page: Page, address: str, album: Album) -> None:
    """From the case to a saved page with the quoted words, and to what changed between two visits."""
    page.goto(f"{address}/clusters/ended-notice")
    page.click(".source a[href^='/kept/']")
    page.wait_for_selector(".pagetext mark")
    album.take(page, "saved-page")
    page.goto(f"{address}/clusters/ended-notice")
    page.click("#compare button")
    page.wait_for_url("**/changes?*")
    album.take(page, "what-changed")


def correct(page: Page, address: str, album: Album) -> None:
    """The town of a cluster is corrected; the case tells it."""
    page.goto(f"{address}/registry")
    album.take(page, "registry")
    page.click("a[href='/clusters/silent/edit']")
    page.fill("[name=city]", "Sendai")
    page.fill("[name=note]", "from their leaflet")
    album.take(page, "correct")
    page.click("form.entry button.primary")
    page.wait_for_selector("#registry:has-text('from their leaflet')")


def take_along_and_leave(page: Page, address: str, album: Album) -> None:
    """A workbook, the other language, and out."""
    page.goto(address)
    with page.expect_download() as saved:
        page.click("text=Excel")
    assert saved.value.suggested_filename == "clusterwatch-2026-11-25.xlsx"
    page.click("[name=language][value=ja]")
    page.wait_for_selector("html[lang=ja]")
    for name, path in (
        ("overview", "/"),
        ("case", "/clusters/silent"),
        ("letters", "/letters"),
        ("account", "/account"),
    ):
        page.goto(address + path)
        album.take(page, f"{name}-ja")
    page.click("form[action='/logout'] button")
    page.wait_for_url("**/login")
    page.goto(f"{address}/queue")
    assert "/login" in page.url


PAGES = {
    "overview": "/",
    "queue": "/queue",
    "many-at-once": "/bulk?decision=alive",
    "case": "/clusters/moved-notice",
    "what-changed": "/clusters/silent/changes",
    "correct": "/clusters/silent/edit",
    "merge": "/clusters/silent/merge?into=hijacked",
    "retire": "/clusters/silent/retire",
    "letters": "/letters",
    "registry": "/registry",
    "new-cluster": "/registry/new",
    "import": "/registry/import",
    "candidates": "/candidates",
    "timetable": "/timetable",
    "timetable-line": "/timetable/jobs/crawl",
    "people": "/people",
    "person": "/people/kato",
    "audit": "/audit",
    "account": "/account",
    "programs": "/api",
    "no-such-page": "/no-such-page",
}


def test_the_desk_in_the_dark_and_on_a_telephone(desk_address: tuple[str, Path], tmp_path: Path) -> None:
    address, _ = desk_address
    dark, narrow = Album(shots(tmp_path), 40), Album(shots(tmp_path), 70)
    wide = {}

    def tour() -> None:
        with browser_page(locale="en-GB", color_scheme="dark") as (page, complaints):
            sign_in(page, address, "boss")
            for name, path in PAGES.items():
                page.set_viewport_size({"width": 1280, "height": 900})
                page.goto(address + path)
                dark.take(page, f"dark-{name}")
                page.set_viewport_size({"width": 390, "height": 844})
                wide[path] = page.evaluate("document.documentElement.scrollWidth")
                narrow.take(page, f"narrow-{name}")
            assert [c for c in complaints if "404" not in c] == []

    in_thread(tour)
    assert {path: width for path, width in wide.items() if width > 390} == {}


def test_every_page_works_without_scripts(desk_address: tuple[str, Path], tmp_path: Path) -> None:
    address, _ = desk_address

    def tour() -> None:
        with browser_page(java_script_enabled=False, locale="en-GB") as (page, _):
            sign_in(page, address, "boss")
            page.goto(f"{address}/clusters/silent")
            page.click("button[value=noted] >> nth=0")
            assert "Nothing was stored" in page.inner_text("main")
            page.goto(f"{address}/clusters/silent")
            page.fill("[data-key=n]", "rang them up")
            page.click("button[value=noted]")
            page.wait_for_url("**#answers")
            assert "rang them up" in page.inner_text("#answers")

    in_thread(tour)


def test_every_reason_of_the_samples_is_said_in_japanese(desk_address: tuple[str, Path]) -> None:
    told = Sentences(texts("ja"))
    with Desk.open(desk_address[1]) as desk:
        reasons = [r for v in desk.latest_verdicts().values() for r in v.reasons]
    assert [r.text for r in reasons if told.reason(r) == r.text] == []
