"""Two days of the mapping side by side: what happened to which cluster, the numbers from flag to flag, a picture."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, timedelta

from fastapi import FastAPI, HTTPException, Request
from starlette.responses import Response

from db.export import json_text, write_table
from db.sheet_writing import workbook
from pipelines.comparing_days import NotTheseDays, compared, fault_of, first_day
from pipelines.exporting import MARK
from pipelines.two_days import Comparison, Happened
from pipelines.two_days_rows import COLUMNS, document, rows
from review.flow_picture import STOPS
from review.overview import FORMS as TYPES
from review.pages import render, spoken_in
from review.report import SHOWN
from review.reporting.two_days import Since, sheets
from review.texts import N_
from review.two_days_words import TwoDaysWords
from review.world import World, world_of

FORMS = {"xlsx": TYPES["xlsx"], "csv": TYPES["csv"], "json": TYPES["json"], "svg": "image/svg+xml"}
NAMES_SHOWN = 300  # clusters that are listed below one number of the table; files have all of them
_PRESETS = ((7, N_("the last week")), (30, N_("the last 30 days")), (365, N_("the last year")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Two days as they stand in the address; None: not given."""

    earlier: date | None
    later: date | None
    is_typed_wrong: bool  # one of them is no day

    @classmethod
    def of(cls, request: Request) -> Wish:
        """The days of a request."""
        typed = [request.query_params.get(name, "").strip() for name in ("from", "to")]
        found = [_day(text) for text in typed]
        wrong = any(text and day is None for text, day in zip(typed, found, strict=True))
        return cls(earlier=found[0], later=found[1], is_typed_wrong=wrong)


def add_routes(app: FastAPI) -> None:
    """Add this module's routes."""
    app.add_api_route("/compare", compare, methods=["GET"], response_model=None)
    app.add_api_route("/compare/{form}", file, methods=["GET"], response_model=None)


def compare(request: Request) -> Response:
    """The form with the two days; with both of them in the address, what happened between them."""
    world, wish = world_of(request), Wish.of(request)
    words = TwoDaysWords(spoken_in(request))
    with world.desk() as desk:
        first = first_day(desk)
        today = _today(world)
        earlier, later = wish.earlier, wish.later or today
        fault = None if earlier is None else fault_of(earlier, later, today=today, first=first)
        asked = earlier is not None and fault is None and not wish.is_typed_wrong
        many = asked and len(desk.cluster_ids()) > SHOWN
        found = None
        if earlier is not None and asked and not many:
            found = compared(desk, (earlier, later), world.config.policy, today=today)
    return render(
        request,
        "compare.html",
        200 if fault is None and not wish.is_typed_wrong else 422,
        earlier=earlier or max(first or later, later - timedelta(days=7)),
        later=later,
        today=today,
        first=first,
        many=many,
        asked=asked,
        forms=FORMS,
        fault=fault,
        is_typed_wrong=wish.is_typed_wrong,
        can_swap=fault is NotTheseDays.ORDER,
        presets=_presets(today, first),
        found=found,
        words=words,
        **(_shown(found, words) if found else {}),
    )


def _shown(found: Comparison, words: TwoDaysWords) -> dict[str, object]:
    """What the page shows of two days that were compared."""
    return {
        "picture": words.picture(found),
        "sections": [(what, words.lines(found, what)) for what in Happened if found.counts[what]],
        "bands": [
            (before, after, pairs)
            for before in STOPS
            for after in STOPS
            if (pairs := [p for p in found.pairs if p.flow == (before, after)])
        ],
        "names_shown": NAMES_SHOWN,
        "number_of": STOPS.index,
    }


def _today(world: World) -> date:
    """The day now in UTC, as the days that are compared are."""
    return world.clock().date()


def _presets(today: date, first: date | None) -> list[tuple[str, date]]:
    """The usual spans up to today, those for which there are visits."""
    spans = [(words, today - timedelta(days=days)) for days, words in _PRESETS]
    return [(words, since) for words, since in spans if first is not None and since >= first]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def file(request: Request, form: str) -> Response:
    """The same comparison as a file."""
    world, wish = world_of(request), Wish.of(request)
    later = wish.later or _today(world)
    if form not in FORMS or wish.earlier is None or wish.is_typed_wrong:
        raise HTTPException(404)
    with world.desk() as desk:
        if fault_of(wish.earlier, later, today=_today(world), first=first_day(desk)) is not None:
            raise HTTPException(404)
        found = compared(desk, (wish.earlier, later), world.config.policy, today=_today(world))
    name = f"clusterwatch-{found.days[0]}-{found.days[1]}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(_content(request, found, form), media_type=FORMS[form], headers=headers)


def _content(request: Request, found: Comparison, form: str) -> bytes:
    if form == "xlsx":
        return workbook(sheets(Since(found, spoken_in(request))))
    if form == "svg":
        return TwoDaysWords(spoken_in(request)).picture(found).encode()
    if form == "json":
        return json_text(document(found, generated_at=world_of(request).clock())).encode()
    out = io.StringIO(newline="")
    write_table(COLUMNS, rows(found), out)
    return MARK + out.getvalue().encode()
