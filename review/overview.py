"""The overview: counts beside the night before, what changed, and the table of clusters with its exports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from fastapi import FastAPI, HTTPException, Request
from starlette.responses import Response

from crawler.model import Activity, English, Flag, Outcome, TaskState, VisitOutcome
from db.desk import Counts, Desk
from db.listing import FACETS, SORTS, Wanted
from db.rows import Run
from pipelines.exporting import ASKED, MARK, TEXT, exported, wanted
from pipelines.questions import open_questions, reviews
from review.pages import render, spoken_in
from review.texts import N_
from review.world import session_of, world_of

PAGE = 50  # clusters on one page
_CHOICES = {"flag": Flag, "activity": Activity, "english": English}
_FORMS = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "geojson": "application/geo+json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address of the page asks for."""

    text: str
    facets: Mapping[str, str]
    asked: bool  # only clusters with an open question
    sort: str
    descending: bool
    page: int

    @classmethod
    def of(cls, request: Request) -> Filter:
        """The filter in an address; what is not understood is left out."""
        query = request.query_params
        sort = query.get("sort", "")
        page = query.get("page", "1")
        return cls(
            text="".join(c for c in query.get("q", "") if c.isprintable()).strip()[:200],
            facets={name: query[name][:200] for name in FACETS if query.get(name)},
            asked=query.get("asked") == "1",
            sort=sort if sort in SORTS else "name",
            descending=query.get("way") == "down",
            page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
        )

    def parts(self) -> dict[str, str]:
        """What is left out, by the names of an export's filter."""
        return {TEXT: self.text, **self.facets, ASKED: "1" if self.asked else ""}

    def wanted(self, asked: Iterable[str]) -> Wanted:
        """The filter for the store; `asked` are the clusters with an open question."""
        return Wanted(
            text=self.text,
            facets=self.facets,
            only=tuple(asked) if self.asked else None,
            sort=self.sort,
            descending=self.descending,
            limit=PAGE,
            offset=(self.page - 1) * PAGE,
        )

    def query(self, **changed: str) -> str:
        """The filter as the query of an address, with some parts changed ("" takes one out)."""
        parts = {**self.parts(), "sort": self.sort}
        parts |= {"way": "down" if self.descending else "", **changed}
        default = {"sort": "name"}
        kept = {name: value for name, value in parts.items() if value and default.get(name) != value}
        return f"?{urlencode(kept)}" if kept else "?"

    @property
    def is_set(self) -> bool:
        """Whether anything is left out."""
        return bool(self.text or self.facets or self.asked)


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
        ids = {q.cluster.cluster_id for q in asked}
        which = shown.wanted(ids)
        lines = desk.page(which)
        nights = desk.last_nights()
        since = _news_since(session_of(request).before_at, nights)
        return render(
            request,
            "overview.html",
            filter=shown,
            lines=lines,
            total=desk.total(which),
            page_size=PAGE,
            reviews=reviews(desk, [line.cluster_id for line in lines]),
            asked=ids,
            open_count=len(asked),
            night=_night(request, desk, nights),
            counts=_counts(desk.tallies(), desk.tallies(nights[1].now) if len(nights) > 1 else None),
            changes=desk.changes(since) if since else [],
            since=since,
            choices=_choices(request, desk),
            today=world.today,
            active_days=world.config.policy.active_days,
            long_silence_days=world.config.policy.long_silence_days,
        )


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
        for name, kind in _CHOICES.items()
    }


def _night(request: Request, desk: Desk, nights: list[Run]) -> dict[str, object] | None:
    """The last night that counted: when, how long, and what could not be read, with why."""
    if not nights:
        return None
    run = nights[0]
    told = spoken_in(request)
    troubles: list[tuple[str, int, list[tuple[str, int]]]] = []
    for what, why in desk.troubles(run.run_id).items():
        name = told.label(VisitOutcome(what)) if what in set(VisitOutcome) else _task(request, what)
        reasons = [(told.label(Outcome(w)) if w in set(Outcome) else w, n) for w, n in why.items() if w]
        troubles.append((name, sum(why.values()), reasons))
    minutes = (run.ended_at - run.started_at).total_seconds() / 60 if run.ended_at else 0.0
    return {
        "run": run,
        "minutes": minutes,
        "visited": run.counts.get("done", 0),
        "read": run.counts.get("visit_read", 0),
        "troubles": troubles,
    }


def _task(request: Request, state: str) -> str:
    get = spoken_in(request).catalogue.gettext
    return get(N_("given up")) if state == TaskState.FAILED else get(N_("skipped"))


def _choices(request: Request, desk: Desk) -> dict[str, list[tuple[str, str]]]:
    """For each facet the values to choose from, with their names."""
    told = spoken_in(request)
    named = {name: [(str(word), told.label(word)) for word in kind] for name, kind in _CHOICES.items()}
    return named | {name: [(v, v) for v in desk.choices(name)] for name in FACETS if name not in _CHOICES}


def export(request: Request, form: str) -> Response:
    """The clusters that fit the filter, as a file."""
    if form not in _FORMS:
        raise HTTPException(404)
    world = world_of(request)
    shown = Filter.of(request)
    now = world.clock()
    with world.desk() as desk:
        which = wanted(desk, shown.parts(), now, world.config.policy)
        content, _ = exported(desk, form, which, generated_at=now)
    if form == "csv":
        content = MARK + content
    name = f"clusterwatch-{now:%Y-%m-%d}.{form}"
    return Response(content, media_type=_FORMS[form], headers={"Content-Disposition": f'attachment; filename="{name}"'})


def audit(request: Request) -> Response:
    """The last entries of the audit."""
    with world_of(request).desk() as desk:
        return render(request, "audit.html", entries=desk.audit())
