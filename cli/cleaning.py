"""`clusterwatch clean-up`: what is old and rests on nothing goes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.context import DEFAULT_DATABASE, ConfigOption, Context, DbOption, Format, FormatOption, NowOption
from cli.show import safe_lines
from cli.users import print_rows
from crawler.errors import WorkFailed
from schedules.cleaning_up import clean_up

_HEADINGS = ("what", "fate", "why", "count", "n_bytes")


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("clean-up")(clean_up_)


def clean_up_(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would go, and why.")] = False,
    form: FormatOption = Format.TABLE,
    now: NowOption = "",
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """Remove saved pages, pictures and records that are old and that nothing rests on; keep what flags rest on."""
    context = Context.of(db, config, now)
    with context.store() as desk:
        report = clean_up(
            desk, context.config.storage, context.config.limits, now=context.now, dry_run=dry_run
        )  # fmt: skip
    if report.skipped:
        raise WorkFailed(f"nothing was removed: {report.skipped}. Try again when it has ended.")
    rows = [
        {
            "what": line.what,
            "fate": "stays" if line.stays else "goes",
            "why": line.why,
            "count": line.count,
            "n_bytes": line.n_bytes,
        }
        for line in report.lines
    ]
    print_rows(_HEADINGS, rows, form, "clean_up")
    if report.stopped or report.faults:
        raise WorkFailed(safe_lines(report.words))
    if form is Format.TABLE:
        print(
            "Nothing was removed: this was a dry run." if dry_run else f"{report.words[:1].upper()}{report.words[1:]}."
        )
    return 0
