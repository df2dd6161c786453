"""`clusterwatch registry`: one cluster at a time in the terminal, by the same rules as in the pages."""

from __future__ import annotations

import difflib
import getpass
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cli import show
from cli.context import DEFAULT_DATABASE, DbOption, Format, FormatOption
from cli.users import print_rows
from crawler.errors import RefusedInput, UsageError, WorkFailed
from crawler.model import Cluster
from db.candidates import CandidateDecided
from db.checking import FIELDS, Finding, checked
from db.desk import Desk
from db.export import json_text
from db.history import Entry, RegistryChange, cell, columns_of, differences
from db.merging import GONE, choices
from db.registrar import EntryChanged, IdTaken, NotPossible

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The cluster.")]
ValuesArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="[COLUMN=VALUE]...", help="Columns of the registry; +HEADING=VALUE for a further one."),
]
NoteOption = Annotated[str, typer.Option("--note", metavar="TEXT", help="Why, or from which source; kept with it.")]
ByOption = Annotated[str, typer.Option("--by", metavar="NAME", help="Who does it. Default: your login here.")]
_HISTORY = ("number", "at", "by", "cluster_id", "what", "column", "before", "after", "note")
_LIST = ("cluster_id", "name_en", "website", "state", "merged_into", "changed_at", "changed_by")


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    registry = typer.Typer(
        help="Add, correct, retire and merge clusters, and see what was changed.", no_args_is_help=True
    )
    registry.command("add")(add)
    registry.command("set")(set_)
    registry.command("retire")(retire)
    registry.command("revive")(revive)
    registry.command("merge")(merge)
    registry.command("history")(history)
    registry.command("list")(list_)
    app.add_typer(registry, name="registry")


def add(  # one parameter an option
    cluster_id: IdArgument,
    values: ValuesArgument = None,
    candidate: Annotated[int, typer.Option("--candidate", metavar="N", help="Accept this candidate with it.")] = 0,
    note: NoteOption = "",
    by: ByOption = "",
    db: DbOption = Path(DEFAULT_DATABASE),
) -> int:
    """Add a cluster, such as: add bio-kyushu name_en="Kyushu Bio" website=https://…"""
    cluster = _checked({"cluster_id": cluster_id, **_given(values)})
    with Desk.open(db) as desk:
        try:
            if candidate:
                desk.accept_candidate(candidate, cluster, by=_by(by), note=note)
            else:
                desk.add_cluster(cluster, by=_by(by), note=note)
        except (IdTaken, CandidateDecided) as error:
            raise UsageError(str(error)) from None
    print(f"{cluster_id} was added.")
    return 0


def set_(
    cluster_id: IdArgument,
    values: ValuesArgument = None,
    note: NoteOption = "",
    by: ByOption = "",
    db: DbOption = Path(DEFAULT_DATABASE),
) -> int:
    """Correct columns of a cluster; COLUMN= makes one blank. The others stay."""
    given = _given(values)
    if not given or "cluster_id" in given:
        raise UsageError("set takes columns to correct, such as website=https://…; an id never changes")
    with Desk.open(db) as desk:
        entry = _known(desk, cluster_id)
        now = {name: cell(entry.cluster, name) for name in columns_of(entry.cluster)}
        cluster = _checked({**now, **given})
        try:
            changed = desk.correct_cluster(cluster, seen=entry.record.digest, by=_by(by), note=note)
        except EntryChanged as error:
            raise WorkFailed(f"{error}; look at it and try again") from None
    print(f"{cluster_id} was corrected." if changed else f"{cluster_id} is as before.")
    return 0


def retire(
    cluster_id: IdArgument,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Why; needed, and kept with it.")],
    by: ByOption = "",
    db: DbOption = Path(DEFAULT_DATABASE),
) -> int:
    """Take a cluster out of use: not crawled, not asked about, its history kept."""
    if not note.strip():
        raise UsageError("--note: say why it is retired")
    with Desk.open(db) as desk:
        entry = _known(desk, cluster_id)
        try:
            desk.retire_cluster(cluster_id, seen=entry.record.digest, by=_by(by), note=note.strip())
        except (EntryChanged, NotPossible) as error:
            raise UsageError(str(error)) from None
    print(f"{cluster_id} was retired. Bring it back with: clusterwatch registry revive {cluster_id}")
    return 0


def revive(
    cluster_id: IdArgument, note: NoteOption = "", by: ByOption = "", db: DbOption = Path(DEFAULT_DATABASE)
) -> int:
    """Bring a retired or merged cluster back into use."""
    with Desk.open(db) as desk:
        entry = _known(desk, cluster_id)
        try:
            desk.revive_cluster(cluster_id, seen=entry.record.digest, by=_by(by), note=note)
        except (EntryChanged, NotPossible) as error:
            raise UsageError(str(error)) from None
    print(f"{cluster_id} is in use again.")
    return 0


def merge(  # one parameter an option
    gone: Annotated[str, typer.Argument(metavar="GONE", help="The cluster that is retired.")],
    kept: Annotated[str, typer.Argument(metavar="KEPT", help="The cluster that stays.")],
    take: Annotated[
        list[str] | None, typer.Option("--take", metavar="COLUMN", help="A column to take from GONE; several times.")
    ] = None,
    note: NoteOption = "",
    by: ByOption = "",
    db: DbOption = Path(DEFAULT_DATABASE),
) -> int:
    """Merge a cluster into another one, which keeps its values, and takes those it lacks."""
    with Desk.open(db) as desk:
        entries = _known(desk, gone), _known(desk, kept)
        differing = choices(entries[1].cluster, entries[0].cluster)
        wrong = sorted(set(take or ()) - set(differing))
        if wrong:
            raise UsageError(f"--take: the two do not differ in {', '.join(wrong)}, only in: {', '.join(differing)}")
        seen = (entries[0].record.digest, entries[1].record.digest)
        try:
            desk.merge_clusters(gone, kept, chosen=dict.fromkeys(take or (), GONE), seen=seen, by=_by(by), note=note)
        except (EntryChanged, NotPossible) as error:
            raise UsageError(str(error)) from None
        (change,) = desk.registry_changes(kept, limit=1)
    print(f"{gone} was merged into {kept}.")
    for difference in differences(change.before, change.after):
        print(show.safe(f"  {difference.column}: {difference.before or '–'} → {difference.after or '–'}"))
    return 0


def history(
    cluster_id: Annotated[str, typer.Argument(metavar="[ID]", help="Only this cluster.")] = "",
    form: FormatOption = Format.TABLE,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many changes, newest first.")] = 200,
    db: DbOption = Path(DEFAULT_DATABASE),
) -> int:
    """List what was changed in the registry, newest first: who, when, before and after."""
    with Desk.open(db) as desk:
        if cluster_id:
            _known(desk, cluster_id)
        changes = desk.registry_changes(cluster_id, limit=limit)
    if form is Format.JSON:
        print(json_text({"changes": [_document(change) for change in changes]}), end="")
    else:
        print_rows(_HISTORY, [row for change in changes for row in _lines(change)], form, "changes")
    return 0


def list_(
    state: Annotated[str, typer.Option("--state", help="live, retired or all.")] = "live",
    form: FormatOption = Format.TABLE,
    db: DbOption = Path(DEFAULT_DATABASE),
) -> int:
    """List the registry, retired clusters on request."""
    if state not in {"live", "retired", "all"}:
        raise UsageError(f"--state: {state!r} is not one of live, retired, all")
    with Desk.open(db) as desk:
        listed = desk.listed(state=state, limit=-1)
    rows: list[dict[str, str | None]] = [
        {
            "cluster_id": row.cluster_id,
            "name_en": row.name_en,
            "website": row.website or None,
            "state": "retired" if row.retired_at else "in use",
            "merged_into": row.merged_into or None,
            "changed_at": f"{row.changed_at:%Y-%m-%dT%H:%M:%SZ}",
            "changed_by": row.changed_by or None,
        }
        for row in listed
    ]
    print_rows(_LIST, rows, form, "clusters")
    return 0


def _lines(change: RegistryChange) -> list[dict[str, str | None]]:
    """A change as rows of a table, one for each column that changed."""
    shared: dict[str, str | None] = {
        "number": str(change.change_id),
        "at": f"{change.at:%Y-%m-%dT%H:%M:%SZ}",
        "by": change.by,
        "cluster_id": change.cluster_id,
        "what": str(change.what),
        "note": change.note or None,
    }
    found = differences(change.before, change.after) if change.before else ()
    if not found:
        return [{**shared, "column": None, "before": None, "after": None}]
    return [{**shared, "column": d.column, "before": d.before or None, "after": d.after or None} for d in found]


def _document(change: RegistryChange) -> dict[str, object]:
    whole = asdict(change)
    return {**whole, "at": f"{change.at:%Y-%m-%dT%H:%M:%SZ}", "what": str(change.what)}


def _given(values: Iterable[str] | None) -> dict[str, str]:
    """The columns that were typed as COLUMN=VALUE."""
    given: dict[str, str] = {}
    for text in values or ():
        name, equals, value = text.partition("=")
        if not equals or name in given:
            raise UsageError(f"{text!r} is not written like COLUMN=VALUE, or names a column twice")
        if name not in FIELDS and not (name.startswith("+") and name[1:] and name[1:] not in FIELDS):
            near = difflib.get_close_matches(name, FIELDS, n=1)
            meant = f" Did you mean {near[0]}?" if near else f" A further column is written +{name}=…"
            raise UsageError(f"the registry has no column {name!r}.{meant}")
        given[name.removeprefix("+")] = value.strip()
    return given


def _checked(typed: dict[str, str]) -> Cluster:
    """The cluster of what was typed. Raises RefusedInput; doubts are printed."""
    row = checked(typed)
    if row.cluster is None:
        raise RefusedInput("; ".join(_sentence(found) for found in row.findings if found.refused))
    for found in row.findings:
        print(show.safe(f"warning: {_sentence(found)}"), file=sys.stderr)
    return row.cluster


def _sentence(found: Finding) -> str:
    return f"{found.column}: {found.fault.reason}. {found.fault.advice}"


def _known(desk: Desk, cluster_id: str) -> Entry:
    entry = desk.entry(cluster_id)
    if entry is None:
        raise UsageError(
            f"not in the registry: {cluster_id}. List the ids with: clusterwatch registry list --state all"
        )
    return entry


def _by(name: str) -> str:
    return name or getpass.getuser()
