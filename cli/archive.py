"""`clusterwatch archive`: the pages that visits have kept, and whether their files are whole."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli import show
from cli.context import DEFAULT_DATABASE, ConfigOption, Context, DbOption, Format, FormatOption
from cli.users import print_rows
from crawler.errors import UsageError, WorkFailed
from db.archive_files import mend

_HEADINGS = ("number", "read_at", "kind", "role", "status", "content_type", "n_bytes", "digest", "url")
_SHOWN = ("number", "read_at", "kind", "role", "status", "n_bytes", "url")  # in a table, which has less room


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    archive = typer.Typer(help="The pages that visits have kept.", no_args_is_help=True)
    archive.command("list")(list_pages)
    archive.command("get")(get)
    archive.command("check")(check)
    app.add_typer(archive, name="archive")


def list_pages(
    cluster_id: Annotated[str, typer.Argument(metavar="ID", help="The cluster.")],
    form: FormatOption = Format.TABLE,
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """List the pages kept of a cluster, newest visit first."""
    with Context.of(db, config).store() as desk:
        if not desk.clusters([cluster_id], retired=True):
            raise UsageError(f"not in the registry: {cluster_id}. List the ids with: clusterwatch flags")
        found = desk.all_kept(cluster_id)
    rows: list[dict[str, str | None]] = [
        {
            "number": str(page.kept_id),
            "read_at": f"{page.at:%Y-%m-%d %H:%M}",
            "kind": str(page.kind),
            "role": str(page.role),
            "status": str(page.status) if page.status is not None else None,
            "content_type": page.content_type,
            "n_bytes": str(page.n_bytes),
            "digest": page.digest,
            "url": page.final_url,
        }
        for page in found
    ]
    print_rows(_SHOWN if form is Format.TABLE else _HEADINGS, rows, form, "pages")
    if form is Format.TABLE:
        print(show.counted(len(rows), "page") + (". Write one with: clusterwatch archive get NUMBER" if rows else ""))
    return 0


def get(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="The number of the page.")],
    output: Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Where to write it.")] = None,
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """Write the bytes of a page, just as the website sent them, to a file or a pipe."""
    if output is None and sys.stdout.isatty():
        raise UsageError(
            "what a website sent can give orders to a terminal: name a file with --output, or send it to another program"
        )
    with Context.of(db, config).store() as desk:
        page = desk.kept_page(number)
    if page is None:
        raise UsageError(f"there is no page {number}. List those of a cluster with: clusterwatch archive list ID")
    if output is None:
        sys.stdout.buffer.write(page.body)
        return 0
    try:
        output.write_bytes(page.body)
    except OSError as error:
        raise WorkFailed(f"{output}: cannot be written: {error.strerror}") from None
    print(f"{show.counted(page.n_bytes, 'byte')} of {show.safe(page.final_url)} written to {output}")
    return 0


def check(db: DbOption = Path(DEFAULT_DATABASE), config: ConfigOption = None) -> int:
    """Walk every file of the archive and look up every page and picture; exit code 1 if something is damaged."""
    context = Context.of(db, config)
    with context.store() as desk:
        folder = desk.archive(context.config.storage.archive)
        for path in mend(folder) if folder is not None else ():
            print(f"{path}: a killed crawl had left a torn record at the end, which was cut off")
        faults = 0
        for fault in desk.archive_faults():
            faults += 1
            print(show.safe_lines(fault))
        counts = desk.archive_counts()
    if faults:
        raise WorkFailed(f"the archive is damaged in {show.counted(faults, 'place')}; all else in it is whole")
    print(
        f"{show.counted(counts['pages'], 'page')} kept in {show.counted(counts['contents'], 'record')} "
        f"({_mib(counts['packed'])} MiB, unpacked {_mib(counts['n_bytes'])} MiB) and "
        f"{show.counted(counts['pictures'], 'picture')}: all is there and whole."
    )
    return 0


def _mib(n_bytes: int) -> str:
    return f"{n_bytes / 1_048_576:.1f}"
