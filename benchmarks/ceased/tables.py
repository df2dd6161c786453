"""The tables of the measurement, as a person reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.ceased.classes import Replayed
from benchmarks.ceased.histories import Replay
from benchmarks.ceased.notices import Read, score
from benchmarks.ceased.trouble import Ridden
from benchmarks.ceased.year import Year
from samples.faults.classes import FaultClass
from samples.faults.recognised import Recognised


def _table(title: str, *headings: str) -> Table:
    table = Table(box=None, title=title, title_justify="left", title_style="bold", header_style="bold", pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def of_classes(
    console: Console, seen: Sequence[Recognised], replayed: Sequence[Replayed], known: Mapping[str, FaultClass]
) -> None:
    """A row a class: variants, recognised ones, questions within the nights, and those too early or never due."""
    table = _table(
        "Classes × variants × 60 nights", "Class", "Kind", "Variants", "Recognised", "Asked", "Nights", "Due after",
        "False", "Returns",
    )  # fmt: skip
    for name, of in known.items():
        mine = [r for r in seen if r.of.name == name]
        runs = [r for r in replayed if r.of.name == name]
        nights = sorted({r.nights for r in runs if r.nights is not None})
        table.add_row(
            name, of.kind, str(len(mine)), str(sum(r.is_right for r in mine)),
            f"{sum(r.first_asked is not None for r in runs)} of {len(runs)}" if runs else "–",
            ", ".join(map(str, nights)) or "–", "never" if of.asked_after is None else str(of.asked_after + 1),
            str(sum(r.is_false for r in runs)), str(sum(r.comes_back for r in runs)),
        )  # fmt: skip
    console.print(table)


def nights_to_question(replayed: Sequence[Replayed]) -> dict[str, int]:
    """By class, the most nights with the fault until the question, over the variants that raise one."""
    most: dict[str, int] = {}
    for run in replayed:
        if run.nights is not None:
            most[run.of.name] = max(run.nights, most.get(run.of.name, 0))
    return most


def of_recoveries(console: Console, recovered: Mapping[str, tuple[bool, bool]]) -> None:
    """Whether five nights of other pages end a question."""
    table = _table("\nWhat ends a question", "Class", "A stranger's pages", "The own pages, with the name")
    for name, (stranger, own) in recovered.items():
        table.add_row(name, "end it" if stranger else "do not", "end it" if own else "do not")
    console.print(table)


def of_trouble(
    console: Console, changes: Mapping[str, int], strange: Mapping[str, int], ridden: Sequence[Ridden]
) -> None:
    """Flapping and outages."""
    console.print(
        f"\nFlapping hosts, 30 % of 60 nights fail: {len(changes)} classes, at most {max(changes.values())} visible changes"
        f"\nThe same with a stranger's page on those nights: at most {max(strange.values())}"
        f"\nOutages of our own network: {len(ridden)} over {sum(r.nights for r in ridden)} nights,"
        f" {sum(r.void for r in ridden)} of them void, {sum(r.flags for r in ridden)} flags"
    )


def of_year(console: Console, result: Year) -> None:
    """Questions by what befell the sites."""
    table = _table(f"\nA year of {result.sites} sites", "What befell them", "Questions")
    for fate, raised in result.raised.items():
        table.add_row(fate, str(raised))
    console.print(table)
    console.print(
        f"{result.found} of {result.ceased} ends were asked about; {result.precision:.3f} of the questions were right"
    )


def of_notices(console: Console, sets: Mapping[str, Sequence[Read]]) -> None:
    """Sentences of an end and counter-sentences, and every miss."""
    table = _table("\nNotices", "Set", "Ends", "Found", "Recall", "Others", "Alarms", "Share")
    for name, results in sets.items():
        figures = score(results)
        table.add_row(
            name, str(figures.ends), str(figures.found), f"{figures.recall:.3f}", str(figures.others),
            str(figures.alarms), f"{figures.false_alarms:.3f}",
        )  # fmt: skip
    console.print(table)
    for result in {r.told.name: r for results in sets.values() for r in results}.values():
        if result.raised is not bool(result.told.raises):
            kind = "missed" if result.told.raises else "false alarm"
            console.print(f"{kind}: {result.told.name} ({result.told.group}): {result.told.text}", soft_wrap=True)


def of_histories(console: Console, result: Replay) -> None:
    """The rule of confirmation."""
    console.print(
        f"\nPublic histories: {result.histories}, {result.ever_lost} with a loss, {result.lost_for_good} lost at the end;"
        f" {result.confirmed} confirmed, {result.right} of them for good:"
        f" precision {result.precision:.3f}, recall {result.recall:.3f}"
    )
