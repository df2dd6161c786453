"""Labelled real websites: whether any of them is asked about although its truth does not allow it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.evaluate import Result, evaluate
from benchmarks.labelled import read_truth, served
from crawler.model import Activity


def wrongly_asked(folder: Path) -> tuple[int, list[Result]]:
    """How many sites were looked at, and those asked about against their truth. Raises MissingFolder."""
    sites = read_truth(folder)
    with served(folder) as proxy, tempfile.TemporaryDirectory() as kept:
        results, _ = evaluate(sites, proxy, Path(kept) / "living.db")
    asked = [r for r in results if r.verdict.activity is Activity.LIKELY_CEASED]
    return len(results), [r for r in asked if str(Activity.LIKELY_CEASED) not in r.site.activity]
