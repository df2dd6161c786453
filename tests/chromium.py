"""A real Chromium for tests of the staff's pages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pages import PASSWORD
from playwright.sync_api import Page, sync_playwright

from spiders.rendering import find_chromium


@contextmanager
def browser_page(**options: object) -> Iterator[tuple[Page, list[str]]]:
    """A page of a real Chromium, and everything it complained about."""
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)  # type: ignore[arg-type]
        page = context.new_page()
        page.set_default_timeout(60_000)  # a busy machine is no failure
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page, complaints
        browser.close()


def sign_in(page: Page, address: str, name: str) -> None:
    """Sign in as one of the people of `pages.PEOPLE`."""
    page.goto(address)
    page.fill("[name=name]", name)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")


def in_thread(work: Callable[[], None]) -> None:
    """Run it in a thread of its own: Playwright's loop must not meet that of another test."""
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
