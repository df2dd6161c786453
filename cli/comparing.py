"""`clusterwatch compare`: what happened to the clusters between two days, with the sums and a picture of the flows."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from cli import show
from cli.context import DEFAULT_DATABASE, ConfigOption, Context, DbOption, Format, FormatOption, NowOption
from crawler.errors import UsageError, WorkFailed
from db.desk import Desk
from db.export import json_text, write_file, write_table
from pipelines.comparing_days import NotTheseDays, compared, fault_of, first_day
from pipelines.two_days import Comparison, Happened
from pipelines.two_days_rows import COLUMNS, document, rows
from review.texts import LANGUAGES, texts
from review.two_days_words import Line, TwoDaysWords


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("compare")(compare)


def compare(  # one parameter an option
    earlier: Annotated[str, typer.Argument(metavar="DAY", help="The earlier day, such as 2026-01-31.")],
    later: Annotated[str, typer.Argument(metavar="[DAY]", help="The later day. Default: today.")] = "",
    form: FormatOption = Format.TABLE,
    svg: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE", help="Write the picture of the flows there too.")
    ] = None,
    language: Annotated[
        str, typer.Option("--language", metavar="en|ja", help="The language of the table and the picture.")
    ] = "en",
    now: NowOption = "",
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """What happened to the clusters between the ends of two days: new, ceased, moved, another flag and more."""
    if language not in LANGUAGES:
        raise UsageError(f"--language: {language!r} is none of {', '.join(LANGUAGES)}")
    context = Context.of(db, config, now)
    today = context.now.date()
    days = (_day(earlier), _day(later) if later else today)
    with context.store() as desk:
        refuse_days(desk, days, today)
        with progress("judged again") as told:
            found = compared(desk, days, context.config.policy, today=today, told=told)
    words = TwoDaysWords(texts(language))
    if form is Format.JSON:
        print(json_text(document(found, generated_at=context.now)), end="")
    elif form is Format.CSV:
        write_table(COLUMNS, rows(found), sys.stdout)
    else:
        print_comparison(show.console(), found, words)
    if svg is not None:
        _write_picture(svg, words.picture(found))
    return 0


def refuse_days(desk: Desk, days: tuple[date, date], today: date) -> None:
    """Raises UsageError for two days that cannot be compared."""
    first = first_day(desk)
    fault = fault_of(*days, today=today, first=first)
    if fault is not None:
        raise UsageError(_said(fault, days, today, first))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is no day; write it like 2026-01-31") from None


def _said(fault: NotTheseDays, days: tuple[date, date], today: date, first: date | None) -> str:
    """What is wrong with the days, and what to do."""
    earlier, later = days
    return {
        NotTheseDays.NO_VISITS: "nothing has been visited yet, so there is nothing to compare; visit with: "
        "clusterwatch crawl",
        NotTheseDays.SAME: f"both days are {earlier}; give two different days",
        NotTheseDays.ORDER: f"{earlier} lies after {later}; the earlier day comes first",
        NotTheseDays.FUTURE: f"{max(days)} is still to come; the last day that can be compared is today, {today}",
        NotTheseDays.TOO_EARLY: f"{earlier} lies before the first visit: there are visits from {first} on",
    }[fault]


@contextmanager
def progress(words: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, nothing elsewhere: a past day is judged again from its visits, which may take a while."""
    console = show.console(error=True)
    if not console.is_terminal:
        yield lambda _done, _all: None
        return
    columns = (TextColumn(words), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def _write_picture(file: Path, picture: str) -> None:
    try:
        write_file(file, picture.encode())
    except OSError as error:
        raise WorkFailed(f"{file}: cannot be written: {error.strerror}") from None
    print(f"the picture of the flows was written to {file}", file=sys.stderr)


# --- the table ---


def print_comparison(out: Console, found: Comparison, words: TwoDaysWords) -> None:
    """The sums, the numbers from flag to flag, and every cluster to which something happened."""
    out.print(Text(show.safe(words.headline(found)), style="bold"))
    for remark in words.remarks(found):
        out.print(Text(show.safe(remark), style="dim"))
    out.print()
    out.print(_sums(found, words))
    if found.pairs:
        out.print()
        out.print(_flags(found, words))
    for what in Happened:
        lines = words.lines(found, what)
        if lines:
            out.print(Text(f"\n{words.label(what)} ({len(lines)})", style="bold underline"))
        for line in lines:
            _print_line(out, line)
    if found.unvisited:
        out.print(Text(f"\n{words.unvisited_title} ({len(found.unvisited)})", style="bold underline"))
        for pair in found.unvisited:
            told = f"{pair.cluster.cluster_id}  {words.name(pair)}: {words.unvisited(pair)}"
            out.print(Padding(Text(show.safe(told)), (0, 0, 0, 2)))


def _sums(found: Comparison, words: TwoDaysWords) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    for label, count in words.sums(found):
        table.add_row(label, f"{count:,}")
    return table


def _flags(found: Comparison, words: TwoDaysWords) -> Table:
    """The numbers from flag to flag."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column(words.from_to)
    for stop in words.columns(found):
        table.add_column(words.stop(stop, is_left=False), justify="right")
    table.add_column(words.sum_word, justify="right")
    for stop, cells, total in words.table(found):
        numbers = [Text(f"{c.count:,}" if c.count else "·", style="dim" if c.before is c.after else "") for c in cells]
        table.add_row(words.stop(stop, is_left=True), *numbers, f"{total:,}")
    return table


def _print_line(out: Console, line: Line) -> None:
    head = Text("  ")
    head.append(show.safe(line.cluster_id), style="bold")
    head.append(f"  {show.safe(line.name)}")
    out.print(head)
    said = f"{line.by}: {line.sentence or '–'}" if line.by else line.sentence
    quoted = f"“{line.quote}”" if line.quote else ""
    for text, style in ((f"{line.before} → {line.after}", ""), (said, ""), (quoted, "italic")):
        if text:
            out.print(Padding(Text(show.safe(text), style=style), (0, 0, 0, 4)))
    if line.url:
        out.print(Text(f"    {show.safe(line.url)}", style="blue", no_wrap=True), soft_wrap=True)
    for text in (line.earlier_said, line.unvisited):
        if text:
            out.print(Padding(Text(show.safe(text), style="dim"), (0, 0, 0, 4)))
