"""A day's work without a mouse, and single keys that can be switched off (WCAG 2.1.4)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import browser_page, in_thread, sign_in
from filled import REGISTRY, Filled, serving_filled
from playwright.sync_api import Page

from crawler.answers import Decision
from db.bulk import Bulks

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

AT = """() => { const e = document.activeElement; const words = e.getAttribute('aria-label') || e.labels?.[0]?.innerText
  || e.innerText || ''; return [words.trim(), e.name || '', e.getAttribute('value') || ''].join('|'); }"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Filled]:
    with serving_filled(tmp_path / "desk.db") as found:
        yield found


def walk_to(page: Page, wanted: str, *, key: str = "Tab") -> None:
    """Press a key until the control that is wanted has the focus: its words, its name, or its value."""
    seen = []
    for _ in range(150):
        page.keyboard.press(key)
        seen.append(page.evaluate(AT))
        if wanted in seen[-1].split("|"):
            return
    raise AssertionError(f"{wanted!r} is not reached: {seen}")


def go(page: Page, wanted: str, path: str = "**") -> None:
    """Press Enter on the control that is wanted, and wait for the page that comes."""
    walk_to(page, wanted)
    with page.expect_navigation(url=path):
        page.keyboard.press("Enter")


def test_a_day_without_a_mouse(desk: Filled) -> None:
    def work() -> None:
        with browser_page(locale="en-GB") as (page, complaints):
            sign_in(page, desk.address, "boss")  # keys only
            go(page, "Questions", "**/queue")
            answer_all(page)
            many_at_once(page)
            correct(page)
            preview_a_file(page)
            walk_to(page, "日本語")
            page.keyboard.press("Enter")
            page.wait_for_selector("html[lang=ja]")
            assert "/registry/import/" in page.url, "the page stays"
            go(page, "サインアウト", "**/login")
            assert complaints == []

    in_thread(work)
    with Bulks.open(desk.database) as kept:
        decisions = {name: [a.decision for a in found] for name, found in kept.all_answers().items()}
        assert kept.entry("ginkgo").cluster.city == "Kyoto"  # type: ignore[union-attr]
    assert decisions["aoba"][-3:] == [Decision.CEASED, Decision.UNDONE, Decision.ALIVE]
    assert decisions["hazel"] == [Decision.ALIVE]


def answer_all(page: Page) -> None:
    """Answer the first, take it back, and answer it and the next; two are left."""
    page.keyboard.press("c")
    page.wait_for_selector("h1:has-text('Hazel')")
    page.keyboard.press("u")
    page.wait_for_selector("h1:has-text('Aoba')")
    for name in ("Hazel", "Cedar"):
        page.keyboard.press("a")
        page.wait_for_selector(f"h1:has-text('{name}')")


def many_at_once(page: Page) -> None:
    """Skip the rest in one step, and take that back."""
    go(page, "Answer all 2 at once", "**/bulk*")
    walk_to(page, "decision")
    page.keyboard.press("Space")
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.value") == "skipped"
    go(page, "Show what would happen", "**/bulk?*")
    go(page, "Keep 2 answers: skipped", "**/bulks/*")
    with page.expect_navigation():
        page.keyboard.press("u")
    page.wait_for_selector("text=taken back")


def correct(page: Page) -> None:
    """Give a cluster its town."""
    go(page, "Registry", "**/registry")
    go(page, "Correct Ginkgo Cluster", "**/clusters/ginkgo/edit")
    walk_to(page, "city")
    page.keyboard.type("Kyoto")
    go(page, "Store")
    page.wait_for_url("**/clusters/ginkgo*")


def preview_a_file(page: Page) -> None:
    """Send a registry file. The window of the system that chooses it is not ours, so the file is put in its field."""
    go(page, "Registry", "**/registry")
    go(page, "Import a file", "**/registry/import")
    page.set_input_files("[name=file]", {"name": "r.csv", "mimeType": "text/csv", "buffer": REGISTRY.encode()})
    go(page, "Show what it would change", "**/registry/import/*")
    walk_to(page, "Import the good rows, without the one that is refused")


def test_single_keys_can_be_switched_off_and_stay_so(desk: Filled) -> None:
    def work() -> None:
        with browser_page(locale="en-GB") as (page, _):
            sign_in(page, desk.address, "boss")
            page.goto(f"{desk.address}/queue")
            first = page.inner_text("h1")
            page.keyboard.press("?")
            walk_to(page, "Single keys work, in this browser")
            page.keyboard.press("Space")
            page.keyboard.press("Escape")
            page.goto(f"{desk.address}/queue")
            assert not page.is_visible("button[value=ceased] kbd"), "no button promises a key"
            for key in ("c", "a", "s", "k", "z", "r", "n", "/", "?", "Enter", "ArrowRight"):
                page.keyboard.press(key)
            assert (page.inner_text("h1"), page.url) == (first, f"{desk.address}/queue")
            assert page.evaluate("document.activeElement === document.body")

            page.goto(f"{desk.address}/account")
            assert not page.is_checked("[data-keys-switch]")
            walk_to(page, "Single keys work, in this browser")
            page.keyboard.press("Space")
            page.goto(f"{desk.address}/queue")
            page.keyboard.press("k")
            page.wait_for_function("h => document.querySelector('h1').innerText !== h", arg=first)

    in_thread(work)
    with Bulks.open(desk.database) as kept:
        assert [a.decision for a in kept.answers(["aoba"])["aoba"]] == [Decision.NOTED, Decision.SKIPPED]
