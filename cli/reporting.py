"""`clusterwatch report`: the mapping as a report, for any day."""

from __future__ import annotations

import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli import show
from cli.comparing import progress, refuse_days
from cli.context import DEFAULT_DATABASE, ConfigOption, Context, DbOption, NowOption
from crawler.errors import UsageError, WorkFailed
from crawler.policy import Policy
from db.desk import Desk
from db.export import write_file
from pipelines.comparing_days import compared_with
from pipelines.reporting import refuse, report_of
from pipelines.tabulating import Report
from pipelines.two_days import Comparison
from review.reporting.forms import Form, written
from review.reporting.spoken import Spoken
from review.texts import texts

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
    compare: Annotated[
        str, typer.Option("--compare", metavar="DATE", help="An earlier day: what changed since then is told too.")
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
    day = _day(as_of, "--as-of") or today
    earlier = _day(compare, "--compare")
    with context.store() as desk:
        refuse(desk, day, today)
        found, since = _made(desk, day, earlier, today, context.config.policy)
    spoken = Spoken(found, texts(language), address=context.config.notify.pages, since=since)
    content = written(spoken, chosen, generated_at=context.now)
    if output is None:
        sys.stdout.buffer.write(content)
        return 0
    try:
        write_file(output, content)
    except OSError as error:
        raise WorkFailed(f"{output}: cannot be written: {error.strerror}") from None
    print(f"{show.counted(len(found.clusters), 'cluster')} as of {day} written to {output}")
    return 0


def _made(desk: Desk, day: date, earlier: date | None, today: date, policy: Policy) -> tuple[Report, Comparison | None]:
    """The report of a day, and what happened since an earlier one; days that cannot be compared make neither."""
    if earlier is not None:
        refuse_days(desk, (earlier, day), today)
    with progress("judged again") as told:
        found = report_of(desk, day, policy, today=today, told=told)
        if earlier is None:
            return found, None
        return found, compared_with(found.clusters, desk, (earlier, day), policy, today=today, told=told)


def _by_ending(output: Path | None) -> Form:
    """The form that the ending of a file asks for. Raises UsageError for an ending of none."""
    if output is None:
        return Form.MARKDOWN
    ending = output.suffix.lower().removeprefix(".")
    if ending not in _ENDINGS:
        raise UsageError(f"{output}: the ending must say what to write (.md, .html, .xlsx or .json), or --format must")
    return _ENDINGS[ending]


def _day(text: str, option: str) -> date | None:
    """The day that a person typed, None for none. Raises UsageError."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option}: {text!r} is no day; write it like 2026-11-24") from None
