"""`clusterwatch import`: a registry file into the database, with a report a non-programmer can act on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import show
from cli.context import DEFAULT_DATABASE, ConfigOption, Context, DbOption
from crawler.errors import RefusedInput
from db.registry import ImportResult, RegistryReport, import_registry, read_registry

_SHOWN = 50  # lines of a report on a terminal; the counts are always whole


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("import")(import_)


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The registry: CSV or XLSX.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only report; change nothing.")] = False,
    partial: Annotated[bool, typer.Option("--partial", help="Import the good rows, others refused or not.")] = False,
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """Import a registry: rows accepted, warned, refused, each with the reason."""
    context = Context.of(db, config)
    report = read_registry(file)
    _print_report(report)
    if report.refused and not partial and not dry_run:
        raise RefusedInput(
            f"{file}: {_rows(len(report.refused))} refused (listed above), so nothing was changed. "
            "Mend the file, or import the good rows with --partial."
        )
    with context.store(create=True) as store:
        result = import_registry(store, report, partial=partial, dry_run=dry_run)
    _print_result(result, dry_run=dry_run)
    return 0


def _print_report(report: RegistryReport) -> None:
    console = show.console(error=True)
    for issue in (*report.refused_issues, *report.warnings)[:_SHOWN]:
        console.print(show.safe(issue.sentence()), soft_wrap=True)
    hidden = len(report.refused_issues) + len(report.warnings) - _SHOWN
    if hidden > 0:
        console.print(f"… and {hidden} more")


def _print_result(result: ImportResult, *, dry_run: bool) -> None:
    verb = "would be" if dry_run else "were"
    print(
        f"{result.accepted} rows accepted ({result.warned} with warnings), {result.refused} refused; "
        f"{result.added} clusters {verb} added, {result.changed} changed, {result.unchanged} are as they were."
    )


def _rows(count: int) -> str:
    return "1 row was" if count == 1 else f"{count} rows were"
