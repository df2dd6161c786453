"""`clusterwatch rescan`: a second look at one cluster, by the same queue and limits as on the pages."""

from __future__ import annotations

import getpass
import time
from pathlib import Path
from typing import Annotated

import typer

from cli import show
from cli.context import DEFAULT_DATABASE, ConfigOption, Context, DbOption, NowOption
from cli.crawling import known
from crawler.errors import UsageError, WorkFailed
from crawler.model import Cluster
from db.desk import Desk
from db.rescans import CRASHED, OVER, Rescan, RescanState
from pipelines.rescanning import carry_out
from schedules.crawling import Step
from schedules.rescanning import looker

_POLL_S = 0.5  # between two looks at what another process does


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("rescan")(rescan)


def rescan(
    cluster_id: Annotated[str, typer.Argument(metavar="ID", help="The cluster.")],
    cancel: Annotated[
        bool, typer.Option("--cancel", help="Cancel the second look at it that waits or is under way.")
    ] = False,
    now: NowOption = "",
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """Visit one cluster now, past every cache, and print the verdict beside the previous one. Ctrl-C cancels it."""
    context = Context.of(db, config, now)
    with context.store() as desk:
        (cluster,) = known(desk, [cluster_id])
        if cancel:
            return _cancel(desk, cluster)
        rescan_id = desk.ask_rescan(cluster_id, by=getpass.getuser())
        told = _Told(desk, rescan_id)
        taken = desk.take_rescan(rescan_id)
        while taken is None and not _is_over(desk, rescan_id):
            if now:
                raise UsageError(
                    f"--now: a second look at {cluster_id} is under way already. Leave --now out to watch it"
                )
            told.waiting()
            time.sleep(_POLL_S)
            taken = desk.take_rescan(rescan_id)  # whoever did it may have broken off
        if taken is not None:
            _do(desk, taken, context, told)
        told.news()
        _print_end(desk, cluster, rescan_id)
    return 0


def _is_over(desk: Desk, rescan_id: int) -> bool:
    found = desk.rescan(rescan_id)
    return found is None or found.state in OVER


def _do(desk: Desk, taken: Rescan, context: Context, told: _Told) -> None:
    """Do it here. Ctrl-C ends the crawl and cancels the rescan, so that nobody else begins it again."""

    def watch(step: Step) -> None:
        told.news()

    try:
        carry_out(desk, taken, looker(context.config, now=context.now, watch=watch))
    except KeyboardInterrupt:
        desk.cancel_rescan(taken.rescan_id, by=getpass.getuser(), any_of=True)
        desk.end_rescan(taken, RescanState.CANCELLED)
        print("Cancelled. The verdict stays as it was.")
        raise


class _Told:
    """What is said on the terminal while it happens, each step once."""

    def __init__(self, desk: Desk, rescan_id: int) -> None:
        self._desk = desk
        self._rescan_id = rescan_id
        self._last = 0
        self._said_waiting = False

    def news(self) -> None:
        """Say the steps that are new."""
        for step in self._desk.steps(self._rescan_id, self._last):
            self._last = step.position
            print(show.step_line(step), flush=True)

    def waiting(self) -> None:
        """Say once that another process does it, and its steps."""
        if not self._said_waiting:
            self._said_waiting = True
            found = self._desk.rescan(self._rescan_id)
            print(show.safe(f"It is under way in another process, asked for by {found.by if found else '–'}."))
        self.news()


def _cancel(desk: Desk, cluster: Cluster) -> int:
    last = desk.last_rescan(cluster.cluster_id)
    if last is None:
        raise UsageError(f"nobody has asked for a second look at {cluster.cluster_id}")
    ended = desk.cancel_rescan(last.rescan_id, by=getpass.getuser(), any_of=True)
    if last.state in OVER or ended is None:
        raise WorkFailed(f"the last second look at {cluster.cluster_id} is over already: {last.state}")
    print("Cancelled. The verdict stays as it was." if ended.state in OVER else "It is being cancelled.")
    return 0


def _print_end(desk: Desk, cluster: Cluster, rescan_id: int) -> None:
    """The two verdicts, one below the other; WorkFailed for a rescan that led to none."""
    ended = desk.rescan(rescan_id)
    if ended is None or ended.state not in OVER:
        raise WorkFailed("another process took it over; see the pages, or call the command again")
    if ended.state is RescanState.CANCELLED:
        raise WorkFailed(f"{ended.cancelled_by} cancelled it; the verdict stays as it was")
    if ended.state is RescanState.FAILED:
        words = "the process that did it broke off twice" if ended.note == CRASHED else ended.note
        raise WorkFailed(f"{cluster.cluster_id}: {words}")
    console = show.console()
    console.print(show.comparison(cluster, ended.before, ended.after))
    for reason in ended.after.reasons if ended.after else ():
        console.print(f"• {show.safe(reason.text)}", soft_wrap=True)
