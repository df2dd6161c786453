"""Speed as ratios, each part beside something that everybody knows. `make bench [PAGES=DIR] [SITES=DIR] [JSON=FILE]`.

A ratio is measured in one run on one machine, so it says the same on a slow one. With `--short`, which CI runs, each
ratio is held against the one in `recorded.toml`: one that is worse by more than a fifth fails.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.speed import crawling, dask_machines, growth, judging, mapping, quiet, reading, workers
from benchmarks.speed.scale import Part, Scale

RECORDED = Path(__file__).parent / "recorded.toml"
KEPT = 0.8  # of a recorded ratio

PARTS: Mapping[str, Part] = {
    "reading": reading.measure,
    "crawling": crawling.measure,
    "quiet": quiet.measure,
    "growth": growth.measure,
    "workers": workers.measure,
    "judging": judging.measure,
    "mapping": mapping.measure,
    "dask_machines": dask_machines.measure,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A ratio as it was measured, and what is asked of it."""

    asked: float  # what is to be reached, at least or at most
    at_most: bool  # whether less is better
    full: float  # as a whole run measured it
    short: float | None  # as a short run does; None: a short run does not measure it

    def holds(self, figure: float) -> bool:
        """Whether a short run's figure is no worse than the recorded one by more than a fifth."""
        if self.short is None:
            return True
        return figure <= self.short / KEPT if self.at_most else figure >= self.short * KEPT


def read_recorded(path: Path) -> dict[str, Recorded]:
    """The recorded ratios of a file by key. Raises ValueError, naming the key, when one is no ratio."""
    found: dict[str, Recorded] = {}
    for key, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
        if ("at_most" in table) == ("at_least" in table):
            raise ValueError(f"{path.name}: {key} must say either at_least or at_most")
        at_most = "at_most" in table
        asked, full, short = table["at_most" if at_most else "at_least"], table["full"], table.get("short")
        for figure in (asked, full, *([] if short is None else [short])):
            if not float(figure) > 0:
                raise ValueError(f"{path.name}: {key} has {figure}, which is no ratio")
        found[key] = Recorded(asked=asked, at_most=at_most, full=full, short=short)
    return found


def _print(console: Console, figures: Mapping[str, float], recorded: Mapping[str, Recorded], short: bool) -> None:
    """The ratios beside what is asked and what was recorded, then the figures behind them."""
    table = Table("ratio", "figure", "asked", "recorded", box=None)
    for key, figure in figures.items():
        known = recorded.get(key)
        if known is not None:
            asked = f"{'≤' if known.at_most else '≥'} {known.asked:g}"
            before = known.short if short else known.full
            table.add_row(key, f"{figure:g}", asked, "" if before is None else f"{before:g}")
    console.print(table)
    behind = Table("behind them", "", box=None)
    for key, figure in figures.items():
        if key not in recorded:
            behind.add_row(key, f"{figure:g}")
    console.print(behind)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command behind `make bench`."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)} (default: all)")
    parser.add_argument("--short", action="store_true", help="some seconds a part, held against the recorded ratios")
    parser.add_argument("--pages", type=Path, help="folder of real pages (HTML files)")
    parser.add_argument("--sites", type=Path, help="folder of labelled websites")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    options = parser.parse_args(arguments)
    unknown = [p for p in options.parts if p not in PARTS]
    missing = [d for d in (options.pages, options.sites) if d is not None and not d.is_dir()]
    if unknown or missing:
        said = [f"no part is called {p}: {', '.join(PARTS)}" for p in unknown]
        print("bench: " + "; ".join([*said, *(f"{d}: no such folder" for d in missing)]), file=sys.stderr)
        return 2
    console = Console(width=None if sys.stdout.isatty() else 120, stderr=False)
    recorded = read_recorded(RECORDED)
    scale = Scale(short=options.short, pages=options.pages, sites=options.sites)
    figures: dict[str, float] = {}
    for name in options.parts or PARTS:
        figures |= PARTS[name](scale, lambda words: print(f"bench: {words}", file=sys.stderr))
    _print(console, figures, recorded, options.short)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    worse = [k for k, r in recorded.items() if options.short and k in figures and not r.holds(figures[k])]
    if worse:
        told = "; ".join(f"{k} is {figures[k]:g}, recorded was {recorded[k].short:g}" for k in worse)
        print(f"bench: worse by more than a fifth: {told}", file=sys.stderr)
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
