"""`clusterwatch review sheet` and `apply`: questions and registry in a workbook, filled in, and brought back."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli import show
from cli.context import DEFAULT_DATABASE, ConfigOption, Context, DbOption
from cli.mapping import FilterOption, parts_of
from crawler.errors import RefusedInput, UsageError, WorkFailed
from db.desk import NotToUndo
from db.export import write_file
from db.sheets import content_of
from db.worksheets import Worksheets
from pipelines.bulk import Narrowing, narrowed
from pipelines.narrowing import selected
from pipelines.questions import open_questions
from pipelines.worksheet.making import Line, lines_of_clusters, lines_of_questions
from pipelines.worksheet.planning import sheet_plan
from pipelines.worksheet.plans import AnswerPlan, Clash, Edit, SheetPlan, chosen
from pipelines.worksheet.reading import filled
from review.texts import texts
from review.worksheet_words import answer_line, vocabulary, workbook

_SHOWN = 200  # changes that are listed; --dry-run lists all


class Language(StrEnum):
    """The language of headings and lists."""

    EN = "en"
    JA = "ja"


def sheet(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The workbook to write (.xlsx).")],
    everything: Annotated[
        bool, typer.Option("--all", help="All clusters, not only those with an open question.")
    ] = False,
    filters: FilterOption = None,
    language: Annotated[Language, typer.Option("--language", help="Of headings and lists.")] = Language.EN,
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """Write a workbook to be filled in: answers, notes, corrected addresses."""
    if file.suffix.lower() != ".xlsx":
        raise UsageError(f"{file}: the name must end in .xlsx")
    parts = parts_of(filters or [])
    context = Context.of(db, config)
    with context.store() as desk:
        today, policy = context.now.date(), context.config.policy
        lines: list[Line]
        if everything:
            which = selected(desk, parts, today, policy) if parts else None
            lines = lines_of_clusters(desk, None if which is None else desk.ids(which), today, policy)
        else:
            asked = open_questions(desk, today, policy)
            lines = lines_of_questions(desk, narrowed(desk, asked, Narrowing(parts=parts), today=today, policy=policy))
    try:
        write_file(file, workbook(lines, language, context.now.date()))
    except OSError as error:
        raise WorkFailed(f"{file}: cannot be written: {error.strerror}") from None
    print(
        f"{show.counted(len(lines), 'row')} written to {file}. Fill in the coloured columns, then: clusterwatch review apply {file}"
    )
    return 0


def apply(  # one parameter an option
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The workbook, filled in (.xlsx, or saved as .csv).")],
    take: Annotated[
        list[str] | None,
        typer.Option(
            "--take",
            metavar="ROW",
            help="Also take what this row says against a newer answer or correction; ROW:COLUMN takes one cell. May be repeated.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change, all of it.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before writing.")] = False,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so. Default: your login here.")] = "",
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """Bring a filled-in workbook back: a list of every change, then one confirmation."""
    context = Context.of(db, config)
    who = by or getpass.getuser()
    try:
        read = filled(content_of(file), vocabulary())
    except RefusedInput as refused:
        text = str(refused)
        raise RefusedInput(text if text.startswith(str(file)) else f"{file}: {text}") from None
    with Worksheets.open(context.database, archive=context.config.storage.archive) as desk:
        plan = sheet_plan(desk, read, context.now.date(), context.config.policy)
        taken = _taken(plan, take or [])
        _print(plan, taken, whole=dry_run)
        if plan.refused:
            raise RefusedInput(
                f"{file}: {show.counted(len(plan.refused), 'mistake')} (listed above), so nothing was changed. Mend the sheet and apply it again."
            )
        count = _counts(plan, taken)
        if dry_run or not sum(count) or not (yes or _agreed(sum(count))):
            print("Nothing was written.")
            return 0
        with desk.transaction():
            if sheet_plan(desk, read, context.now.date(), context.config.policy).digest != plan.digest:
                raise WorkFailed(
                    f"{file}: somebody has changed something since this was shown. Nothing was written; apply it again."
                )
            kept = desk.store_sheet(chosen(plan, taken, by=who, at=context.now), by=who, source=file.name)
    answers, cells = count
    print(
        f"Kept {show.counted(answers, 'answer')} and {show.counted(cells, 'corrected cell')}. Take them back with: clusterwatch review undo-sheet {kept.sheet_id}"
    )
    return 0


def _taken(plan: SheetPlan, take: Sequence[str]) -> set[str]:
    """The conflicts that --take names. Raises UsageError for what names none."""
    names = {clash.name for clash in plan.clashes}
    found: set[str] = set()
    for typed in take:
        fit = {name for name in names if name == typed or name.startswith(f"{typed}:")}
        if not fit:
            raise UsageError(f"--take: {typed!r} names no conflict; there are {', '.join(sorted(names)) or 'none'}")
        found |= fit
    return found


def _counts(plan: SheetPlan, taken: set[str]) -> tuple[int, int]:
    """How many answers and how many cells would be stored."""
    return _kept(plan.answers, taken), _kept(plan.edits, taken)


def _kept(changes: Iterable[AnswerPlan | Edit], taken: set[str]) -> int:
    return sum(change.clash is None or change.name in taken for change in changes)


def _print(plan: SheetPlan, taken: set[str], *, whole: bool) -> None:
    """Mistakes and remarks, then every change, then what is left out, then the sums."""
    console = show.console(error=True)
    for issue in plan.issues:
        console.print(show.safe(issue.sentence()), soft_wrap=True)
    lines = [line for cluster in plan.clusters for line in _lines(cluster.cluster.cluster_id, cluster.changes, taken)]
    shown = lines if whole else lines[:_SHOWN]
    for line in shown:
        print(show.safe_lines(line))
    if len(lines) > len(shown):
        print(f"and {len(lines) - len(shown)} more; --dry-run lists all")
    answers, cells = _counts(plan, taken)
    left = len(plan.clashes) - len(taken)
    print(
        f"{show.counted(answers, 'answer')} and {show.counted(cells, 'corrected cell')} to write, {show.counted(left, 'conflict')} left out, {show.counted(plan.unchanged, 'row')} as before."
    )


def _lines(cluster_id: str, changes: Sequence[AnswerPlan | Edit], taken: set[str]) -> Iterable[str]:
    for change in changes:
        what = _edit(change) if isinstance(change, Edit) else _answer(change)
        yield f"row {change.row}  {cluster_id}  {what}"
        if change.clash is not None:
            fate = "taken all the same" if change.name in taken else f"left out; take it with --take {change.name}"
            yield f"    conflict: {_clash(change.clash, change)}; {fate}"


def _edit(edit: Edit) -> str:
    return f"{edit.column}: {edit.now or '(blank)'} -> {edit.after or '(blank)'}"


def _answer(said: AnswerPlan) -> str:
    given = said.given
    parts = [f"answer: {given.decision}"]
    parts += [f"until {given.until}"] if given.until and given.decision == "snoozed" else []
    parts += [given.address] if given.address else []
    parts += [f"({given.reason_code})"] if given.reason_code else []
    return " ".join([*parts, f'"{given.note}"'] if given.note else parts)


def _clash(clash: Clash, change: AnswerPlan | Edit) -> str:
    """Who has done what since the sheet was saved."""
    if clash.answer is not None:
        return f"{clash.by} answered since: {answer_line(texts('en'), clash.answer)}"
    if clash.at is None:
        return "this is asked no longer" if isinstance(change, AnswerPlan) else "this was changed since"
    was = f", from {change.then or '(blank)'}" if isinstance(change, Edit) else ""
    return f"{clash.by} changed this on {clash.at:%Y-%m-%d %H:%M} UTC{was}"


def _agreed(count: int) -> bool:
    """Whether the person at the terminal agrees; without one, --yes has to say so."""
    if not sys.stdin.isatty():
        raise UsageError("nobody is there to be asked. Look at it with --dry-run, then add --yes")
    return input(f"Write {show.counted(count, 'change')}? [y/N] ").strip().casefold() in {"y", "yes"}


def undo_sheet(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="The number that apply printed.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who takes it back. Default: your login here.")] = "",
    db: DbOption = Path(DEFAULT_DATABASE),
) -> int:
    """Take back what a workbook changed; cells that somebody changed since stay."""
    with Worksheets.open(db) as desk:
        try:
            count = desk.undo_sheet(number, by=by or getpass.getuser(), any_of=True)
        except NotToUndo as error:
            raise UsageError(f"{number}: {error}") from None
    print(f"Taken back: {show.counted(count, 'change')}.")
    return 0
