"""The whole mapping at once: the report of today and of a past day, two days compared, the workbook out and back.

Each is a command in a process of its own over a registry with a month of nights; its start is taken off.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from benchmarks.speed.histories import fill, looks
from benchmarks.speed.judging import ran
from benchmarks.speed.network import NOW
from benchmarks.speed.scale import Say, Scale
from db.store import Store

CLUSTERS = 2_000
MANY_CLUSTERS = 20_000  # of today's report alone
SHORT_CLUSTERS = 200
NIGHTS = 30
MANY_NIGHTS = 3  # the past of a cluster is kept ready, so that more would change nothing
_PAST = str((NOW - timedelta(days=10)).date())
_NOW = ("--now", NOW.isoformat())


def _commands(folder: Path) -> dict[str, list[str]]:
    report = ["report", *_NOW, "--output", str(folder / "report.json")]
    sheet = str(folder / "sheet.xlsx")
    return {
        "report_today": report,
        "report_past": [*report, "--as-of", _PAST],
        "compare": ["compare", _PAST, str(NOW.date()), *_NOW, "--format", "json"],
        "sheet_saved": ["review", "sheet", sheet, "--all"],
        "sheet_read": ["review", "apply", sheet, "--dry-run"],
    }


def _filled(database: Path, clusters: int, nights: int, say: Say) -> Path:
    with Store.open(database, create=True) as store:
        fill(store, clusters, nights, looks())
    say(f"{clusters} clusters with {nights} visits each: {database.stat().st_size / 1e6:.0f} MB")
    return database


def _cost(words: Sequence[str], database: Path) -> tuple[float, float]:
    """CPU in seconds without the start, and memory in MB."""
    start = ran([*words[: 2 if words[0] == "review" else 1], "--help"])
    cost = ran([*words, "--db", str(database)])
    return cost.cpu_s - start.cpu_s, cost.mb


def measure(scale: Scale, say: Say) -> Mapping[str, float]:
    """The figures of this part."""
    count = SHORT_CLUSTERS if scale.short else CLUSTERS
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="clusterwatch-mapping-") as name:
        folder = Path(name)
        database = _filled(folder / "mapping.db", count, NIGHTS, say)
        for what, words in _commands(folder).items():
            spent, figures[f"{what}_mb_{count}"] = _cost(words, database)
            figures[f"{what}_ms_per_cluster"] = 1000 * spent / count
        if not scale.short:
            database = _filled(folder / "many.db", MANY_CLUSTERS, MANY_NIGHTS, say)
            spent, mb = _cost(_commands(folder)["report_today"], database)
            figures |= {"report_today_20000_s": spent, "report_today_mb_20000": mb}
    return {key: round(figure, 2) for key, figure in figures.items()}
