"""`make bench-partners [FACTS=DIR] [JSON=FILE]`: how well partners abroad and the class of a cluster are told."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.partners.measuring import Told, figures, fold_scores, labelled, own, score, told

_FACTS = "eu_relations.csv"


def main() -> int:
    """Command line of the measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=Path, help=f"folder with {_FACTS}")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    console = Console(highlight=False, markup=False, width=max(120, Console().width))
    sets = {"partners.own": told(own())}
    if options.facts is None or not (options.facts / _FACTS).is_file():
        console.print("left out, for want of FACTS=DIR: real statements")
    else:
        sets["partners"] = told(labelled(options.facts / _FACTS))
    for prefix, results in sets.items():
        _print(console, prefix, results)
    found = {key: value for prefix, results in sets.items() for key, value in figures(results, prefix).items()}
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


def _print(console: Console, name: str, results: Sequence[Told]) -> None:
    """The figures of one set and of its parts, and every miss."""
    table = Table(box=None, title=f"\n{name}", title_justify="left", title_style="bold", pad_edge=False)
    for heading in ("Part", "With a class", "Told", "Right", "Precision", "Recall", "F", "Traps", "False alarms"):
        table.add_column(heading)
    parts = [("all", score(results)), *((str(i + 1), s) for i, s in enumerate(fold_scores(results)))]
    for part, s in parts:
        numbers = (s.expected, s.told, s.right)
        shares = (s.precision, s.recall, s.f)
        table.add_row(part, *map(str, numbers), *(f"{x:.3f}" for x in shares), str(s.traps), str(s.false_alarms))
    console.print(table)
    for result in results:
        if not result.is_right:
            of = result.statement
            console.print(f"{of.expected} told as {result.kind}: {of.text}", soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
