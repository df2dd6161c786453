"""`clusterwatch report`: the mapping as a report, for any day."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cli import show
from cli.comparing import refuse_days
from cli.context import DEFAULT_DATABASE, ConfigOption, Context, DbOption, NowOption
from crawler.errors import UsageError, WorkFailed
from db.desk import Desk
from db.export import write_file
from pipelines.comparing_days import compared_with
from pipelines.reporting import report_of
from pipelines.tabulating import Report
from review.reporting.forms import Form, written
from review.reporting.spoken import Spoken
from review.reporting.two_days import Since
from review.texts import Texts, texts

_ENDINGS = {"md": Form.MARKDOWN, "markdown": Form.MARKDOWN, "htm": Form.HTML} | {str(form): form for form in Form}


class Language(StrEnum):
    """A language of the report."""

    ENGLISH = "en"
    JAPANESE = "ja"


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("report")(report)


def report(
    form: Annotated[
        Form | None, typer.Option("--format", help="How to write it. Default: by the ending of the file, else md.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Where to write it.")] = None,
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATE", help="The day of the report, such as 2026-11-24. Default: today.")
    ] = "",
    earlier: Annotated[
        str, typer.Option("--compare", metavar="DATE", help="Tell what happened since that day, too.")
    ] = "",
    language: Annotated[Language, typer.Option("--language", help="The language of the report.")] = Language.ENGLISH,
    now: NowOption = "",
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """The tables of the 2016 mapping over the registry, each number with its clusters, each cluster with its evidence."""
    context = Context.of(db, config, now)
    chosen = form or _by_ending(output)
    if output is None and chosen is Form.XLSX and sys.stdout.isatty():
        raise UsageError("a workbook is no text: name a file with --output, or send it to another program")
    today = context.now.date()
    day = _day(as_of) or today
    earlier_day = _day(earlier, "--compare")
    with context.store() as desk, _progress() as told:
        if earlier_day is not None:
            refuse_days((earlier_day, day), today, desk)
        found = report_of(desk, day, context.config.policy, today=today, told=told)
        since = _since(found, earlier_day, desk, today, texts(language), told) if earlier_day else None
    spoken = Spoken(found, texts(language), address=context.config.notify.pages)
    content = written(spoken, chosen, generated_at=context.now, since=since)
    if output is None:
        sys.stdout.buffer.write(content)
        return 0
    try:
        write_file(output, content)
    except OSError as error:
        raise WorkFailed(f"{output}: cannot be written: {error.strerror}") from None
    print(f"{show.counted(len(found.clusters), 'cluster')} as of {day} written to {output}")
    return 0


def _since(
    found: Report, earlier: date, desk: Desk, today: date, told_in: Texts, told: Callable[[int, int], None]
) -> Since:
    """What happened from an earlier day to that of the report."""
    days = (earlier, found.day)
    return Since(compared_with(found.clusters, desk, days, found.policy, today=today, told=told), told_in)


def _by_ending(output: Path | None) -> Form:
    """The form that the ending of a file asks for. Raises UsageError for an ending of none."""
    if output is None:
        return Form.MARKDOWN
    ending = output.suffix.lower().removeprefix(".")
    if ending not in _ENDINGS:
        raise UsageError(f"{output}: the ending must say what to write (.md, .html, .xlsx or .json), or --format must")
    return _ENDINGS[ending]


def _day(text: str, option: str = "--as-of") -> date | None:
    """The day that a person typed, None for none. Raises UsageError."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option}: {text!r} is no day; write it like 2026-11-24") from None


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """What to tell how many clusters are done: a bar on a terminal, nothing elsewhere."""
    console = show.console(error=True)
    if not console.is_terminal:
        yield lambda _done, _all: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("judging", total=None)
        yield lambda done, of: progress.update(bar, completed=done, total=of)
