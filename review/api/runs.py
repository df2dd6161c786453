"""The last runs: when, how long, and what could not be read."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import FastAPI, Query, Request
from pydantic import Field

from crawler.model import RunKind, RunState
from db.desk import Desk
from db.rows import Run
from review.api.calls import add_call
from review.api.shapes import Shape
from review.world import world_of


class Trouble(Shape):
    """One way in which clusters of a run were not read."""

    what: str = Field(description="The outcome of the visit, or `given_up` or `skipped` for a cluster without one.")
    why: str = Field(description='The outcome of the home page, or the reason in words; "" for none.')
    clusters: int = Field(description="How many.")


class RunShape(Shape):
    """One nightly run, or one second look."""

    run_id: int
    kind: RunKind
    state: RunState
    now: datetime = Field(description="The instant that its visits work with.")
    started_at: datetime
    ended_at: datetime | None
    policy: str
    counts: dict[str, int] = Field(
        description="How many clusters are in which state, and, with `visit_` before it, how visits ended. "
        "Empty while the run is under way."
    )
    note: str = Field(description="Why it failed, was stopped or is void, in English.")
    troubles: list[Trouble]


class Runs(Shape):
    """The last runs, the newest first."""

    runs: list[RunShape]


def add_routes(app: FastAPI) -> None:
    """Add this module's calls."""
    add_call(app, "GET /api/runs", list_runs, about="runs", gives=Runs, refuses=("not_understood",))


def list_runs(
    request: Request, limit: Annotated[int, Query(ge=1, le=100, description="How many at most.")] = 10
) -> Runs:
    """The last runs, the newest first, with why clusters could not be read."""
    with world_of(request).desk() as desk:
        return Runs(runs=[_shape(desk, run) for run in desk.runs(limit)])


def _shape(desk: Desk, run: Run) -> RunShape:
    same = ("run_id", "kind", "state", "now", "started_at", "ended_at", "policy", "note")
    troubles = [
        Trouble(what=what, why=why, clusters=n)
        for what, reasons in desk.troubles(run.run_id).items()
        for why, n in reasons.items()
    ]
    return RunShape(**{name: getattr(run, name) for name in same}, counts=dict(run.counts), troubles=troubles)
