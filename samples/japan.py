"""Makes `samples/japan.csv`, the default registry, from the table of researched clusters.

    python -m samples.japan clusters.csv samples/japan.csv

Facts stay as researched, sources and confidence beside them; blanks stay blank. Three things are changed: the columns
stand in the order of `Cluster`, the rows in the order of their ids, and a second address in `website` moves to
`other_hosts`.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path

from crawler.model import Cluster

COLUMNS = tuple(f.name for f in fields(Cluster) if f.name != "extra")
BESIDE = ("known_status", "partner_relations", "sources", "confidence")  # what research knew, kept and shown


def registry_row(researched: Mapping[str, str]) -> dict[str, str]:
    """One row of the registry from one of the research."""
    row = {name: researched[name].strip() for name in (*COLUMNS, *BESIDE)}
    website, *others = row["website"].split(" ; ")
    return {**row, "website": website, "other_hosts": " ".join([*row["other_hosts"].split(), *others])}


def write_registry(researched: Iterable[Mapping[str, str]], target: Path) -> int:
    """Write the registry; gives how many clusters it has."""
    rows = sorted(map(registry_row, researched), key=lambda row: row["cluster_id"])
    with target.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, fieldnames=(*COLUMNS, *BESIDE), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    return len(rows)


def main(arguments: list[str]) -> int:
    """Read the first file, write the second."""
    source, target = map(Path, arguments)
    with source.open(encoding="utf-8-sig", newline="") as stream:
        print(f"{write_registry(csv.DictReader(stream), target)} clusters written to {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
