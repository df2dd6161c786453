"""`clusterwatch partners`: how international clusters are, with the words read, and a person's word about it."""

from __future__ import annotations

import getpass
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from cli import show
from cli.context import DEFAULT_DATABASE, ConfigOption, Context, DbOption, Format, FormatOption, NowOption
from cli.registering import ByOption
from cli.users import print_rows
from crawler.errors import UsageError, WorkFailed
from crawler.international import Assessing, International
from crawler.model import Cluster, Partner, Precision
from db.assessments import AssessedMeanwhile
from db.desk import Desk
from db.export import json_text
from pipelines.assessing import all_assessing, assessing_of, last_id, said_of
from pipelines.judging.international import class_of

_CLUSTERS = (
    "cluster_id",
    "name_en",
    "class",
    "program_says",
    "person_says",
    "newest",
    "country",
    "tie",
    "quote",
    "url",
)
_STATEMENTS = ("class", "stance", "tie", "country", "region", "organisation", "when", "quote", "url")
_FORMS = {Precision.DAY: "%Y-%m-%d", Precision.MONTH: "%Y-%m", Precision.YEAR: "%Y"}


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("partners")(partners)


def partners(  # noqa: PLR0913, PLR0917  # one parameter an option
    cluster_id: Annotated[str, typer.Argument(metavar="[ID]", help="The cluster; all when left out.")] = "",
    only: Annotated[International | None, typer.Option("--class", help="Only clusters of this class.")] = None,
    chosen: Annotated[
        International | None, typer.Option("--set", metavar="CLASS", help="Say yourself which class ID has.")
    ] = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take back what a person said about ID.")] = False,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="How you know; needed with --set.")] = "",
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DAY", help="From which day 'recent' is counted. Default: today.")
    ] = "",
    by: ByOption = "",
    form: FormatOption = Format.TABLE,
    now: NowOption = "",
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """How international the clusters are: relations with the EU, elsewhere, wished for; with the words read."""
    context = Context.of(db, config, now)
    day = _day(as_of) or context.now.date()
    if (chosen or withdraw) and (not cluster_id or (chosen and withdraw) or as_of):
        raise UsageError("--set and --withdraw need one ID, one of them at a time, and no --as-of")
    if chosen and not note.strip():
        raise UsageError("--note: say how you know; it is needed with --set")
    with context.store() as desk:
        if cluster_id and not desk.clusters([cluster_id]):
            raise UsageError(f"not in the registry: {cluster_id}. List the ids with: clusterwatch flags")
        if chosen or withdraw:
            _say(desk, context, cluster_id, chosen, note, by or getpass.getuser())
            return 0
        if cluster_id:
            _print_one(assessing_of(desk, cluster_id, as_of=day, policy=context.config.policy), context, form)
            return 0
        found = list(all_assessing(desk, desk.clusters(), as_of=day, policy=context.config.policy))
    rows = [_row(cluster, stands) for cluster, stands in found if only is None or stands.kind is only]
    print_rows(_CLUSTERS if form is not Format.TABLE else _CLUSTERS[:8], rows, form, "clusters")
    if form is Format.TABLE:
        print(show.counted(len(rows), "cluster"))
    return 0


def _say(desk: Desk, context: Context, cluster_id: str, kind: International | None, note: str, by: str) -> None:
    policy = context.config.policy
    stands = assessing_of(desk, cluster_id, as_of=context.now.date(), policy=policy)
    before = desk.assessments([cluster_id]).get(cluster_id, [])
    if kind is None and stands.word is None:
        raise UsageError(f"{cluster_id}: nobody has said anything that could be withdrawn")
    said = said_of(stands, cluster_id, kind, note, by=by, at=context.now)
    try:
        desk.assess(said, seen=last_id(before))
    except AssessedMeanwhile as overtaken:
        raise WorkFailed(str(overtaken)) from None
    print(f"Kept: {cluster_id}, {kind or f'withdrawn; the program says {stands.told.kind}'}.")


def _row(cluster: Cluster, stands: Assessing) -> dict[str, str | None]:
    first = next(iter(stands.told.evidence), None)
    held = "" if stands.word is None else str(stands.word.kind)
    return {
        "cluster_id": cluster.cluster_id,
        "name_en": cluster.name_en,
        "class": str(stands.kind),
        "program_says": str(stands.told.kind),
        "person_says": f"{held} (contradicted)" if stands.contradicted_by else held or None,
        "newest": when(first) or None if first else None,
        "country": (first.country or str(first.region)) if first else None,
        "tie": str(first.tie) if first else None,
        "quote": first.quote if first else None,
        "url": first.url if first else None,
    }


def _print_one(stands: Assessing, context: Context, form: Format) -> None:
    policy, day = context.config.policy, stands.told.as_of
    rows: list[dict[str, str | None]] = [
        {
            "class": str(class_of(p, as_of=day, policy=policy) or ""),
            "stance": str(p.stance),
            "tie": str(p.tie),
            "country": p.country or None,
            "region": str(p.region),
            "organisation": p.organisation or None,
            "when": when(p) or None,
            "quote": p.quote,
            "url": p.url,
        }
        for p in stands.told.evidence
    ]
    word = stands.word
    if form is Format.JSON:
        said = {"class": word.kind, "by": word.by, "at": word.at, "note": word.note} if word else None
        found = {"class": stands.kind, "program_says": stands.told.kind, "as_of": day, "person_says": said}
        print(json_text({**found, "contradicted": bool(stands.contradicted_by), "partners": rows}), end="")
        return
    if form is Format.TABLE:
        print(f"class: {stands.kind} (as of {day}; the program says {stands.told.kind})")
        if word is not None:
            against = "; contradicted since by newer words" if stands.contradicted_by else ""
            print(show.safe(f"{word.by} said {word.kind} at {word.at:%Y-%m-%d %H:%M} UTC: {word.note}{against}"))
        if not rows:
            print("no words about partners abroad were read", file=sys.stderr)
            return
    print_rows(_STATEMENTS, rows, form, "partners")


def when(partner: Partner) -> str:
    """The day of a relation as precisely as it was written, "" for none."""
    return partner.on.strftime(_FORMS[partner.precision]) if partner.on and partner.precision else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"--as-of: {text!r} is no day; write it like 2016-12-31") from None
