"""`clusterwatch flags`, `show` and `export`: the mapping and one case of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli import show as showing
from cli.context import DEFAULT_DATABASE, ConfigOption, Context, DbOption, Format, FormatOption, NowOption
from crawler.errors import UsageError, WorkFailed
from crawler.model import Activity, Cluster, Flag, Verdict
from db.desk import Desk
from db.export import ENDINGS, export_rows, json_text, write_csv, write_export, write_json
from pipelines.judging.evidence import evidence
from pipelines.judging.verdict import verdict as verdict_of
from pipelines.questions import reviews as words_of_people


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("flags")(flags)
    app.command("show")(show)
    app.command("export")(export)


def flags(
    flag: Annotated[Flag | None, typer.Option("--flag", help="Only clusters with this flag.")] = None,
    activity: Annotated[Activity | None, typer.Option("--activity", help="Only clusters with this activity.")] = None,
    form: FormatOption = Format.TABLE,
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """The mapping, one row a cluster."""
    context = Context.of(db, config)
    with context.store() as store:
        rows = [r for r in _rows(store) if _wanted(r[1], flag, activity)]
        reviews = words_of_people(store)
    if form is Format.TABLE:
        console = showing.console()
        console.print(showing.mapping_table(rows, console.width))
        print(showing.counted(len(rows), "cluster"))
    elif form is Format.CSV:
        write_csv(export_rows(rows, reviews), sys.stdout)
    else:
        write_json(export_rows(rows, reviews), sys.stdout, generated_at=context.now)
    return 0


def _rows(store: Desk) -> list[tuple[Cluster, Verdict | None]]:
    verdicts = store.latest_verdicts()
    return [(c, verdicts.get(c.cluster_id)) for c in store.clusters()]


def _wanted(verdict: Verdict | None, flag: Flag | None, activity: Activity | None) -> bool:
    has_flag = verdict.flag if verdict else Flag.UNDETERMINED
    has_activity = verdict.activity if verdict else Activity.UNDETERMINED
    return (flag is None or has_flag is flag) and (activity is None or has_activity is activity)


def show(
    cluster_id: Annotated[str, typer.Argument(metavar="ID", help="The cluster.")],
    form: FormatOption = Format.TABLE,
    now: NowOption = "",
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """One cluster: verdict, reasons, evidence with addresses and the words read, history."""
    if form is Format.CSV:
        raise UsageError("show writes a table or json; a case does not fit into rows")
    context = Context.of(db, config, now)
    with context.store() as store:
        clusters = store.clusters([cluster_id])
        if not clusters:
            raise UsageError(f"not in the registry: {cluster_id}. List the ids with: clusterwatch flags")
        visits = store.visits(cluster_id)
        history = store.verdict_history(cluster_id)
    if now:
        visits = [v for v in visits if v.started_at <= context.now]
    as_of = context.now if now or not visits else visits[-1].started_at
    facts = evidence(cluster_id, visits, as_of=as_of, policy=context.config.policy)
    word = verdict_of(clusters[0], facts, context.config.policy)
    if form is Format.JSON:
        document = {"cluster": clusters[0], "verdict": word, "evidence": facts, "visits": visits, "history": history}
        print(json_text(document), end="")
        return 0
    showing.print_case(showing.console(), clusters[0], word, facts, visits, history)
    return 0


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; the ending decides: .csv or .json.")],
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """Write the mapping to a file."""
    if file.suffix.lower() not in ENDINGS:
        raise UsageError(f"{file}: the ending must say what to write: {' or '.join(ENDINGS)}")
    context = Context.of(db, config)
    with context.store() as store:
        rows = export_rows(_rows(store), words_of_people(store))
        try:
            count = write_export(file, rows, generated_at=context.now)
        except OSError as error:
            raise WorkFailed(f"{file}: cannot be written: {error.strerror}") from None
    print(f"{showing.counted(count, 'cluster')} written to {file}")
    return 0
