"""`clusterwatch candidates`: organisations that may belong into the registry."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import Annotated

import typer

from cli import show
from cli.context import DEFAULT_DATABASE, DbOption, Format, FormatOption
from cli.registering import ByOption
from cli.users import print_rows
from crawler.errors import RefusedInput, UsageError
from db.candidate_files import read_candidates
from db.candidates import CandidateDecided, CandidateState
from db.desk import Desk

_HEADINGS = ("number", "name", "website", "score", "times_found", "in_registry", "why", "source", "state", "reason")
_SHORT = ("number", "name", "website", "score", "in_registry", "why")  # of what waits, for a narrow terminal
_SHOWN = 50  # refused rows on a terminal


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    candidates = typer.Typer(help="Organisations that may belong into the registry.", no_args_is_help=True)
    candidates.command("add")(add)
    candidates.command("list")(list_)
    candidates.command("reject")(reject)
    app.add_typer(candidates, name="candidates")


def add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or XLSX with name, website, why, source, score.")],
    partial: Annotated[bool, typer.Option("--partial", help="Take the good rows, others refused or not.")] = False,
    by: ByOption = "",
    db: DbOption = Path(DEFAULT_DATABASE),
) -> int:
    """Add candidates from a file; one that is known, rejected ones too, is only counted."""
    report = read_candidates(file)
    for issue in report.issues[:_SHOWN]:
        print(show.safe(issue.sentence()), file=sys.stderr)
    if report.issues and not partial:
        rows = len({issue.row for issue in report.issues})
        raise RefusedInput(
            f"{file}: {show.counted(rows, 'row')} refused, so nothing was kept. Mend it, or use --partial."
        )
    with Desk.open(db) as desk:
        kept = desk.add_candidates(report.accepted, by=by or getpass.getuser(), source=file.name)
    print(
        f"{show.counted(kept.new, 'candidate')} new, {kept.again} open already, {kept.decided} accepted or rejected before."
    )
    return 0


def list_(
    state: Annotated[CandidateState, typer.Option("--state", help="Which candidates.")] = CandidateState.OPEN,
    form: FormatOption = Format.TABLE,
    db: DbOption = Path(DEFAULT_DATABASE),
) -> int:
    """List the candidates, best first. Accept one with: clusterwatch registry add ID … --candidate N"""
    with Desk.open(db) as desk:
        found = desk.candidates_in(state, limit=-1)
        known = desk.in_registry(found)
    rows: list[dict[str, str | None]] = [
        {
            "number": str(c.candidate_id),
            "name": c.found.name or None,
            "website": c.found.website or None,
            "score": None if c.found.score is None else f"{c.found.score:g}",
            "times_found": str(c.times_found),
            "in_registry": c.cluster_id or known.get(c.candidate_id),
            # Found by a search, it has a sentence a point: the first says most.
            "why": (c.found.why.split("\n")[0] if form is Format.TABLE else c.found.why) or None,
            "source": c.found.source or None,
            "state": str(c.state),
            "reason": c.reason or None,
        }
        for c in found
    ]
    short = form is Format.TABLE and state is CandidateState.OPEN
    print_rows(_SHORT if short else _HEADINGS, rows, form, "candidates")
    return 0


def reject(
    number: Annotated[int, typer.Argument(metavar="N", help="The number of the candidate.")],
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Why; needed, and kept with it.")],
    by: ByOption = "",
    db: DbOption = Path(DEFAULT_DATABASE),
) -> int:
    """Reject a candidate for good."""
    if not note.strip():
        raise UsageError("--note: say why it is rejected")
    with Desk.open(db) as desk:
        try:
            desk.reject_candidate(number, by=by or getpass.getuser(), reason=note.strip())
        except CandidateDecided as error:
            raise UsageError(str(error)) from None
    print(f"Candidate {number} was rejected.")
    return 0
