"""`clusterwatch crawl` and `judge`: visits and verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from cli import logs, show
from cli.context import DEFAULT_DATABASE, ConfigOption, Context, DbOption, NowOption
from crawler.errors import UsageError, WorkFailed
from crawler.model import Cluster, Flag, RunKind, Verdict, VisitOutcome
from db.importing import import_registry
from db.registry import read_registry
from db.store import Store
from pipelines.judging.judge import judge as verdict_of
from schedules.crawling import Crawl, Step, Watcher, run_crawl

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
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """Visit every cluster (or some), store what was seen, and judge. An interrupted run is continued."""
    context = Context.of(db, config, now)
    logs.set_up(context.config.log)
    with context.store(create=import_default) as store:
        if import_default and not store.clusters():
            _import_default(store)
        if not store.clusters():
            raise UsageError("the registry is empty: import one first with clusterwatch import FILE")
        known(store, ids or [])
        done = crawl_watched(store, context, RunKind.NIGHTLY, ids or None)
        for line in _summary(store, done):
            logs.say(line)
    return _exit_code(done)


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
    with context.store() as store:
        before = store.latest_verdicts()
        verdicts = [_again(store, c, context, dated=bool(as_of)) for c in store.clusters()]
        for verdict in verdicts:
            old = before.get(verdict.cluster_id)
            if old is not None and old.flag is not verdict.flag:
                changed[(old.flag, verdict.flag)] += 1
        if not as_of:
            store.replace_verdicts(verdicts)
        counts = Counter(v.flag for v in verdicts)
    print(f"{show.counted(len(verdicts), 'cluster')} judged under {context.config.policy.name}: {_counts(counts)}.")
    for (old_flag, new_flag), count in changed.most_common():
        print(f"  {count} changed from {old_flag} to {new_flag}")
    if as_of:
        print("Judged as of a given instant, so nothing was stored.")
    return 0


def _again(store: Store, cluster: Cluster, context: Context, *, dated: bool) -> Verdict:
    """The verdict over one cluster from its stored visits, as of its last visit or of the given instant."""
    visits = store.visits(cluster.cluster_id)
    as_of = context.now if dated or not visits else visits[-1].started_at
    return verdict_of(cluster, visits, as_of=as_of, policy=context.config.policy)


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
    if logs.in_json() or not console.is_terminal:
        return run_crawl(
            store, kind=kind, now=context.now, config=context.config, cluster_ids=ids, watch=_plain,
            environment=environment,
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
            watch=_bar(progress, bar), environment=environment,
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
        f"{done.pages} pages, {done.n_bytes / 1_048_576:.1f} MiB, {done.rendered} shown in a browser{pictures}.{confirmed}"
    )
    for cluster_id, reason in sorted(done.failed.items()):
        yield show.safe(f"not visited: {cluster_id}: {reason}")
    if not done.void:
        yield f"Flags now: {_counts(Counter(v.flag for v in store.latest_verdicts().values()))}."
        yield "See them with: clusterwatch flags. One with its evidence: clusterwatch show ID"


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
