"""A morning at the desk: a real Chromium over the sample network after two nights, by keyboard.

    CLUSTERWATCH_SCREENSHOTS=folder python -m pytest tests/test_tour.py

keeps a picture of every page in that folder.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pages import PASSWORD, serving, with_people
from playwright.sync_api import Page, sync_playwright

from cli.demo import sample_config
from crawler.model import RunKind
from db.desk import Desk
from db.registry import import_registry, read_registry
from review.sentences import Sentences
from review.texts import texts
from samples.server import SampleNetwork
from schedules.crawling import run_crawl
from schedules.rescanning import looker
from spiders.rendering import find_chromium

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


@contextmanager
def browser_page(folder: Path, **options: object) -> Iterator[tuple[Page, list[str]]]:
    """A page of a real Chromium, and everything it complained about."""
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)  # type: ignore[arg-type]
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page, complaints
        browser.close()


def shots(tmp_path: Path) -> Path:
    """The folder for the pictures."""
    folder = Path(os.environ.get("CLUSTERWATCH_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def sign_in(page: Page, address: str, name: str) -> None:
    page.goto(address)
    page.fill("[name=name]", name)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")


def in_thread(work: object) -> None:
    """Run the tour in a thread of its own: Playwright's loop must not meet that of another test."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            work()  # type: ignore[operator]
        except BaseException as error:  # noqa: BLE001  # handed on to the test
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]


def test_a_morning_at_the_desk(desk_address: tuple[str, Path], tmp_path: Path) -> None:
    address, database = desk_address
    folder = shots(tmp_path)

    def tour() -> None:
        with browser_page(folder, locale="en-GB", color_scheme="light") as (page, complaints):
            page.goto(address)
            page.screenshot(path=folder / "01-sign-in.png")
            sign_in(page, address, "kato")
            page.screenshot(path=folder / "02-overview.png")
            page.keyboard.press("/")
            page.keyboard.type("textile")
            page.keyboard.press("Enter")
            page.wait_for_url("**q=textile**")
            page.locator("#mapping").scroll_into_view_if_needed()
            page.screenshot(path=folder / "03-filter.png")

            page.goto(f"{address}/queue")
            total = int(re.findall(r"1 of (\d+)", page.inner_text(".progress"))[0])
            assert total >= 4
            page.screenshot(path=folder / "04-queue.png", full_page=True)
            page.keyboard.press("c")
            page.wait_for_url("**done=*")
            assert f"2 of {total}" in page.inner_text(".progress")
            page.screenshot(path=folder / "05-next-question.png", full_page=True)
            page.keyboard.press("u")
            page.wait_for_url("**undone=*")
            assert f"1 of {total}" in page.inner_text(".progress")
            page.screenshot(path=folder / "06-taken-back.png")

            page.keyboard.press("n")
            page.keyboard.type("cask: these are letters of a note, no keys")
            page.keyboard.press("Escape")
            for number in range(1, total + 1):
                heading = page.inner_text("h1")
                page.keyboard.press("a" if number % 2 else "s")
                page.wait_for_function("h => document.querySelector('h1').innerText !== h", arg=heading)
            assert "All questions are answered." in page.inner_text("main")
            page.screenshot(path=folder / "07-all-answered.png")

            page.goto(f"{address}/clusters/ended-notice")
            page.screenshot(path=folder / "08-case.png", full_page=True)
            page.keyboard.press("r")
            page.wait_for_url("**/rescans/*")
            page.screenshot(path=folder / "09-second-look-begins.png")
            page.wait_for_selector(".beside", timeout=60_000)
            page.screenshot(path=folder / "10-second-look.png", full_page=True)

            page.goto(address)
            with page.expect_download() as saved:
                page.click("text=Excel")
            assert saved.value.suggested_filename == "clusterwatch-2026-11-25.xlsx"
            page.click("[name=language][value=ja]")
            page.wait_for_selector("html[lang=ja]")
            page.screenshot(path=folder / "11-overview-ja.png", full_page=True)
            page.goto(f"{address}/clusters/silent")
            page.screenshot(path=folder / "12-case-ja.png", full_page=True)
            page.goto(f"{address}/account")
            page.screenshot(path=folder / "13-account-ja.png")
            page.click("form[action='/logout'] button")
            page.wait_for_url("**/login")
            page.goto(f"{address}/queue")
            assert "/login" in page.url
            assert complaints == [], "neither the policy nor a script complains"

    in_thread(tour)
    with Desk.open(database) as desk:
        assert len(desk.answers_by("kato")) >= 4


def test_the_desk_in_the_dark_and_on_a_telephone(desk_address: tuple[str, Path], tmp_path: Path) -> None:
    address, _ = desk_address
    folder = shots(tmp_path)

    def tour() -> None:
        with browser_page(folder, locale="en-GB", color_scheme="dark") as (page, complaints):
            sign_in(page, address, "boss")
            page.screenshot(path=folder / "20-dark-overview.png")
            page.goto(f"{address}/clusters/hijacked")
            page.screenshot(path=folder / "21-dark-case.png", full_page=True)
            page.set_viewport_size({"width": 390, "height": 844})
            for name, path in (
                ("overview", "/"),
                ("queue", "/queue"),
                ("case", "/clusters/moved-notice"),
                ("audit", "/audit"),
            ):
                page.goto(address + path)
                width = page.evaluate("document.documentElement.scrollWidth")
                assert width <= 390, f"{path} is {width} wide"
                page.screenshot(path=folder / f"22-narrow-{name}.png", full_page=True)
            assert complaints == []

    in_thread(tour)


def test_every_page_works_without_scripts(desk_address: tuple[str, Path], tmp_path: Path) -> None:
    address, _ = desk_address

    def tour() -> None:
        with browser_page(shots(tmp_path), java_script_enabled=False, locale="en-GB") as (page, _):
            sign_in(page, address, "boss")
            page.goto(f"{address}/clusters/silent")
            page.click("button[value=noted] >> nth=0")
            assert "Nothing was stored" in page.inner_text("main")
            page.goto(f"{address}/clusters/silent")
            page.fill("[name=note]", "rang them up")
            page.click("button[value=noted]")
            page.wait_for_url("**#answers")
            assert "rang them up" in page.inner_text("#answers")

    in_thread(tour)


def test_every_reason_of_the_samples_is_said_in_japanese(desk_address: tuple[str, Path]) -> None:
    told = Sentences(texts("ja"))
    with Desk.open(desk_address[1]) as desk:
        reasons = [r for v in desk.latest_verdicts().values() for r in v.reasons]
    assert [r.text for r in reasons if told.reason(r) == r.text] == []
