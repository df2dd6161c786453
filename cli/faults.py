"""`clusterwatch demo --faults`: every way a visit can end, brought about on loopback and recognised by the real spider."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from cli import show
from crawler.errors import UsageError, WorkFailed
from crawler.policy import Policy

_HEADINGS = ("Class", "Kind", "Recognised as", "For the verdict")
_QUOTED = 100  # characters of the words of a page

if TYPE_CHECKING:
    from samples.faults.recognised import Recognised


def show_faults(name: str, now: datetime) -> None:
    """Visit one variant of every class, or all of one class, and print what was recognised.

    Raises WorkFailed naming those that were not, UsageError for a class that there is not.
    """
    from samples.faults.catalogue import SCENES, all_variants, visited  # only the demo needs the samples
    from samples.faults.classes import read_classes
    from samples.faults.outages import OF, outages
    from samples.faults.recognised import recognised

    classes = read_classes()
    if name and name not in classes:
        raise UsageError(f"there is no class {name!r}. Known: {', '.join(classes)}")
    failing = [o for o in outages() if name == OF or (not name and o.number == 1)]
    looks = {o.looks_like for o in failing} if name == OF else set()
    variants = [v for v in all_variants() if v.of == name or (v.number == 1 and (not name or v.of in looks))]
    with _progress(len(variants) + len(SCENES)) as done:
        visits, _ = visited(variants, now, done)
    found = [r for r in recognised(visits, failing, classes, Policy()) if not name or r.of.name == name]
    console = show.console()
    _print(console, found)
    _say(found, len(variants) + len(failing) - (len(looks) if name == OF else 0), one_each=not name)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """What to tell how many visits have ended: a bar on a terminal, a line before and after elsewhere."""
    console = show.console(error=True)
    if not console.is_terminal:
        print(f"Visiting {total} websites that fail on purpose …", flush=True)
        yield lambda _: None
        return
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console, transient=True
    ) as progress:
        bar = progress.add_task("visiting", total=total)
        yield lambda ended: progress.update(bar, completed=ended)


def _print(console: Console, found: Sequence[Recognised]) -> None:
    """Two lines a variant: what it was taken for, and by which words."""
    from samples.faults.classes import MEANINGS  # only the demo needs the samples

    told = [(r.of.name, r.of.kind, r.sign.replace("_", " "), MEANINGS[r.of.means]) for r in found]
    rows = [_HEADINGS, *told]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    console.print(f"  {lines[0]}", style="bold", soft_wrap=True)
    for r, line in zip(found, lines[1:], strict=True):
        console.print(f"{'✓' if r.is_right else '✗'} {line}", soft_wrap=True)
        quote = f" – “{show.safe(r.words)[:_QUOTED].strip()}”" if r.words else ""
        console.print(Text(f"    {show.safe(r.says)}{quote}", style="dim"), no_wrap=True, overflow="ellipsis")


def _say(found: Sequence[Recognised], expected: int, *, one_each: bool) -> None:
    """The end in one line. Raises WorkFailed when a variant was not recognised or not visited."""
    wrong = [f"{r.of.name} {r.number} ({r.says}): {r.sign}" for r in found if not r.is_right]
    if wrong:
        raise WorkFailed("not recognised: " + "; ".join(wrong))
    if len(found) < expected:
        raise WorkFailed(f"only {len(found)} of {expected} variants were visited")
    print(f"\nAll {show.counted(len(found), 'variant')} recognised.")
    if one_each:
        print("All variants of a class: clusterwatch demo --faults --class NAME")
