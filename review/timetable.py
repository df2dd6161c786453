"""The timetable: when each job runs, what became of the last nights, and the run under way, which can be steered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from fastapi import Depends, FastAPI, HTTPException, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from crawler.config import configured_job
from crawler.errors import UsageError
from crawler.model import RunKind, RunState
from crawler.timetable import ClockChange, Job, JobName, TimetableError, clock_changes, coming, zone_of
from db.desk import Desk
from db.rows import Run
from db.timetable import Edit, LineChanged
from pipelines.nights import NIGHTS, Attempt, Night, attempts, nights
from pipelines.timetables import offered, presence, timetable
from review.forms import form_of, text_of
from review.pages import render, spoken_in
from review.timetable_form import RHYTHMS, WEEKDAYS, Typed
from review.timetable_words import TimetableWords
from review.world import RowId, World, person_of, world_of

_SHOWN = 20  # runs of the table, when no night is chosen
DONE = ("saved", "reset", "paused", "resumed", "cancelled")  # what a page says has been done
Form = Annotated[FormData, Depends(form_of)]


def add_routes(app: FastAPI) -> None:
    """Add this module's routes."""
    app.add_api_route("/timetable", timetable_page, methods=["GET"], response_model=None)
    app.add_api_route("/timetable/jobs/{job}", line_page, methods=["GET"], response_model=None)
    app.add_api_route("/timetable/jobs/{job}", save, methods=["POST"], response_model=None)
    app.add_api_route("/timetable/jobs/{job}/reset", reset, methods=["POST"], response_model=None)
    app.add_api_route("/timetable/runs/{run_id}/pause", pause, methods=["POST"], response_model=None)
    app.add_api_route("/timetable/runs/{run_id}/resume", resume, methods=["POST"], response_model=None)
    app.add_api_route("/timetable/runs/{run_id}/cancel", cancel_page, methods=["GET"], response_model=None)
    app.add_api_route("/timetable/runs/{run_id}/cancel", cancel, methods=["POST"], response_model=None)


# --- what a line shows ---


@dataclass(frozen=True, slots=True)
class Coming:
    """One run to come, with the changes of clocks that lie between it and the one before, or now."""

    at: datetime
    changes: tuple[tuple[str, ClockChange], ...]  # zone and change


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timetable as a page shows it."""

    job: Job
    runs: tuple[Coming, ...]
    edit: Edit | None = None  # the last change; its job is None where the configuration decides again

    @property
    def zone(self) -> ZoneInfo:
        """The zone by whose clock it runs."""
        return zone_of(self.job.zone)


def line_of(job: Job, now: datetime, office: ZoneInfo, edit: Edit | None = None) -> Line:
    """A line with its next five runs. Pure."""
    zones = dict.fromkeys((job.zone, office.key))
    runs, before = [], now
    for due in coming(job, now):
        changes = [(zone, change) for zone in zones for change in clock_changes(zone, before, due.starts)]
        runs.append(Coming(due.starts, tuple(sorted(changes, key=lambda c: c[1].at))))
        before = due.starts
    return Line(job, tuple(runs), edit)


@dataclass(frozen=True, slots=True)
class OpenNight:
    """A nightly run that has not ended."""

    run: Run
    is_worked_on: bool
    n_over: int  # clusters that are done with
    n_all: int


# --- the page ---


def timetable_page(request: Request, done: str = "", night: str = "") -> Response:
    """The timetable, and what became of it."""
    with world_of(request).desk() as desk:
        return _page(request, desk, done=done if done in DONE else "", chosen=_day(night))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _page(
    request: Request, desk: Desk, code: int = 200, /, *, done: str = "", chosen: date | None = None, late: bool = False
) -> Response:
    world, now, edits = world_of(request), desk.now(), desk.edits()
    at_work, last_sign = desk.at_work(), desk.last_sign_at()
    made, strip = record(desk, world)
    night = next((n for n in strip if n.on == chosen), None)
    lines = timetable(desk, world.config.schedule, offered(world.config))
    return render(
        request,
        "timetable.html",
        code,
        lines=[line_of(job, now, world.zone, edits.get(job.name)) for job in lines],
        at_work=at_work,
        presence=presence(at_work.beat_at if at_work else None, last_sign, now),
        last_sign=last_sign,
        open_nights=[_open_night(desk, run) for run in desk.open_nights()],
        nights=strip,
        crawl_zone=_crawl_zone(desk, world).key,
        crawl_until=world.config.schedule.crawl_until,
        night=night,
        attempts=night.attempts if night else made[:_SHOWN],
        done=done,
        late=late,
        **_words(request),
    )


def _words(request: Request) -> dict[str, object]:
    return {"words": TimetableWords(spoken_in(request)), "office": world_of(request).zone}


def record(desk: Desk, world: World) -> tuple[list[Attempt], list[Night]]:
    """The runs of the nights that are shown, newest first, and what became of each night."""
    since = desk.now() - timedelta(days=NIGHTS + 1)
    made = attempts(desk.job_runs_since(since), desk.nights_since(since))
    return made, nights(made, _crawl_zone(desk, world), desk.now())


def _crawl_zone(desk: Desk, world: World) -> ZoneInfo:
    (crawl,) = timetable(desk, world.config.schedule, [JobName.CRAWL])
    return zone_of(crawl.zone)


def _open_night(desk: Desk, run: Run) -> OpenNight:
    states = desk.task_states(run.run_id)
    is_over = sum(n for state, n in states.items() if state not in {"queued", "running"})
    return OpenNight(run, desk.is_worked_on(run), is_over, sum(states.values()))


# --- one line ---


def line_page(request: Request, job: JobName) -> Response:
    """The form of a line; with what was typed into it, its next runs, and nothing is stored."""
    query = request.query_params
    with world_of(request).desk() as desk:
        _line(desk, world_of(request), job)
        typed = Typed.of_form(query, lambda name: query.get(name, "").strip()) if "rhythm" in query else None
        return _form(request, desk, job, typed, seen=query.get("seen"))


def _line(desk: Desk, world: World, name: JobName) -> Job:
    """The line of a job as it counts; 404 for a job that is not offered here."""
    found = timetable(desk, world.config.schedule, [n for n in offered(world.config) if n is name])
    if not found:
        raise HTTPException(404)
    return found[0]


def _is_edited(desk: Desk, name: JobName) -> bool:
    edit = desk.edits().get(name)
    return edit is not None and edit.job is not None


def _version(desk: Desk, name: JobName) -> str:
    edit = desk.edits().get(name)
    return edit.version if edit else ""


def _form(
    request: Request,
    desk: Desk,
    name: JobName,
    typed: Typed | None,
    code: int = 200,
    /,
    *,
    seen: str | None = None,
    unchecked: bool = False,
) -> Response:
    """The form, filled with what was typed, or with the line as it counts, and what would become of it."""
    world, now = world_of(request), desk.now()
    current, edit = _line(desk, world, name), desk.edits().get(name)
    shown = typed or Typed.of_job(current)
    faults = shown.faults(name)
    preview = None if faults else line_of(shown.job(name), now, world.zone)
    is_part = request.headers.get("hx-target") == "results"
    return render(
        request,
        "timetable_preview.html" if is_part else "timetable_line.html",
        code,
        name=name,
        current=line_of(current, now, world.zone, edit),
        configured=line_of(configured_job(world.config.schedule, name), now, world.zone),
        typed=shown,
        faults=faults,
        preview=preview,
        is_same=preview is not None and preview.job == current,
        # While somebody types, what they saw stays what they saw: only a page that tells of a change renews it.
        seen=seen if is_part and seen is not None else _version(desk, name),
        overtaken=seen is not None and seen != _version(desk, name),
        unchecked=unchecked,
        is_part=is_part,
        zones=zone_names(),
        rhythms=RHYTHMS,
        weekdays=WEEKDAYS,
        **_words(request),
    )


@cache
def zone_names() -> Sequence[str]:
    """The names of time zones that are proposed: places, and UTC."""
    return ("UTC", *sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/")))


def save(request: Request, job: JobName, form: Form) -> Response:
    """Keep a line that was checked; what is wrong, was not checked, or was overtaken is shown again."""
    seen = text_of(form, "seen")
    typed = Typed.of_form(form, lambda name: text_of(form, name))
    with world_of(request).desk() as desk:
        current = _line(desk, world_of(request), job)
        try:
            line = typed.job(job)
        except TimetableError:
            return _form(request, desk, job, typed, 422, seen=seen)
        if text_of(form, "checked") != typed.key:
            return _form(request, desk, job, typed, 409, seen=seen, unchecked=True)
        try:
            if line != current:
                desk.set_job(line, by=person_of(request).name, seen=seen)
        except LineChanged:
            return _form(request, desk, job, typed, 409, seen=seen)
    return RedirectResponse(f"/timetable?done=saved#{job}", status_code=303)


def reset(request: Request, job: JobName, form: Form) -> Response:
    """Let the configuration decide about a line again."""
    with world_of(request).desk() as desk:
        _line(desk, world_of(request), job)
        try:
            if _is_edited(desk, job):
                desk.reset_job(job, by=person_of(request).name, seen=text_of(form, "seen"))
        except LineChanged:
            return _form(request, desk, job, None, 409, seen=text_of(form, "seen"))
    return RedirectResponse(f"/timetable?done=reset#{job}", status_code=303)


# --- runs under way ---


def _night_run(desk: Desk, run_id: int) -> Run:
    run = desk.run(run_id)
    if run is None or run.kind is not RunKind.NIGHTLY:
        raise HTTPException(404)
    return run


def pause(request: Request, run_id: RowId) -> Response:
    """Let a nightly run finish its visits, and wait."""
    with world_of(request).desk() as desk:
        _night_run(desk, run_id)
        try:
            desk.pause_run(run_id, by=person_of(request).name)
        except UsageError:  # it has ended, or is being cancelled, by now
            return _page(request, desk, 409, late=True)
    return RedirectResponse("/timetable?done=paused", status_code=303)


def resume(request: Request, run_id: RowId) -> Response:
    """Have a paused run continued by the scheduler."""
    with world_of(request).desk() as desk:
        _night_run(desk, run_id)
        try:
            desk.resume_run(run_id, by=person_of(request).name)
        except UsageError:  # it has ended, or somebody else resumed it, by now
            return _page(request, desk, 409, late=True)
    return RedirectResponse("/timetable?done=resumed", status_code=303)


def cancel_page(request: Request, run_id: RowId) -> Response:
    """What cancelling a run costs."""
    with world_of(request).desk() as desk:
        run = _night_run(desk, run_id)
        if run.state is not RunState.RUNNING:
            return _page(request, desk, 409, late=True)
        return render(request, "timetable_cancel.html", night=_open_night(desk, run))


def cancel(request: Request, run_id: RowId) -> Response:
    """Let a nightly run finish its visits and end; what it has is kept."""
    with world_of(request).desk() as desk:
        _night_run(desk, run_id)
        try:
            desk.cancel_run(run_id, by=person_of(request).name)
        except UsageError:  # it has ended by now
            return _page(request, desk, 409, late=True)
    return RedirectResponse("/timetable?done=cancelled", status_code=303)
