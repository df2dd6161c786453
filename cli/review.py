"""`clusterwatch review`: the queue and its answers, for those who prefer a terminal."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from cli import bulk, show, worksheet
from cli.context import DEFAULT_DATABASE, ConfigOption, Context, DbOption, Format, FormatOption
from cli.said import FAULTS, day_of
from cli.users import print_rows
from crawler.answers import REASON_CODES, Decision, QuestionKind
from crawler.errors import UsageError, WorkFailed
from db.desk import Desk, NotToUndo, Overtaken
from pipelines.answering import TAKES_ADDRESS, Fault, Given, answer_of, fault
from pipelines.judging.answers import standing
from pipelines.questions import open_questions

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The cluster.")]
_HEADINGS = ("question", "cluster_id", "name_en", "points", "why", "assignee")
_GIVEN = tuple(d for d in Decision if d is not Decision.UNDONE)


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    review = typer.Typer(help="The open questions, and the answers to them.", no_args_is_help=True)
    review.command("list")(list_questions)
    review.command("answer")(answer)
    review.command("answer-all")(bulk.answer_all)
    review.command("undo")(undo)
    review.command("undo-all")(bulk.undo_all)
    review.command("sheet")(worksheet.sheet)
    review.command("apply")(worksheet.apply)
    review.command("undo-sheet")(worksheet.undo_sheet)
    app.add_typer(review, name="review")


def list_questions(
    form: FormatOption = Format.TABLE,
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """List the open questions, worst first."""
    context = Context.of(db, config)
    with context.store() as desk:
        found = open_questions(desk, context.now.date(), context.config.policy)
    rows: list[dict[str, str | None]] = [
        {
            "question": str(q.question.kind),
            "cluster_id": q.cluster.cluster_id,
            "name_en": q.cluster.name_en,
            "points": f"{q.question.weight:g}",
            "why": q.verdict.reasons[0].text if q.verdict.reasons else None,
            "assignee": q.question.assignee or None,
        }
        for q in found
    ]
    print_rows(_HEADINGS, rows, form, "questions")
    if form is Format.TABLE:
        print(show.counted(len(rows), "open question"))
    return 0


def answer(  # noqa: PLR0913, PLR0917  # one parameter an option
    cluster_id: IdArgument,
    decision: Annotated[Decision, typer.Argument(metavar="DECISION", help=", ".join(_GIVEN))],
    question: Annotated[
        QuestionKind, typer.Option("--question", help="Which question it answers.")
    ] = QuestionKind.CEASED,
    note: Annotated[str, typer.Option("--note", help="A remark, kept with the answer.")] = "",
    reason: Annotated[str, typer.Option("--reason", help=f"How you know: {', '.join(REASON_CODES)}.")] = "",
    address: Annotated[str, typer.Option("--address", help="The right or new address.")] = "",
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="For snoozed: the day to ask again.")] = "",
    to: Annotated[str, typer.Option("--to", metavar="NAME", help="For assigned: the person.")] = "",
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who answers. Default: your login here.")] = "",
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """Answer a question about one cluster."""
    context = Context.of(db, config)
    with context.store() as desk:
        verdict = desk.current(cluster_id)
        if verdict is None:
            raise UsageError(
                f"not in the registry, or never judged: {cluster_id}. List the ids with: clusterwatch flags"
            )
        said = Given(
            question=question, decision=decision, note=note, reason_code=reason, address=address,
            until=day_of(until), assignee=to,
        )  # fmt: skip
        if bool(to) is not (decision is Decision.ASSIGNED) or (address and decision not in TAKES_ADDRESS):
            raise UsageError(FAULTS[Fault.ADDRESS if address else Fault.ASSIGNEE])
        wrong = fault(desk, said, context.now.date())
        if wrong is not None:
            raise UsageError(FAULTS[wrong])
        given = answer_of(said, verdict, by=by or getpass.getuser(), at=context.now)
        seen = standing(desk.answers([cluster_id]).get(cluster_id, []), verdict).last_id
        try:
            kept = desk.answer(given, seen=seen)
        except Overtaken as overtaken:
            raise WorkFailed(f"{overtaken.first.by} answered first: {overtaken.first.decision}") from None
    print(
        f"Kept as answer {kept.answer_id}: {cluster_id}, {decision}. Take it back with: clusterwatch review undo {kept.answer_id}"
    )
    return 0


def undo(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="The number of the answer.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who takes it back. Default: your login here.")] = "",
    db: DbOption = Path(DEFAULT_DATABASE),
) -> int:
    """Take an answer back; its question is open again."""
    with Desk.open(db) as desk:
        try:
            first = desk.undo(number, by=by or getpass.getuser(), any_of=True)  # whoever has the file has all of it
        except NotToUndo as error:
            raise UsageError(f"{number}: {error}") from None
    print(f"Taken back: {first.cluster_id}, {first.decision}.")
    return 0
