"""`clusterwatch schedule`: the timetable, the process that looks after it, and runs under way."""

from __future__ import annotations

import getpass
import logging
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from cli import logs
from cli.context import DEFAULT_DATABASE, ConfigOption, Context, DbOption, Format, FormatOption, NowOption
from cli.crawling import engine_of
from cli.messages import digests
from cli.users import print_rows
from crawler.errors import UsageError
from crawler.timetable import Job, JobName, TimetableError, check, coming, zone_of
from db.desk import Desk
from pipelines.timetables import offered, timetable
from review.worker import RescanWorker
from schedules.backing_up import Backups
from schedules.cleaning_up import CleanUps
from schedules.keeper import JobFunction, Keeper
from schedules.night import Nights
from schedules.rescanning import looker

_SHOWN = 5  # coming runs
_FIELDS = {"when": "--when", "zone": "--zone", "jitter": "--jitter"}  # of a line, to the option that sets it

JobArgument = Annotated[JobName, typer.Argument(metavar="JOB", help="The job.")]
RunArgument = Annotated[int, typer.Argument(metavar="RUN", help="The number of the run.")]
ByOption = Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so. Default: your login here.")]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    schedule = typer.Typer(help="The timetable, and the process that looks after it.", no_args_is_help=True)
    for command in (run, history, pause, resume, cancel, reset):
        schedule.command()(command)
    schedule.command("list")(list_jobs)
    schedule.command("set")(set_job)
    app.add_typer(schedule, name="schedule")


def jobs(context: Context, ending: Event) -> Mapping[JobName, JobFunction]:
    """What each job that is offered does: the one place that says so."""
    config = context.config
    does: dict[JobName, Callable[[], JobFunction]] = {
        JobName.CRAWL: lambda: Nights(config=config, ending=ending, engine=engine_of(config)),
        JobName.DIGEST: lambda: digests(config),
        JobName.BACKUP: lambda: Backups(config.storage),
        JobName.CLEAN_UP: lambda: CleanUps(config.storage, config.limits),
    }
    return {name: does[name]() for name in offered(config)}


def run(
    once: Annotated[bool, typer.Option("--once", help="Do what is due now, then end.")] = False,
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """Look after the timetable, until Ctrl-C or SIGTERM. One process a database."""
    context = Context.of(db, config)
    logs.set_up(context.config.log)
    ending = Event()
    open_desk = partial(Desk.open, context.database)
    keeper = Keeper(open_desk, jobs(context, ending), context.config.schedule)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # an overlap is in the ledger; nobody must act on it
    if once:
        keeper.begin()
        try:
            keeper.step()
        finally:
            keeper.end()
        return 0
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    rescans = RescanWorker(open_desk, looker(context.config))
    with open_desk() as desk:
        for line in _coming_lines(context, desk):
            logs.say(line)
    logs.say("Looking after the timetable (Ctrl-C ends it; a crawl under way is continued at the next start).")
    rescans.start()
    try:
        keeper.run(ending)
    finally:
        rescans.stop()
    return 0


def list_jobs(
    form: FormatOption = Format.TABLE,
    now: NowOption = "",
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """List the jobs, each with its next five runs by the clock of its zone."""
    context = Context.of(db, config, now)
    with Desk.open(context.database) as desk:
        edits = desk.edits()
        lines = timetable(desk, context.config.schedule, offered(context.config))
    headings = ("job", "on", "when", "zone", "jitter_minutes", "set_by", "next_runs")
    rows = [
        {
            "job": str(job.name),
            "on": "yes" if job.on else "no",
            "when": job.when,
            "zone": job.zone,
            "jitter_minutes": f"{job.jitter_s / 60:g}",
            "set_by": edits[job.name].changed_by if _is_edited(job.name, edits) else "the configuration",
            "next_runs": " ".join(_coming(job, context.now)) if job.on else None,
        }
        for job in lines
    ]
    print_rows(headings, rows, form, "jobs")
    return 0


def _is_edited(name: JobName, edits: Mapping[JobName, object]) -> bool:
    edit = edits.get(name)
    return getattr(edit, "job", None) is not None


def set_job(
    job: JobArgument,
    when: Annotated[
        str | None,
        typer.Option("--when", metavar="TEXT", help='"0 2 * * *", or "every 2 weeks at 02:30 from 2026-01-05".'),
    ] = None,
    zone: Annotated[str | None, typer.Option("--zone", metavar="ZONE", help="An IANA name: Asia/Tokyo.")] = None,
    jitter: Annotated[
        float | None, typer.Option("--jitter", metavar="MINUTES", help="Begin up to so much later.")
    ] = None,
    on: Annotated[bool | None, typer.Option("--on/--off", help="Whether it runs.")] = None,
    by: ByOption = "",
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """Change a line of the timetable. A scheduler at work takes it up by itself."""
    context = Context.of(db, config)
    with Desk.open(context.database) as desk:
        line = _line(context, desk, job)
        changed = _changed(line, when=when, zone=zone, jitter=jitter, on=on)
        desk.set_job(changed, by=by or _login())
        _print_coming(context, desk)
    return 0


def reset(
    job: JobArgument, by: ByOption = "", db: DbOption = Path(DEFAULT_DATABASE), config: ConfigOption = None
) -> int:
    """Forget what was set about a job: the configuration decides again."""
    context = Context.of(db, config)
    with Desk.open(context.database) as desk:
        _line(context, desk, job)
        desk.reset_job(job, by=by or _login())
        _print_coming(context, desk)
    return 0


def _line(context: Context, desk: Desk, name: JobName) -> Job:
    """The line of a job as it counts. Raises UsageError for a job that is not offered here."""
    found = timetable(desk, context.config.schedule, offered(context.config))
    line = next((line for line in found if line.name is name), None)
    if line is None:
        need = {JobName.DIGEST: ": [notify] names nobody", JobName.BACKUP: ": storage.backups names no folder"}
        names = ", ".join(line.name for line in found)
        raise UsageError(f"there is no job {name} here{need.get(name, '')}. Jobs: {names}")
    return line


def _changed(line: Job, *, when: str | None, zone: str | None, jitter: float | None, on: bool | None) -> Job:
    """The line with what was said, checked. Raises UsageError naming the option."""
    if when is None and zone is None and jitter is None and on is None:
        raise UsageError("say what to change: --when, --zone, --jitter, --on or --off")
    changed = replace(
        line,
        when=line.when if when is None else when,
        zone=line.zone if zone is None else zone,
        jitter_s=line.jitter_s if jitter is None else jitter * 60,
        on=line.on if on is None else on,
    )
    try:
        check(changed)
    except TimetableError as error:
        raise UsageError(f"{_FIELDS[error.field]}: {error}") from None
    return changed


def pause(run_id: RunArgument, by: ByOption = "", db: DbOption = Path(DEFAULT_DATABASE)) -> int:
    """Let a nightly run under way finish its visits, and wait."""
    with Desk.open(db) as desk:
        desk.pause_run(run_id, by=by or _login())
    print(f"Run {run_id} finishes the visits under way and waits. Go on with: clusterwatch schedule resume {run_id}")
    return 0


def resume(run_id: RunArgument, by: ByOption = "", db: DbOption = Path(DEFAULT_DATABASE)) -> int:
    """Have a paused run continued by the scheduler."""
    with Desk.open(db) as desk:
        desk.resume_run(run_id, by=by or _login())
        kept = desk.scheduler_beat_at() is not None
    print(
        f"Run {run_id} is continued by the scheduler."
        if kept
        else f"Run {run_id} waits for a scheduler: start one with clusterwatch schedule run"
    )
    return 0


def cancel(run_id: RunArgument, by: ByOption = "", db: DbOption = Path(DEFAULT_DATABASE)) -> int:
    """Let a nightly run finish its visits and end; what it has is kept."""
    with Desk.open(db) as desk:
        ended = desk.cancel_run(run_id, by=by or _login())
    print(f"Run {run_id} has ended." if ended else f"Run {run_id} finishes the visits under way and ends.")
    return 0


def history(
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, metavar="N", help="How many.")] = 20,
    events: Annotated[bool, typer.Option("--events", help="What happened to the scheduler, instead of runs.")] = False,
    form: FormatOption = Format.TABLE,
    db: DbOption = Path(DEFAULT_DATABASE),
) -> int:
    """List what became of the runs: made, caught up, skipped, missed, each with its reason."""
    with Desk.open(db) as desk:
        if events:
            happened: list[dict[str, str | None]] = [
                {"at": _minute(e.at), "event": e.event, "job": e.job, "due_at": _minute(e.due_at), "words": e.words}
                for e in desk.events(limit)
            ]
            print_rows(("at", "event", "job", "due_at", "words"), happened, form, "events")
            return 0
        made = [
            {
                "due_at": _minute(r.due_at),
                "job": str(r.job),
                "kind": str(r.kind),
                "state": str(r.state),
                "started_at": _minute(r.started_at),
                "ended_at": _minute(r.ended_at),
                "run": r.run_id,
                "reason": r.reason,
            }
            for r in desk.job_runs(limit)
        ]
    print_rows(("due_at", "job", "kind", "state", "started_at", "ended_at", "run", "reason"), made, form, "job_runs")
    return 0


def _print_coming(context: Context, desk: Desk) -> None:
    for line in _coming_lines(context, desk):
        print(line)


def _coming_lines(context: Context, desk: Desk) -> Iterator[str]:
    """The next runs of each job that is on."""
    for job in timetable(desk, context.config.schedule, offered(context.config)):
        runs = ", ".join(_coming(job, context.now)) if job.on else "off"
        yield f"{job.name}: {runs}"


def _coming(job: Job, now: datetime) -> list[str]:
    """The next runs by the clock of the job's zone, with its offset: so a change of clocks shows."""
    zone = zone_of(job.zone)
    return [run.starts.astimezone(zone).isoformat(timespec="minutes") for run in coming(job, now, _SHOWN)]


def _minute(at: datetime | None) -> str | None:
    return f"{at:%Y-%m-%dT%H:%MZ}" if at else None


def _login() -> str:
    with suppress(OSError, KeyError, ImportError):
        return getpass.getuser()
    return "command line"
