"""The labelled single pages of a folder of labelled sites: `pages.csv` and the files that it names."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.labelled import MissingFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class SinglePage:
    """One page whose day is known."""

    url: str
    body: bytes
    captured: date
    days: frozenset[str]  # ISO days that are right: that of publication, and that of the update where the page shows it

    @property
    def host(self) -> str:
        """Where it lives."""
        return urlsplit(self.url).hostname or ""


def read_pages(folder: Path) -> list[SinglePage]:
    """The pages in the order of the file. Raises MissingFolder when there are none."""
    path = folder / "pages.csv"
    if not path.is_file():
        raise MissingFolder(f"{folder} holds no pages.csv: no labelled pages, so nothing was measured")
    with path.open(encoding="utf-8", newline="") as lines:
        return [_page(row, folder) for row in csv.DictReader(lines)]


def _page(row: dict[str, str], folder: Path) -> SinglePage:
    days = {row["true_date"], row.get("published_date", "")} - {""}
    return SinglePage(
        url=row["url"],
        body=(folder / row["file"]).read_bytes(),
        captured=date.fromisoformat(row["captured"][:10]),
        days=frozenset(days),
    )
