"""`clusterwatch discover`: organisations that look like clusters and are not in the registry."""

from __future__ import annotations

import getpass
import logging
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from cli import logs, show
from cli.context import DEFAULT_DATABASE, ConfigOption, Context, DbOption, Format, FormatOption, NowOption
from cli.registering import ByOption
from cli.users import print_rows
from crawler.config import BOUNDS
from crawler.errors import UsageError
from db.candidates import Kept
from db.desk import Desk
from db.searches import Searches
from pipelines.prospects import Prospect
from review.prospects import in_words
from review.texts import texts
from schedules.discovering import Search, Step, as_found, search

logger = logging.getLogger(__name__)

_HEADINGS = ("name", "website", "score", "why", "why_ja", "source")
_PLAIN_EVERY = 25  # walks between two lines where no progress bar can be drawn
_PHASES = {"sites": "links of known sites", "homes": "home pages of unknown ones"}


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("discover")(discover)


def discover(
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", help="Propose at most N, in place of the configuration.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be proposed; keep nothing.")] = False,
    afresh: Annotated[
        bool, typer.Option("--afresh", help="Begin anew, although a search was broken off that could go on.")
    ] = False,
    form: FormatOption = Format.TABLE,
    now: NowOption = "",
    by: ByOption = "",
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """Search the links of known clusters and portals for organisations that may belong into the registry."""
    context = Context.of(db, config, now)
    low, high = BOUNDS["discover.proposals"]
    if limit is not None and not low <= limit <= high:
        raise UsageError(f"--limit must be between {low:g} and {high:g}, not {limit}")
    logs.set_up(context.config.log)
    with context.store() as desk:
        if not desk.cluster_ids() and not context.config.discover.portals:
            raise UsageError(
                "there is nothing to begin with: import a registry with clusterwatch import FILE, "
                "or name portals in [discover] of the configuration"
            )
        memory = None if dry_run else Searches.over(desk)
        at = memory.begin_search(context.now, afresh=afresh) if memory else context.now
        with _progress() as watch:
            found = search(
                desk,
                now=at,
                config=context.config,
                watch=watch,
                limit=limit,
                memory=memory,
                goes_on=partial(_going_on, at),
            )
        kept = _keep(desk, memory, found, by or getpass.getuser()) if memory else None
    _print(found, form)
    for line in _summary(found, kept):
        _say(line)
    return 0


def _going_on(at: datetime, done: int, total: int) -> None:
    _say(f"going on with the search of {at:%Y-%m-%d %H:%M} UTC: {done} of {total} sources are done")


def _keep(desk: Desk, memory: Searches, found: Search, by: str) -> Kept:
    """Put the proposals into the list of candidates, and with that end the search; those that wait there already are
    counted once more."""
    mentions = [as_found(p) for p in found.proposals]
    mentions += [replace(as_found(p), score=None) for p in found.again]
    with desk.transaction():
        memory.forget_search()
        return desk.add_candidates(mentions, by=by, source="discover")


def _print(found: Search, form: Format) -> None:
    if form is not Format.TABLE:
        print_rows(_HEADINGS, _rows(found.proposals), form, "proposals")
        return
    console = show.console()
    for number, proposal in enumerate(found.proposals, 1):
        _print_one(console, number, proposal)


def _print_one(console: Console, number: int, proposal: Prospect) -> None:
    """One proposal as a card: a table of sentences and addresses would be three letters wide."""
    head = Text(f"{number:>3}. ", style="dim")
    head.append(show.safe(proposal.name), style="bold")
    head.append(f"  {proposal.score}", style="bold green")
    console.print(head, soft_wrap=True)
    console.print(Text(f"     {show.safe(proposal.website)}", style="blue"), soft_wrap=True)
    for ground in proposal.grounds:
        console.print(Text(f"     • {show.safe(ground.sentence)}"), soft_wrap=True)


def _rows(proposals: Sequence[Prospect]) -> list[Mapping[str, str | int | None]]:
    japanese = texts("ja")
    return [
        {
            "name": f.name,
            "website": f.website,
            "score": p.score,
            "why": f.why,
            "why_ja": in_words(japanese, f.why),
            "source": f.source,
        }
        for p in proposals
        for f in (as_found(p),)
    ]


def _summary(found: Search, kept: Kept | None) -> Iterator[str]:
    """The end of a search in a few lines."""
    yield (
        f"{show.counted(found.clusters, 'cluster')} and {show.counted(found.portals, 'portal')} walked through, "
        f"{show.counted(found.pages, 'page')} asked for. They name {show.counted(found.named, 'organisation')} that nobody "
        f"knows; {found.looked_at} were looked at, {len(found.proposals) or 'none'} proposed."
    )
    if found.left_out:
        yield f"{found.left_out} more have points enough: raise --limit, or discover.proposals."
    for unread in found.unread:
        yield f"A portal could not be read: {unread}"
    for site, reason in sorted(found.given_up.items()):
        yield f"Given up: {site}: {reason}"
    if kept is None:
        yield "A dry run: nothing was kept."
    else:
        yield (
            f"{show.counted(kept.new, 'candidate')} new, {kept.again} found again. "
            "See them with: clusterwatch candidates list"
        )


@contextmanager
def _progress() -> Iterator[Callable[[Step], None]]:
    """What shows the progress: a bar on a terminal, plain lines elsewhere."""
    console = show.console(error=True)
    if logs.in_json() or not console.is_terminal:
        yield _plain
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[last]}", markup=False, style="dim"),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task(_PHASES["sites"], total=None, last="")

        def watch(step: Step) -> None:
            progress.update(
                bar, description=_PHASES[step.phase], total=step.total, completed=step.done,
                last=show.safe(step.site_id)[:30],
            )  # fmt: skip

        yield watch


def _plain(step: Step) -> None:
    if step.done % _PLAIN_EVERY == 0 or step.done == step.total:
        _say(f"{_PHASES[step.phase]}: {step.done} of {step.total}")


def _say(text: str) -> None:
    """Tell how it goes, beside standard output, which belongs to the listing."""
    if logs.in_json():
        logger.info("%s", text)
    else:
        print(show.safe(text), file=sys.stderr, flush=True)
