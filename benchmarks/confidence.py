"""What a confidence is worth: of the days given with it, how many are right. `make bench-confidence SITES=DIR`.

Three kinds of answers are compared with the truth: the latest post of whole websites, which is what the mapping shows;
every dated item of their pages; and the day of publication of single pages. The websites are made up, from seeds that
nobody looked at while the rules were made; with SITES the labelled real ones and its single pages come beside them.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from itertools import pairwise
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import in_memory
from benchmarks.calibration import Answer, error, left_out, share, wilson
from benchmarks.labelled import MissingFolder
from benchmarks.single_pages import read_pages
from benchmarks.websites.making import Website, website
from crawler.model import Cluster, DatedItem, DateKind, Precision, Verdict, Visit
from crawler.policy import Policy
from crawler.reading.page import parse
from crawler.reading.published import published
from pipelines.judging.judge import judge

HELD_OUT = range(100_000, 100_400)  # seeds of the websites that are measured
LOOKED_AT = range(1_600)  # seeds that the rules were made with
SURE = 0.9
_BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.01)
_PUBLISHED = frozenset({DateKind.POST, DateKind.REPORT, DateKind.EVENT})


@dataclass(frozen=True, slots=True)
class Read:
    """A made-up website, as it was visited and judged."""

    site: Website
    visit: Visit
    verdict: Verdict

    @property
    def date_right(self) -> bool:
        """Whether the latest post is a right one, or rightly none."""
        latest = self.verdict.latest
        return latest.on in self.site.latest if latest else not self.site.latest


def visited(site: Website) -> Read:
    """One visit to a made-up website, in memory."""
    now = datetime.combine(site.today, time(3), UTC)
    cluster = Cluster(
        cluster_id=site.host, name_en="Aoba Industry Cluster", name_ja="青葉産業クラスター推進協議会", website=site.address,
        home_language=site.language, country=site.country,
    )  # fmt: skip
    visit = in_memory.visited(cluster, site.pages, now)
    return Read(site, visit, judge(cluster, [visit], as_of=now, policy=Policy()))


# --- answers beside the truth ---


def latest_posts(reads: Iterable[Read]) -> list[Answer]:
    """The latest post of each website that was given one."""
    return [
        Answer(fold=r.site.host, confidence=r.verdict.latest.confidence, right=r.verdict.latest.on in r.site.latest)
        for r in reads
        if r.verdict.latest
    ]


def dated_items(reads: Iterable[Read]) -> list[Answer]:
    """Every dated item that the pages of the websites gave."""
    return [
        Answer(fold=r.site.host, confidence=item.confidence, right=is_right(item, r.site))
        for r in reads
        for page in r.visit.pages
        for item in page.dates
    ]


def is_right(item: DatedItem, site: Website) -> bool:
    """Whether an item is dated as the website means it: as something published, as a stamp, or as neither."""
    if item.kind in _PUBLISHED:
        days = site.published | site.coming
        if item.precision is Precision.MONTH:
            return any((d.year, d.month) == (item.on.year, item.on.month) for d in days)
        return item.on in days or item.until in days
    if item.kind is DateKind.UPDATED:
        return item.on in site.stamps
    return item.on not in site.published


def real_sites(sites: Path) -> list[Answer]:
    """The latest posts of the labelled real websites, crawled as `make eval` does."""
    from benchmarks.evaluate import measured  # starts a crawl, which the other answers do not need

    return [
        Answer(fold=r.site.host, confidence=r.verdict.latest.confidence, right=r.date_right)
        for r in measured(sites)[0]
        if r.verdict.latest and r.site.scored
    ]


def real_pages(sites: Path) -> list[Answer]:
    """The days of publication of the single pages, each page's host a fold."""
    found = []
    for page in read_pages(sites):
        item = published(parse(page.body, page.url), today=page.captured)
        if item is not None:
            found.append(Answer(fold=page.host, confidence=item.confidence, right=item.on.isoformat() in page.days))
    return found


# --- figures ---


def figures(answers: Sequence[Answer]) -> dict[str, object]:
    """The reliability of some answers: in bins, the sure ones, and calibrated over folds."""
    sure = [a for a in answers if a.confidence >= SURE]
    calibrated = left_out(answers)
    sure_after = [a for a in calibrated if a.confidence >= SURE]
    return {
        "n": len(answers),
        "folds": len({a.fold for a in answers}),
        "right": share(answers),
        "sure_n": len(sure),
        "sure_share": round(len(sure) / len(answers), 4) if answers else 0.0,
        "sure_right": share(sure),
        "sure_low": wilson(sum(a.right for a in sure), len(sure))[0],
        "ece": error(answers, _BINS),
        "ece_calibrated": error(calibrated, _BINS),
        "sure_right_calibrated": share(sure_after),
        "sure_share_calibrated": round(len(sure_after) / len(answers), 4) if answers else 0.0,
        "bins": [_bin(answers, low, high) for low, high in pairwise(_BINS)],
    }


def _bin(answers: Sequence[Answer], low: float, high: float) -> dict[str, float]:
    """One row of the reliability table."""
    inside = [a for a in answers if low <= a.confidence < high]
    n, right = len(inside), sum(a.right for a in inside)
    bottom, top = wilson(right, n)
    mean = round(sum(a.confidence for a in inside) / n, 4) if n else 0.0
    return {"from": low, "n": n, "mean": mean, "right": share(inside), "low": bottom, "high": top}


def measure(seeds: Iterable[int], sites: Path | None) -> dict[str, dict[str, object]]:
    """The figures of every kind of answer."""
    reads = [visited(website(seed)) for seed in seeds]
    kinds: dict[str, list[Answer]] = {"latest": latest_posts(reads), "items": dated_items(reads)}
    if sites is not None:
        kinds |= {"real_latest": real_sites(sites), "real_pages": real_pages(sites)}
    return {name: figures(answers) for name, answers in kinds.items()}


_NAMES = {
    "latest": "Latest posts of made-up websites", "items": "Dated items of their pages",
    "real_latest": "Latest posts of the labelled websites", "real_pages": "Single pages",
}  # fmt: skip


def _print(told: dict[str, dict[str, object]]) -> None:
    console = Console(width=None if sys.stdout.isatty() else 120)
    for name, found in told.items():
        table = Table(title=f"{_NAMES[name]}: {found['n']} answers, {found['folds']} sites", title_justify="left")
        for heading in ("confidence", "n", "mean", "right", "95 % interval"):
            table.add_column(heading, justify="right")
        bins = found["bins"]
        assert isinstance(bins, list)
        for row in bins:
            if row["n"]:
                interval = f"{row['low']:.3f} to {row['high']:.3f}"
                table.add_row(
                    f"from {row['from']:.2f}", str(row["n"]), f"{row['mean']:.3f}", f"{row['right']:.3f}", interval
                )
        console.print(table)
        console.print(
            f"sure (from {SURE}): {found['sure_share']:.3f} of them, {found['sure_right']:.3f} right (at least "
            f"{found['sure_low']:.3f}); calibration error {found['ece']:.3f}, calibrated over sites {found['ece_calibrated']:.3f}"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command behind `make bench-confidence`."""
    parser = argparse.ArgumentParser(prog="bench-confidence", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("sites", type=Path, nargs="?", help="folder of labelled sites")
    parser.add_argument("--looked-at", action="store_true", help="measure the websites the rules were made with")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    options = parser.parse_args(arguments)
    try:
        told = measure(LOOKED_AT if options.looked_at else HELD_OUT, options.sites)
    except MissingFolder as missing:
        print(f"bench-confidence: {missing}", file=sys.stderr)
        return 1
    _print(told)
    if options.json:
        options.json.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
