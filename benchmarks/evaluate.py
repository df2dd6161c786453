"""Accuracy on labelled real websites: visits each twice, a day apart, as of its capture date. `make eval SITES=DIR`."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.labelled import Labelled, MissingFolder, read_truth, served
from crawler.config import Config, Network, Politeness
from crawler.model import Activity, Cluster, English, Flag, RunKind, Verdict
from db.store import Store
from schedules.crawling import run_crawl

_SUCCESSION = {"moved", "succession"}
_LOG_LINES = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One site's verdict beside the truth."""

    site: Labelled
    verdict: Verdict

    @property
    def read(self) -> str:
        """The latest post as read, "" for none."""
        return self.verdict.latest.on.isoformat() if self.verdict.latest else ""

    @property
    def date_right(self) -> bool:
        """Whether the date is one of the acceptable ones, or rightly none."""
        return self.read in self.site.latest if self.site.latest else not self.read

    @property
    def activity_right(self) -> bool:
        """Whether the activity is acceptable; a named successor answers a truth of "moved"."""
        word = str(self.verdict.activity)
        names = {"unknown" if word == "undetermined" else word}
        if _SUCCESSION & {r.code for r in self.verdict.reasons}:
            names.add("moved")
        return bool(names & self.site.activity)

    @property
    def english_right(self) -> bool:
        """Whether the English tier is right."""
        return str(self.verdict.english) in self.site.english


def evaluate(sites: Sequence[Labelled], proxy: str, database: Path) -> tuple[list[Result], str]:
    """Visit all sites through the proxy; sites of one capture day share a run. Gives results and the crawls' log."""
    config = Config(
        network=Network(contact="an accuracy measurement on loopback"),
        politeness=Politeness(delay_s=0.0, concurrent_sites=4),
    )
    proxies = {"http_proxy": proxy, "https_proxy": proxy, "no_proxy": ""}
    by_day: dict[object, list[Labelled]] = defaultdict(list)
    for site in sites:
        by_day[site.captured].append(site)
    results: list[Result] = []
    log = ""
    with Store.open(database, create=True) as store:
        store.upsert_clusters([cluster_of(s) for s in sites])
        for group in by_day.values():
            for days in (1, 0):
                now = group[0].captured - timedelta(days=days)
                crawl = run_crawl(
                    store, kind=RunKind.NIGHTLY, now=now, config=replace(config), cluster_ids=[s.host for s in group],
                    environment=proxies,
                )  # fmt: skip
                log += crawl.log
        verdicts = store.latest_verdicts()
    # A site that was never judged is a miss like any other: it must not make the others look better.
    for site in sites:
        unknown = Verdict(
            cluster_id=site.host, decided_at=site.captured, policy="", activity=Activity.UNDETERMINED,
            english=English.UNDETERMINED, flag=Flag.UNDETERMINED,
        )  # fmt: skip
        results.append(Result(site=site, verdict=verdicts.get(site.host, unknown)))
    return results, log


def measured(folder: Path, *, only: str = "", keep: Path | None = None) -> tuple[list[Result], str]:
    """The labelled websites of a folder, served and visited. Gives results and the crawls' log."""
    sites = [s for s in read_truth(folder) if only in s.host]
    with served(folder) as proxy, tempfile.TemporaryDirectory() as scratch:
        return evaluate(sites, proxy, keep or Path(scratch) / "eval.db")


def cluster_of(site: Labelled) -> Cluster:
    """The registry row of a labelled website."""
    country = {"ja": "JP", "de": "DE", "it": "IT", "pl": "PL", "fr": "FR"}.get(site.home_language, "")
    return Cluster(
        cluster_id=site.host,
        name_en=site.host,
        website=site.start_url,
        home_language=site.home_language,
        country=country or "JP",
    )


def figures(results: Sequence[Result]) -> dict[str, object]:
    """The figures over the scored sites, and every miss with what was read instead."""
    scored = [r for r in results if r.site.scored]
    n = len(scored) or 1
    return {
        "n": len(scored),
        "date": round(sum(r.date_right for r in scored) / n, 4),
        "activity": round(sum(r.activity_right for r in scored) / n, 4),
        "english": round(sum(r.english_right for r in scored) / n, 4),
        "misses": [miss for r in scored for miss in _misses(r)],
    }


def _misses(result: Result) -> list[dict[str, object]]:
    latest = result.verdict.latest
    where = {"url": latest.url, "raw": latest.raw, "source": str(latest.source)} if latest else {}
    told = (
        ("date", result.date_right, sorted(result.site.latest) or ["none"], result.read or "none"),
        ("activity", result.activity_right, sorted(result.site.activity), str(result.verdict.activity)),
        ("english", result.english_right, sorted(result.site.english), str(result.verdict.english)),
    )
    return [
        {"site": result.site.host, "what": what, "truth": truth, "read": read, **(where if what == "date" else {})}
        for what, right, truth, read in told
        if not right
    ]


def print_results(results: Sequence[Result], totals: dict[str, object]) -> None:
    """The table, the misses and the figures."""
    console = Console(highlight=False, markup=False, width=max(140, Console().width))
    table = Table(box=None, header_style="bold")
    for heading in ("Site", "Truth", "Read", "", "Activity", "", "English", ""):
        table.add_column(heading)
    for r in results:
        truth = " / ".join(sorted(r.site.latest)) or "none"
        mark = {True: "✓", False: "✗"}
        table.add_row(
            r.site.host[:44], truth, r.read or "none", mark[r.date_right], str(r.verdict.activity),
            mark[r.activity_right], str(r.verdict.english), mark[r.english_right],
        )  # fmt: skip
    console.print(table)
    misses = totals["misses"]
    assert isinstance(misses, list)
    for miss in misses:
        read_from = f" from “{miss['raw']}” on {miss['url']} ({miss['source']})" if "raw" in miss else ""
        console.print(
            f"miss: {miss['site']}: {miss['what']} is {' or '.join(miss['truth'])}, read {miss['read']}{read_from}",
            soft_wrap=True,
        )
    console.print(
        f"n {totals['n']}   date {totals['date']}   activity {totals['activity']}   english {totals['english']}"
    )


def main() -> int:
    """Command line of the measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sites", type=Path, help="folder of labelled sites")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--only", default="", help="only sites whose host contains this")
    parser.add_argument(
        "--keep", type=Path, metavar="FILE", help="keep the visits in this database, to look at with show"
    )
    parser.add_argument("--log", action="store_true", help="print the end of the crawls' log")
    options = parser.parse_args()
    try:
        results, log = measured(options.sites, only=options.only, keep=options.keep)
    except MissingFolder as missing:
        print(f"eval: {missing}", file=sys.stderr)
        return 1
    totals = figures(results)
    print_results(results, totals)
    if options.log:
        print("\n".join(log.splitlines()[-_LOG_LINES:]))
    if options.json:
        options.json.write_text(json.dumps(totals, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
