"""`clusterwatch review answer-all` and `undo-all`: one decision over many questions, in a terminal."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import typer

from cli import show
from cli.context import DEFAULT_DATABASE, ConfigOption, Context, DbOption, Format
from cli.said import FAULTS, day_of
from cli.users import print_rows
from crawler.answers import REASON_CODES, Decision, QuestionKind
from crawler.errors import UsageError, WorkFailed
from db.bulk import Bulks
from db.desk import NotToUndo, Overtaken
from db.listing import FACETS
from pipelines.answering import Fault, Given, fault
from pipelines.bulk import DECISIONS, LeftOut, Narrowing, Plan, planned, telling
from pipelines.narrowing import ASSIGNED_PART, TEXT

_HEADINGS = ("question", "cluster_id", "name_en", "points", "why")
_SHOWN = 20  # questions that the preview names; --dry-run names all
_WHY = {
    LeftOut.ADDRESS: "asks for an address; answer it by itself",
    LeftOut.GIVEN: "was given to somebody else",
    LeftOut.ALREADY: "that is so already",
}


def answer_all(  # noqa: PLR0913, PLR0917  # one parameter an option
    decision: Annotated[Decision, typer.Argument(metavar="DECISION", help=", ".join(DECISIONS))],
    question: Annotated[QuestionKind | None, typer.Option("--question", help="Only questions of this kind.")] = None,
    narrow: Annotated[
        list[str] | None,
        typer.Option(
            "--filter", metavar="COLUMN=VALUE", help=f"Only clusters with this value; columns: {', '.join(FACETS)}."
        ),
    ] = None,
    search: Annotated[str, typer.Option("--search", metavar="WORDS", help="Only clusters with these words.")] = "",
    given_to: Annotated[
        str, typer.Option("--given-to", metavar="NAME", help="Only questions given to this person.")
    ] = "",
    note: Annotated[str, typer.Option("--note", help="A remark, kept with each answer.")] = "",
    reason: Annotated[str, typer.Option("--reason", help=f"How you know: {', '.join(REASON_CODES)}.")] = "",
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="For snoozed: the day to ask again.")] = "",
    to: Annotated[str, typer.Option("--to", metavar="NAME", help="For assigned: the person.")] = "",
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who answers. Default: your login here.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be written, all of it.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before writing.")] = False,
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """Give the same answer to all open questions that fit."""
    context = Context.of(db, config)
    who = by or getpass.getuser()
    parts = {TEXT: search, ASSIGNED_PART: given_to, **_facets(narrow or [])}
    narrowing = Narrowing(kind=question or "", parts=parts)
    said = Given(
        question=QuestionKind.CEASED, decision=decision, note=note, reason_code=reason, until=day_of(until), assignee=to
    )
    with Bulks.open(context.database) as desk:
        _check(desk, said, context)
        today, policy = context.now.date(), context.config.policy
        plan = planned(desk, narrowing, said, by=who, today=today, policy=policy, through=desk.newest_answer())
        _print(plan, whole=dry_run)
        if dry_run or not plan.taken or not (yes or _agreed(len(plan.taken))):
            print("Nothing was written.")
            return 0
        try:
            kept = desk.answer_all(plan.answers(by=who, at=context.now), seen=plan.seen, wanted=_told(narrowing))
        except Overtaken as overtaken:
            raise WorkFailed(f"{overtaken.first.by} answered first: {overtaken.first.decision}") from None
        for first in desk.overtaking(kept):
            print(f"Left out: {first.cluster_id}; {first.by} answered first: {first.decision}.")
    print(
        f"Kept {show.counted(kept.count, 'answer')}: {decision}. "
        f"Take them back with: clusterwatch review undo-all {kept.bulk_id}"
    )
    return 0


def _facets(narrow: list[str]) -> dict[str, str]:
    """The columns and values of --filter."""
    found: dict[str, str] = {}
    for part in narrow:
        name, _, value = part.partition("=")
        if name not in FACETS or not value:
            raise UsageError(f"--filter: {name!r} must be COLUMN=VALUE with one of the columns {', '.join(FACETS)}")
        found[name] = value
    return found


def _check(desk: Bulks, said: Given, context: Context) -> None:
    """Raises UsageError when no question can be answered so."""
    if said.decision not in DECISIONS:
        raise UsageError(f"{said.decision}: many questions at once take one of {', '.join(DECISIONS)}")
    if said.assignee and said.decision is not Decision.ASSIGNED:
        raise UsageError(FAULTS[Fault.ASSIGNEE])
    wrong = fault(desk, said, context.now.date())
    if wrong is not None:
        raise UsageError(FAULTS[wrong])


def _print(plan: Plan, *, whole: bool) -> None:
    """What would be written, and what is left out with why."""
    shown = plan.taken if whole else plan.taken[:_SHOWN]
    rows: list[dict[str, str | None]] = []
    for q in shown:
        reason = telling(q)
        rows.append({
            "question": str(q.question.kind),
            "cluster_id": q.cluster.cluster_id,
            "name_en": q.cluster.name_en,
            "points": f"{q.question.weight:g}",
            "why": reason.text if reason else None,
        })  # fmt: skip
    print_rows(_HEADINGS, rows, Format.TABLE, "questions")
    if len(plan.taken) > len(shown):
        print(f"and {len(plan.taken) - len(shown)} more; --dry-run lists all")
    for q, why in plan.left_out:
        print(f"Left out: {q.cluster.cluster_id}: {_WHY[why]}.")
    print(f"{show.counted(len(plan.taken), 'answer')} to write: {plan.given.decision}.")


def _agreed(count: int) -> bool:
    """Whether the person at the terminal agrees; without one, --yes has to say so."""
    if not sys.stdin.isatty():
        raise UsageError("nobody is there to be asked. Look at it with --dry-run, then add --yes")
    return input(f"Write {show.counted(count, 'answer')}? [y/N] ").strip().casefold() in {"y", "yes"}


def _told(narrowing: Narrowing) -> str:
    """The filter as the pages write it in an address."""
    parts = {**narrowing.parts, "kind": narrowing.kind}
    return f"?{urlencode({name: value for name, value in parts.items() if value})}"


def undo_all(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="The number that answer-all printed.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who takes it back. Default: your login here.")] = "",
    db: DbOption = Path(DEFAULT_DATABASE),
) -> int:
    """Take a decision over many questions back; they are open again."""
    with Bulks.open(db) as desk:
        try:
            count = desk.undo_all(number, by=by or getpass.getuser(), any_of=True)
        except NotToUndo as error:
            raise UsageError(f"{number}: {error}") from None
    print(f"Taken back: {show.counted(count, 'answer')}.")
    return 0
