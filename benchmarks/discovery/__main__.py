"""`make bench-discover [SITES=DIR] [JSON=FILE]`: how many of the organisations that a search proposes are clusters."""

from __future__ import annotations

import argparse
import json
import sys
from importlib.resources import files
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.discovery.measuring import BEST, Measured, names, real, sample
from db.registry import read_registry


def main() -> int:
    """Command line of the measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=Path, help="folder of labelled sites")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    console = Console(highlight=False, markup=False, width=max(120, Console().width))
    sets = {"sample": sample()[1], "sample_links": sample(home_pages=0)[1]}
    if options.sites is None:
        console.print("left out, for want of SITES=DIR: the links of real websites")
    else:
        sets["real"] = real(options.sites)
    _print(console, list(sets.values()))
    report = read_registry(Path(str(files("samples"))) / "japan.csv")
    count, missed = names(report.accepted)
    console.print(
        f"\nNames of the default registry that would be proposed, linked once: {count - len(missed)} of {count}."
    )
    console.print("Missed: " + " · ".join(missed), soft_wrap=True)
    found = {
        f"discover.{key}.{name}": value
        for key, m in sets.items()
        for name, value in (("precision", m.precision), ("recall", m.recall), ("proposed", len(m.proposed)))
    }
    found["discover.names"] = 1 - len(missed) / count
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


def _print(console: Console, sets: list[Measured]) -> None:
    """The figures, then every false proposal and every cluster that is none."""
    table = Table(box=None, pad_edge=False)
    for heading in ("Set", "Clusters", "Proposed", "Right", "Precision", "Recall", f"Right of the best {BEST}"):
        table.add_column(heading)
    for m in sets:
        numbers = (len(m.clusters), len(m.proposed), m.right(m.proposed))
        best = f"{m.right(m.best)} of {len(m.best)}"
        table.add_row(m.name, *map(str, numbers), f"{m.precision:.2f}", f"{m.recall:.2f}", best)
    console.print(table)
    for m in sets:
        console.print(f"\n{m.name}")
        for p in m.proposed:
            if p.lead.domain not in m.clusters:
                console.print(f"  false: {p.score:>3} {p.lead.domain} {p.name}", soft_wrap=True)
        found = {p.lead.domain for p in m.proposed}
        score_of = {p.lead.domain: p.score for p in m.ranked}
        for domain in sorted(m.clusters - found):
            console.print(f"  missed: {domain}, {score_of.get(domain, 'not')} points", soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
