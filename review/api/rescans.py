"""Second looks: asking for one, and watching it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import FastAPI, HTTPException, Query, Request, Response
from pydantic import Field

from db.desk import Desk
from db.people import Role
from db.rescans import OVER, RESCANS_AN_HOUR, RescanNotYours, RescanRefused, RescanState
from review.api.calls import ClusterId, NumberInPath, add_call
from review.api.clusters import known
from review.api.problems import problem
from review.api.shapes import MAX_ID, Shape, VerdictShape
from review.world import person_of, world_of

_ABOUT = "second looks"
_HOUR_S = 3600


class StepShape(Shape):
    """One step of a second look."""

    position: int = Field(description="Counts up from 1.")
    at: datetime
    code: str = Field(
        description="`waits`, `started`, `page`, `visited`, `judged`, `failed`, `cancelled`, `again` or `given_back`."
    )
    told: dict[str, str | int | float | bool | None] = Field(
        description="What more is to be said; the names depend on `code`: of `page` its `url`, `outcome`, `kind` and more."
    )


class RescanShape(Shape):
    """One second look that somebody asked for."""

    rescan_id: int
    cluster_id: str
    state: RescanState
    by: str = Field(description="Login name.")
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    note: str = Field(description="Why it failed, in English, or `crashed`.")
    cancelled_by: str = Field(description='Who wanted it to end, "" for nobody; of a running one it soon does.')
    before: VerdictShape | None = Field(description="The verdict when it was asked for.")
    after: VerdictShape | None = Field(description="The verdict that it led to; null until then.")


class Progress(RescanShape):
    """A second look with its steps so far."""

    steps: list[StepShape]
    taken_here: bool = Field(description="Whether this server takes second looks itself; else they wait for another.")


def add_routes(app: FastAPI) -> None:
    """Add this module's calls."""
    location = {"Location": {"description": "The address to watch it at.", "schema": {"type": "string"}}}
    add_call(app, "POST /api/clusters/{cluster_id}/rescan", ask_rescan, about=_ABOUT, gives=RescanShape, status=202,
             refuses=("not_found", "too_many_rescans"),
             also={202: {"description": "It waits in the queue.", "headers": location}})  # fmt: skip
    add_call(app, "GET /api/rescans/{rescan_id}", get_rescan, about=_ABOUT, gives=Progress,
             refuses=("not_found", "not_understood"))  # fmt: skip
    add_call(app, "POST /api/rescans/{rescan_id}/cancel", cancel_rescan, about=_ABOUT, gives=RescanShape,
             refuses=("not_found", "over"))  # fmt: skip


def ask_rescan(request: Request, response: Response, cluster_id: ClusterId) -> RescanShape | Response:
    """Ask for a second look at one cluster's websites, past every cache.

    One look a cluster is under way at a time: asking again gives that one. A person may ask for ten within an hour,
    here and on the pages together.
    """
    with world_of(request).desk() as desk:
        known(desk, cluster_id, retired=False)
        try:
            rescan_id = desk.ask_rescan(cluster_id, by=person_of(request).name)
        except RescanRefused:
            words = f"No more than {RESCANS_AN_HOUR} second looks an hour."
            return problem("too_many_rescans", words, headers={"Retry-After": str(_HOUR_S)})
        response.headers["Location"] = f"/api/rescans/{rescan_id}"
        return _shape(desk, rescan_id)


def _shape(desk: Desk, rescan_id: int) -> RescanShape:
    rescan = desk.rescan(rescan_id)
    if rescan is None:
        raise HTTPException(404, "There is no such second look.")
    return RescanShape.model_validate(rescan)


def get_rescan(
    request: Request,
    rescan_id: NumberInPath,
    after: Annotated[int, Query(ge=0, le=MAX_ID, description="Only steps behind this position.")] = 0,
) -> Progress:
    """The state of a second look and its steps; ask again while it is `queued` or `running`.

    The steps as they happen, as server-sent events in the language of the reader, are for the pages alone.
    """
    world = world_of(request)
    with world.desk() as desk:
        rescan = _shape(desk, rescan_id)  # before the steps: none is added to one that is over
        steps = [StepShape.model_validate(step) for step in desk.steps(rescan_id, after)]
    return Progress(**dict(rescan), steps=steps, taken_here=world.rescans_run)


def cancel_rescan(request: Request, rescan_id: NumberInPath) -> RescanShape | Response:
    """Cancel a second look: whoever asked for it, or an admin.

    One that waits is over at once, one under way within a second or so; nothing of it is stored.
    """
    person = person_of(request)
    with world_of(request).desk() as desk:
        before = _shape(desk, rescan_id)
        if before.state in OVER and before.state is not RescanState.CANCELLED:
            return problem("over")
        try:
            desk.cancel_rescan(rescan_id, by=person.name, any_of=person.role is Role.ADMIN)
        except RescanNotYours:
            return problem("forbidden", f"{before.by} asked for this second look; only they or an admin cancel it.")
        return _shape(desk, rescan_id)
