"""`clusterwatch crawl` and `judge`: visits and verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from cli import logs, show
from cli.context import DEFAULT_DATABASE, ConfigOption, Context, DbOption, NowOption
from crawler.config import BOUNDS, Config
from crawler.errors import UsageError, WorkFailed
from crawler.machines import Dist, check_dist
from crawler.model import Cluster, Flag, RunKind, VisitOutcome
from db.importing import import_registry
from db.registry import read_registry
from db.store import Store
from pipelines.histories import judged_again
from schedules.crawling import Crawl, Step, Watcher, run_crawl
from schedules.crews import Engine
from schedules.engine import dask_engine
from spiders.turns import Turns

_PLAIN_EVERY = 25  # visits between two lines where no progress bar can be drawn


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("crawl")(crawl)
    app.command("judge")(judge)


def crawl(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Only these clusters.")] = None,
    now: NowOption = "",
    import_default: Annotated[
        bool, typer.Option("--import-default", help="Import the default registry first if the database has none.")
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", metavar="N", help="Crawl processes at once on this machine, in place of the configuration."
        ),
    ] = None,
    scheduler: Annotated[
        str,
        typer.Option(
            "--scheduler", metavar="ADDRESS", help="Dask scheduler whose workers visit, in place of this machine."
        ),
    ] = "",
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """Visit every cluster (or some), store what was seen, and judge. An interrupted run is continued."""
    context = Context.of(db, config, now)
    context = replace(context, config=machines(context.config, workers, scheduler))
    logs.set_up(context.config.log)
    with context.store(create=import_default) as store:
        if import_default and not store.cluster_ids():
            _import_default(store)
        if not store.cluster_ids():
            raise UsageError("the registry is empty: import one first with clusterwatch import FILE")
        known(store, ids or [])
        done = crawl_watched(store, context, RunKind.NIGHTLY, ids or None)
        for line in _summary(store, done):
            logs.say(line)
    return _exit_code(done)


def machines(config: Config, workers: int | None, scheduler: str) -> Config:
    """The configuration with who visits as a person typed it. Asking for processes of this machine means this machine."""
    if workers is not None and scheduler:
        raise UsageError(
            "--workers are processes of this machine, and with --scheduler others visit: name one of the two"
        )
    if scheduler:
        dist = replace(config.dist, scheduler=scheduler)
        check_dist(dist)
        return replace(config, dist=dist)
    if workers is None:
        return config
    low, high = BOUNDS["crawl.workers"]
    if not low <= workers <= high:
        raise UsageError(f"--workers must be between {low:g} and {high:g}, not {workers}")
    return replace(config, crawl=replace(config.crawl, workers=workers), dist=Dist())


def engine_of(config: Config) -> Engine | None:
    """Who visits the websites of a night, None: this machine."""
    return dask_engine(config.dist, Turns) if config.dist.scheduler else None


def judge(
    policy: Annotated[
        Path | None,
        typer.Option(
            "--policy", metavar="FILE", help="TOML with a policy table to judge under, in place of the configuration."
        ),
    ] = None,
    as_of: Annotated[str, typer.Option("--as-of", metavar="ISO", help="Judge as of this instant.")] = "",
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """Make every verdict again from the stored visits; no network."""
    context = Context.of(db, policy or config, as_of, option="--as-of")
    changed: Counter[tuple[Flag, Flag]] = Counter()
    counts: Counter[Flag] = Counter()
    with context.store() as store:
        before = store.current_flags()
        for verdicts in judged_again(store, context.config.policy, now=context.now, dated=bool(as_of)):
            for verdict in verdicts:
                old = before.get(verdict.cluster_id, verdict.flag)
                if old is not verdict.flag:
                    changed[(old, verdict.flag)] += 1
            if not as_of:
                store.replace_verdicts(verdicts)
            counts.update(v.flag for v in verdicts)
    print(f"{show.counted(counts.total(), 'cluster')} judged under {context.config.policy.name}: {_counts(counts)}.")
    for (old_flag, new_flag), count in changed.most_common():
        print(f"  {count} changed from {old_flag} to {new_flag}")
    if as_of:
        print("Judged as of a given instant, so nothing was stored.")
    return 0


def _import_default(store: Store) -> None:
    registry = Path(str(files("samples"))) / "japan.csv"
    report = read_registry(registry)
    result = import_registry(store, report, partial=False, dry_run=False)
    logs.say(f"The registry was empty: imported the default one, samples/japan.csv ({result.added} clusters).")


def known(store: Store, ids: list[str]) -> list[Cluster]:
    """The clusters of these ids; UsageError names those that the registry does not have."""
    clusters = store.clusters(ids)
    missing = sorted(set(ids) - {c.cluster_id for c in clusters})
    if missing:
        raise UsageError(f"not in the registry: {', '.join(missing)}. List the ids with: clusterwatch flags")
    return clusters


def crawl_watched(
    store: Store,
    context: Context,
    kind: RunKind,
    ids: list[str] | None,
    environment: dict[str, str] | None = None,
) -> Crawl:
    """A run with its progress shown: a bar on a terminal, plain lines elsewhere."""
    console = show.console(error=True)
    engine = engine_of(context.config)
    if logs.in_json() or not console.is_terminal:
        return run_crawl(
            store, kind=kind, now=context.now, config=context.config, cluster_ids=ids, watch=_plain,
            environment=environment, engine=engine,
        )  # fmt: skip
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[last]}", markup=False, style="dim"),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("visiting", total=None, rate="", last="")
        return run_crawl(
            store, kind=kind, now=context.now, config=context.config, cluster_ids=ids,
            watch=_bar(progress, bar), environment=environment, engine=engine,
        )  # fmt: skip


def _plain(step: Step) -> None:
    if step.visit is not None and (step.done % _PLAIN_EVERY == 0 or step.done == step.total):
        logs.say(f"{step.done} of {step.total} visited")


def _bar(progress: Progress, bar: TaskID) -> Watcher:
    def watch(step: Step) -> None:
        speed = progress.tasks[0].speed
        rate = f"{speed:.1f}/s" if speed else ""
        progress.update(bar, total=step.total, completed=step.done, rate=rate, last=step.cluster_id[:30])

    return watch


def _summary(store: Store, done: Crawl) -> Iterator[str]:
    """The end of a run in a few lines: how many, how they ended, what they cost, and the flags now.

    What somebody must act on although the run counts (`done.warnings`) stands in the log already.
    """
    outcomes = Counter(done.outcomes.values())
    visited = len(done.outcomes)
    resumed = f" (and {done.resumed} before the interruption)" if done.resumed else ""
    confirmed = f" Unchanged since they were last read in full: {done.confirmed}." if done.confirmed else ""
    pictures = f", {show.counted(done.pictures, 'picture')} taken" if done.pictures else ""
    yield (
        f"{visited} of {done.total} clusters visited{resumed}: {_outcomes(outcomes)}. "
        f"{done.pages} pages, {done.n_bytes / 1_048_576:.1f} MiB, {_in_browser(done)}{pictures}.{confirmed}"
    )
    for cluster_id, reason in sorted(done.failed.items()):
        yield show.safe(f"not visited: {cluster_id}: {reason}")
    if not done.void:
        yield f"Flags now: {_counts(Counter(store.current_flags().values()))}."
        yield "See them with: clusterwatch flags. One with its evidence: clusterwatch show ID"


def _in_browser(done: Crawl) -> str:
    """How many pages a browser showed; where there were any, their share of the pages and of the time of requests."""
    words = f"{done.rendered} shown in a browser"
    if not done.rendered or not done.fetched_s:
        return words
    return (
        f"{words} ({done.rendered / done.pages:.1%} of the pages, {done.rendered_s / done.fetched_s:.0%} of the time)"
    )


def _outcomes(outcomes: Counter[VisitOutcome]) -> str:
    words = {
        VisitOutcome.READ: "read",
        VisitOutcome.FAILED: "failed",
        VisitOutcome.LOST: "showing something else",
        VisitOutcome.INCONCLUSIVE: "inconclusive",
        VisitOutcome.NO_WEBSITE: "without a website",
    }
    return ", ".join(f"{outcomes[o]} {words[o]}" for o in words if outcomes[o]) or "none"


def _counts(counts: Counter[Flag]) -> str:
    return ", ".join(f"{counts[f]} {f.replace('_', ' ')}" for f in Flag if counts[f]) or "none"


def _exit_code(done: Crawl) -> int:
    """0 when the run counts; a void run and one that could not start failed, and say why."""
    if done.void:
        raise WorkFailed(done.void)
    if done.stopped:
        raise WorkFailed(f"stopped before all was visited: {done.stopped}. What was stored is kept")
    if done.failed and not done.outcomes and not done.resumed:
        raise WorkFailed(f"nothing could be visited. The crawl said:\n{done.log}")
    return 0
