"""What a registry of so many websites takes, on paper, from what one visit was measured to cost. `make sizing [BENCH=FILE]`.

The measured figures are those of `make bench PARTS=workers JSON=FILE`; without a file, those of docs/scaling.md. What
is assumed stands in `Assumed`, with where it comes from. docs/scaling.md has the table that this prints.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from rich.console import Console
from rich.table import Table

ORDERS = (52, 1_000, 10_000, 100_000, 1_000_000, 10_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one full visit of twelve large pages costs on one core of the machine that measured."""

    crawl_ms: float  # CPU in a crawl process
    store_ms: float  # CPU in the one process that judges and stores


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """What no measurement here can say."""

    night_h: float = 4.0  # from 02:00 to 06:00, `schedule.crawl_until`
    visit_s: float = 18.0  # wall clock: 12 pages, `politeness.delay_s` of 1 s and half a second for each answer
    busy: float = 0.7  # of a core that may be planned with
    wire_kb: float = 450.0  # of a full visit: 12 pages of 139 kB, packed to about a quarter
    stored_kb: float = (
        15.0  # a visit of 12 requests in the database; one of four was measured to take 5 (operations.md)
    )
    kept_kb: float = 60.0  # a night in the archive: two pages of twelve that changed, packed
    core_h_eur: float = 0.02  # a rented core for an hour
    gb_month_eur: float = 0.05  # a gigabyte of disk for a month


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What one night over a registry takes, and what stays of a year."""

    sites: int
    at_once: int  # visits, so that the pauses between requests fit into the night
    cores: int  # for crawl processes
    writer_h: float  # hours of the one process that stores
    mbit_s: float  # of the line, on average
    database_gb: float  # a year
    archive_gb: float  # a year
    eur_month: float  # cores by the hour, and the disks of a year


def sized(sites: int, measured: Measured, assumed: Assumed) -> Size:
    """What so many websites take, each visited in full every night. Pure."""
    night_s = assumed.night_h * 3600
    core_s = sites * measured.crawl_ms / 1000
    database_gb, archive_gb = (sites * kb * 365 / 1e6 for kb in (assumed.stored_kb, assumed.kept_kb))
    core_h = (core_s / assumed.busy + sites * measured.store_ms / 1000) / 3600
    return Size(
        sites=sites,
        at_once=ceil(sites * assumed.visit_s / night_s),
        cores=ceil(core_s / (night_s * assumed.busy)),
        writer_h=sites * measured.store_ms / 1000 / 3600,
        mbit_s=sites * assumed.wire_kb * 8 / 1000 / night_s,
        database_gb=database_gb,
        archive_gb=archive_gb,
        eur_month=30 * core_h * assumed.core_h_eur + (database_gb + archive_gb) * assumed.gb_month_eur,
    )


def rows(measured: Measured, assumed: Assumed) -> list[tuple[str, ...]]:
    """The table: a row an order of magnitude, its figures as people read them."""
    found = []
    for size in (sized(n, measured, assumed) for n in ORDERS):
        figures = (size.writer_h, size.mbit_s, size.database_gb, size.archive_gb, size.eur_month)
        found.append((f"{size.sites:,}", f"{size.at_once:,}", f"{size.cores:,}", *map(_two_digits, figures)))
    return found


def _two_digits(figure: float) -> str:
    """A figure to two digits, which is more than the assumptions are worth."""
    rounded = float(f"{figure:.2g}")
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:g}"


MEASURED = Measured(crawl_ms=447.0, store_ms=13.0)
HEAD = (
    "sites",
    "visits at once",
    "cores",
    "writer, h",
    "Mbit/s",
    "database, GB a year",
    "archive, GB a year",
    "EUR a month",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="sizing", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("bench", nargs="?", type=Path, help="figures of make bench PARTS=workers JSON=FILE")
    options = parser.parse_args(arguments)
    measured = MEASURED
    if options.bench:
        told = json.loads(options.bench.read_text(encoding="utf-8"))
        names = ("workers_1_crawl_cpu_ms_per_visit", "workers_1_store_cpu_ms_per_visit")
        if missing := [name for name in names if name not in told]:
            print(f"sizing: {options.bench} has no {', '.join(missing)}", file=sys.stderr)
            return 2
        measured = Measured(crawl_ms=told[names[0]], store_ms=told[names[1]])
    table = Table(
        *HEAD, title=f"{measured.crawl_ms:g} ms of crawl and {measured.store_ms:g} ms of store a visit", box=None
    )
    for row in rows(measured, Assumed()):
        table.add_row(*row)
    Console(width=None if sys.stdout.isatty() else 140).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
