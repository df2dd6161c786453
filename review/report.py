"""The report of the mapping: its tables for a day and a language, and the same as a file in four forms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fastapi import FastAPI, HTTPException, Request
from markupsafe import Markup
from starlette.responses import Response

from db.desk import Desk
from pipelines.reporting import NoSuchDay, refuse, report_of
from review.overview import FORMS as TYPES
from review.pages import render, spoken_in
from review.reporting.forms import Form, written
from review.reporting.page import tables
from review.reporting.spoken import Spoken
from review.texts import LANGUAGES, N_, texts
from review.world import World, world_of

# Clusters of which the page itself shows the tables. Judging more of them again for a past day takes minutes, which a
# file is worth waiting for and a page is not.
SHOWN = 2000
_TYPES = {
    Form.MARKDOWN: "text/markdown; charset=utf-8",
    Form.HTML: "text/html; charset=utf-8",
    Form.XLSX: TYPES["xlsx"],
    Form.JSON: TYPES["json"],
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The report that the address of a page asks for."""

    day: date
    language: str
    today: date  # in UTC, as the days of the report are
    fault: str = ""  # what is wrong with the day, in our words; "" when nothing is
    first: date | None = None  # the day of the first visit, where that is what is wrong


def add_routes(app: FastAPI) -> None:
    """Add this module's routes."""
    app.add_api_route("/report", show, methods=["GET"], response_model=None)
    app.add_api_route("/report/{form}", download, methods=["GET"], response_model=None)


def show(request: Request) -> Response:
    """The tables of a day, and where to get the files."""
    world = world_of(request)
    with world.desk() as desk:
        asked = _asked(request, desk, world)
        many = len(desk.cluster_ids()) > SHOWN
        shown = None if asked.fault or many else tables(_spoken(desk, asked, world))
    return _page(request, asked, many=many, shown=shown)


def download(request: Request, form: str) -> Response:
    """The report of a day as a file."""
    if form not in set(Form):
        raise HTTPException(404)
    world = world_of(request)
    chosen = Form(form)
    with world.desk() as desk:
        asked = _asked(request, desk, world)
        if asked.fault:
            return _page(request, asked)
        content = written(_spoken(desk, asked, world), chosen, generated_at=world.clock())
    name = f"clusterwatch-report-{asked.day}-{asked.language}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=_TYPES[chosen], headers=headers)


def _page(request: Request, asked: Asked, *, many: bool = False, shown: Markup | None = None) -> Response:
    status = 422 if asked.fault else 200
    return render(request, "report.html", status, asked=asked, many=many, tables=shown, forms=list(Form))


def _spoken(desk: Desk, asked: Asked, world: World) -> Spoken:
    found = report_of(desk, asked.day, world.config.policy, today=asked.today)
    return Spoken(found, texts(asked.language), address=world.config.notify.pages)


def _asked(request: Request, desk: Desk, world: World) -> Asked:
    """What was asked for; a day that cannot be had is told of, and nothing is made."""
    today = world.clock().date()
    wanted = request.query_params.get("language", "")
    language = wanted if wanted in LANGUAGES else spoken_in(request).language
    typed = request.query_params.get("day", "")
    try:
        day = date.fromisoformat(typed) if typed else today
    except ValueError:
        return Asked(today, language, today, N_("This is no day."))
    try:
        refuse(desk, day, today)
    except NoSuchDay as error:
        fault = N_("This day is still to come.") if day > today else N_("There were no visits by then.")
        return Asked(day, language, today, fault, error.first)
    return Asked(day, language, today)
