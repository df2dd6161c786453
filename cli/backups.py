"""`clusterwatch backup` and `restore`: copies of the database, and one of them put back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import show
from cli.context import DEFAULT_DATABASE, ConfigOption, Context, DbOption, NowOption
from crawler.errors import UsageError
from db.archive_files import folder_of
from db.backup import back_up, backups, restore


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("backup")(backup)
    app.command("restore")(restore_)


def backup(
    folder: Annotated[
        Path | None, typer.Argument(metavar="FOLDER", help="Where copies go. Default: storage.backups.")
    ] = None,
    keep: Annotated[
        int | None,
        typer.Option(
            "--keep",
            min=0,
            metavar="N",
            help="Drop all but the N newest copies; 0 drops none. Default: storage.backups_kept.",
        ),
    ] = None,
    now: NowOption = "",
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """Copy the database while others may use it, check the copy, and drop old ones."""
    context = Context.of(db, config, now)
    storage = context.config.storage
    there = folder or folder_of(context.database, storage.backups)
    if there is None:
        raise UsageError("say into which FOLDER: storage.backups names none")
    kept = storage.backups_kept if keep is None else keep
    made = back_up(context.database, there, now=context.now, keep=kept)
    print(
        f"{made.path}: {made.rows:,} rows, {made.n_bytes / 2**20:.1f} MiB, checked. "
        f"{show.counted(len(backups(context.database, there)), 'backup')} there now."
    )
    return 0


def restore_(
    copy: Annotated[Path, typer.Argument(metavar="FILE", help="A copy that `clusterwatch backup` made.")],
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the database that is there; it is kept beside itself.")
    ] = False,
    now: NowOption = "",
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """Put a copy in the place of the database."""
    context = Context.of(db, config, now)
    rows, kept = restore(copy, context.database, overwrite=overwrite, now=context.now)
    print(f"{context.database}: {show.counted(rows, 'row')} put back from {copy}.")
    if kept:
        print(f"What was there is kept: {kept}")
    return 0
