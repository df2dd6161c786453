"""The overview: counts beside the night before, what changed, and the table of clusters with its exports."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from fastapi import FastAPI, HTTPException, Request
from starlette.responses import Response

from db.desk import Counts, Desk
from db.people import Way
from db.rows import Run
from pipelines.exporting import MARK, exported
from pipelines.narrowing import selected
from pipelines.questions import OpenQuestion, open_questions, reviews
from review import unread
from review.filters import CHOICES, PAGE, Filter, choices, people_choices
from review.pages import render, spoken_in
from review.world import World, session_of, world_of

FORMS = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "geojson": "application/geo+json",
    "svg": "image/svg+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def add_routes(app: FastAPI) -> None:
    """Add this module's routes."""
    app.add_api_route("/", overview, methods=["GET"], response_model=None)
    app.add_api_route("/export/{form}", export, methods=["GET"], response_model=None)
    app.add_api_route("/audit", audit, methods=["GET"], response_model=None)


def overview(request: Request) -> Response:
    """The mapping at a glance."""
    world = world_of(request)
    shown = Filter.of(request)
    with world.desk() as desk:
        asked = open_questions(desk, world.today, world.config.policy)
        table = _table(request, desk, shown, asked)
        if request.headers.get("hx-target") == "results":
            answer = render(request, "mapping.html", **table)
            answer.headers["HX-Push-Url"] = _pushed(
                request, f"/{shown.query(page=shown.page if shown.page > 1 else '')}"
            )
            return answer
        nights = desk.last_nights()
        since = _news_since(session_of(request).before_at, nights)
        return render(
            request,
            "overview.html",
            **table,
            by_link=session_of(request).way is Way.LINK,
            open_count=len(asked),
            overdue=len(desk.waiting_letters(due_before=world.today)),
            night=_night(request, desk, nights),
            counts=_counts(desk.tallies(), desk.tallies(nights[1].now) if len(nights) > 1 else None),
            changes=desk.changes(since) if since else [],
            since=since,
            choices=choices(request, desk) | people_choices(request, asked),
            saved=desk.saved_filters(session_of(request).person),
            is_full=request.query_params.get("filters") == "full",
        )


def _table(request: Request, desk: Desk, shown: Filter, asked: list[OpenQuestion]) -> dict[str, object]:
    """What the table shows."""
    world = world_of(request)
    wanted = shown.wanted(desk, world, asked)
    lines = desk.page(wanted)
    return {
        "filter": shown,
        "lines": lines,
        "total": desk.total(wanted),
        "page_size": PAGE,
        "reviews": reviews(desk, [line.cluster_id for line in lines]),
        "asked": {q.cluster.cluster_id for q in asked},
        "today": world.today,
        "active_days": world.config.policy.active_days,
        "long_silence_days": world.config.policy.long_silence_days,
    }


def _pushed(request: Request, path: str) -> str:
    """The address to be put into the browser's history, without empty fields; "false" when it stands there already."""
    here = urlsplit(request.headers.get("hx-current-url", ""))
    return "false" if f"{here.path}?{here.query}" == path else f"{path}#mapping"


def _news_since(last_login: datetime | None, nights: list[Run]) -> datetime | None:
    """The instant since when changes are news: the sign-in before this one, or the night before the last."""
    if last_login is not None and (not nights or last_login < nights[0].now):
        return last_login
    return nights[1].now if len(nights) > 1 else None


def _counts(now: Counts, before: Counts | None) -> dict[str, list[tuple[str, int, int | None]]]:
    """For each of flag, activity and English: the word, how many now, and how many more than the night before."""
    return {
        name: [
            (word, now[name].get(word, 0), now[name].get(word, 0) - before[name].get(word, 0) if before else None)
            for word in kind
        ]
        for name, kind in CHOICES.items()
    }


def _night(request: Request, desk: Desk, nights: list[Run]) -> dict[str, object] | None:
    """The last night that counted: when, how long, and what could not be read, with why."""
    if not nights:
        return None
    run = nights[0]
    told = spoken_in(request)
    troubles = [
        (unread.what(told, what), sum(why.values()), unread.whys(told, why))
        for what, why in desk.troubles(run.run_id).items()
    ]
    minutes = (run.ended_at - run.started_at).total_seconds() / 60 if run.ended_at else 0.0
    return {
        "run": run,
        "minutes": minutes,
        "visited": run.counts.get("done", 0),
        "read": run.counts.get("visit_read", 0),
        "troubles": troubles,
    }


def export(request: Request, form: str) -> Response:
    """The clusters that fit the filter, as a file."""
    if form not in FORMS:
        raise HTTPException(404)
    return file_of(world_of(request), Filter.of(request), form, language=spoken_in(request).language)


def file_of(world: World, shown: Filter, form: str, *, language: str = "en") -> Response:
    """The clusters that fit a filter as a file of one of FORMS."""
    now = world.clock()
    with world.desk() as desk:
        which = selected(desk, shown.parts(), world.today, world.config.policy) if shown.is_set else None
        pages = world.config.sign_in.public_url
        content, _ = exported(desk, form, which, generated_at=now, language=language, pages=pages)
    if form == "csv":
        content = MARK + content
    name = f"clusterwatch-{now:%Y-%m-%d}.{form}"
    return Response(content, media_type=FORMS[form], headers={"Content-Disposition": f'attachment; filename="{name}"'})


def audit(request: Request) -> Response:
    """The last entries of the audit."""
    with world_of(request).desk() as desk:
        return render(request, "audit.html", entries=desk.audit())
