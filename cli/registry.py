"""`clusterwatch import`: a registry file into the database, with a report a non-programmer can act on."""

from __future__ import annotations

import getpass
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from cli import show
from cli.context import DEFAULT_DATABASE, ConfigOption, Context, DbOption
from crawler.errors import RefusedInput
from db.importing import ImportResult, import_registry
from db.registry import Issue, RegistryReport, read_registry
from db.store import Store

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
            f"{file}: {show.counted(len(report.refused), 'row')} refused (listed above), so nothing was changed. "
            "Mend the file, or import the good rows with --partial."
        )
    with _store(context, dry_run=dry_run) as store:
        result = import_registry(
            store, report, partial=partial, dry_run=dry_run, by=getpass.getuser(), source=file.name
        )
    _print_issues(result.left_out)
    _print_result(result, dry_run=dry_run)
    return 0


@contextmanager
def _store(context: Context, *, dry_run: bool) -> Iterator[Store]:
    """The database, made when there is none; a dry run makes none and compares with an empty one."""
    if dry_run and not context.database.exists():
        with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "empty.db", create=True) as empty:
            yield empty
        return
    with context.store(create=True) as store:
        yield store


def _print_report(report: RegistryReport) -> None:
    _print_issues((*report.refused_issues, *report.warnings))


def _print_issues(issues: Sequence[Issue]) -> None:
    console = show.console(error=True)
    for issue in issues[:_SHOWN]:
        console.print(show.safe(issue.sentence()), soft_wrap=True)
    hidden = len(issues) - _SHOWN
    if hidden > 0:
        console.print(f"… and {hidden} more")


def _print_result(result: ImportResult, *, dry_run: bool) -> None:
    verb = "would be" if dry_run else "was" if result.added == 1 else "were"
    print(
        f"{show.counted(result.accepted, 'row')} accepted ({result.warned} with warnings), {result.refused} refused; "
        f"{show.counted(result.added, 'cluster')} {verb} added, {result.changed} changed, {result.unchanged} as before"
        + (f", {len(result.left_out)} left out." if result.left_out else ".")
    )
    if result.not_in_file:
        print(f"The registry has {show.counted(len(result.not_in_file), 'cluster')} more, which the file lacks: kept.")
