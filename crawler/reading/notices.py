"""The notices on a page (first draft)."""

from __future__ import annotations

from datetime import date

from crawler.model import Notice
from crawler.reading.page import Page


def read(page: Page, *, today: date, names: tuple[str, ...]) -> tuple[Notice, ...]:
    """The notices on a page."""
    del page, today, names
    return ()
