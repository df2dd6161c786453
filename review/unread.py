"""The clusters that a nightly run could not read, each with why: what stands behind the figures of the last night."""

from __future__ import annotations

from fastapi import FastAPI, HTTPException, Request
from starlette.responses import Response

from crawler.model import Outcome, RunKind, VisitOutcome
from review.pages import render, spoken_in
from review.texts import N_, Texts
from review.world import RowId, world_of

GIVEN_UP = "given_up"  # as the store says
_SHOWN = 500  # clusters of one run; a night with more has failed as a whole


def add_routes(app: FastAPI) -> None:
    """Add this module's routes."""
    app.add_api_route("/timetable/runs/{run_id}", page, methods=["GET"], response_model=None)


def page(request: Request, run_id: RowId) -> Response:
    """One nightly run: how many clusters were read, and which were not."""
    told = spoken_in(request)
    with world_of(request).desk() as desk:
        run = desk.run(run_id)
        if run is None or run.kind is not RunKind.NIGHTLY:
            raise HTTPException(404)
        found = desk.unread(run_id, limit=_SHOWN + 1)
        return render(
            request,
            "unread.html",
            run=run,
            visited=run.counts.get("done", 0),
            read=run.counts.get("visit_read", 0),
            rows=[(one, what(told, one.what), why(told, one.why)) for one in found[:_SHOWN]],
            cut=len(found) > _SHOWN,
        )


def what(told: Texts, word: str) -> str:
    """How a visit that read nothing ended, or what became of a cluster that was not visited."""
    if word in set(VisitOutcome):
        return told.label(VisitOutcome(word))
    return told.catalogue.gettext(N_("given up") if word == GIVEN_UP else N_("skipped"))


def why(told: Texts, word: str) -> str:
    """How the home page failed, or the reason in words as it was kept."""
    return told.label(Outcome(word)) if word in set(Outcome) else word


def whys(told: Texts, found: dict[str, int]) -> list[tuple[str, int]]:
    """Each reason with how many clusters, together all of them; nothing when no reason is known of any."""
    named = [(why(told, word), n) for word, n in found.items() if word]
    other = found.get("", 0)
    return [*named, (told.catalogue.gettext(N_("other reasons")), other)] if named and other else named
