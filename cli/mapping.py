"""`clusterwatch flags`, `show` and `export`: the mapping and one case of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli import show as showing
from cli.context import DEFAULT_DATABASE, ConfigOption, Context, DbOption, Format, FormatOption, NowOption
from crawler.errors import UsageError, WorkFailed
from crawler.model import Activity, Cluster, English, Flag, Verdict
from db.desk import Desk
from db.export import export_rows, json_text, write_csv, write_file, write_json
from pipelines.exporting import FORMS, exported
from pipelines.judging.evidence import evidence
from pipelines.judging.verdict import verdict as verdict_of
from pipelines.maps.words import LANGUAGES
from pipelines.narrowing import ASKED, ASKED_PART, FILTERS, LATEST, LATEST_PART, WORD_PART, WORDS, selected
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


FilterOption = Annotated[
    list[str] | None,
    typer.Option(
        "--filter", metavar="NAME=VALUE", help=f"Only clusters that fit; may be repeated. Names: {', '.join(FILTERS)}."
    ),
]


def export(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where to; the ending decides: csv, xlsx, json, geojson, svg.")
    ],
    filters: FilterOption = None,
    language: Annotated[
        str, typer.Option("--language", metavar="CODE", help="Of the words on a map (svg): en or ja.")
    ] = "en",
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """Write the mapping to a file."""
    if language not in LANGUAGES:
        raise UsageError(f"--language: must be one of {', '.join(LANGUAGES)}, not {language!r}")
    form = file.suffix.lower().removeprefix(".")
    if form not in FORMS:
        endings = [f".{name}" for name in FORMS]
        raise UsageError(f"{file}: the ending must say what to write: {', '.join(endings[:-1])} or {endings[-1]}")
    parts = parts_of(filters or [])
    context = Context.of(db, config)
    with context.store() as store:
        which = selected(store, parts, context.now.date(), context.config.policy) if parts else None
        pages = context.config.sign_in.public_url
        content, count = exported(store, form, which, generated_at=context.now, language=language, pages=pages)
    try:
        write_file(file, content)
    except OSError as error:
        raise WorkFailed(f"{file}: cannot be written: {error.strerror}") from None
    print(f"{showing.counted(count, 'cluster')} written to {file}")
    return 0


def parts_of(filters: list[str]) -> dict[str, str]:
    """The filters as typed, by name. Raises UsageError for what would only ever fit nothing."""
    parts: dict[str, str] = {}
    for typed in filters:
        name, equals, value = typed.partition("=")
        if name not in FILTERS or not equals or not value:
            raise UsageError(f"--filter: {typed!r} is not NAME=VALUE with one of the names {', '.join(FILTERS)}")
        if name in parts:
            raise UsageError(f"--filter: {name} is given twice; a cluster has one of each")
        known = _CHOICES.get(name)
        if known is not None and value not in known:
            raise UsageError(f"--filter: {name} is one of {', '.join(known)}, not {value!r}")
        parts[name] = value
    return parts


_CHOICES = {"flag": tuple(Flag), "activity": tuple(Activity), "english": tuple(English),
            ASKED_PART: tuple(sorted(ASKED)), WORD_PART: tuple(sorted(WORDS)), LATEST_PART: tuple(sorted(LATEST))}  # fmt: skip
