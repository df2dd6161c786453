"""Second looks: asking for one, cancelling it, and its progress while it happens."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import FastAPI, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response, StreamingResponse

from db.desk import Desk
from db.people import Role
from db.rescans import OVER, Rescan, RescanNotYours, RescanRefused, RescanState, RescanStep
from pipelines.judging.changes import changes
from review.pages import render, spoken_in
from review.steps import STEPS, parts, why_failed, why_unread
from review.texts import N_, Texts
from review.world import RowId, World, person_of, world_of

_POLL_S = 0.4  # between two looks for a new step, for each page that watches
_WATCH_S = 300.0  # after that a page asks again, from where it was


def add_routes(app: FastAPI) -> None:
    """Add this module's routes."""
    app.add_api_route("/clusters/{cluster_id}/rescan", ask, methods=["POST"], response_model=None)
    app.add_api_route("/rescans/{rescan_id}", page, methods=["GET"], response_model=None)
    app.add_api_route("/rescans/{rescan_id}/cancel", cancel, methods=["POST"], response_model=None)
    app.add_api_route("/rescans/{rescan_id}/events", events, methods=["GET"], response_model=None)


def ask(request: Request, cluster_id: str) -> Response:
    """Ask for a second look; leads to the one under way if there is one."""
    with world_of(request).desk() as desk:
        (cluster,) = desk.clusters([cluster_id]) or (None,)
        if cluster is None:
            raise HTTPException(404)
        try:
            rescan_id = desk.ask_rescan(cluster_id, by=person_of(request).name)
        except RescanRefused:
            return render(request, "refused.html", 429, cluster=cluster, fault="rescans", first=None)
    return RedirectResponse(f"/rescans/{rescan_id}", status_code=303)


def cancel(request: Request, rescan_id: RowId) -> Response:
    """Cancel a second look: whoever asked for it, or an admin. One that is over says so and stays as it is."""
    person = person_of(request)
    with world_of(request).desk() as desk:
        before = _known(desk, rescan_id)
        try:
            after = desk.cancel_rescan(rescan_id, by=person.name, any_of=person.role is Role.ADMIN)
        except RescanNotYours:
            return render(request, "refused.html", 403, cluster=None, fault="not_your_rescan", first=None)
    if after is not None and before.state in OVER and before.state is not RescanState.CANCELLED:
        return _shown(request, rescan_id, 409)
    return RedirectResponse(f"/rescans/{rescan_id}", status_code=303)


def page(request: Request, rescan_id: RowId) -> Response:
    """The progress of a rescan, and its verdict beside the one before."""
    return _shown(request, rescan_id, 200)


def _shown(request: Request, rescan_id: RowId, status: int) -> Response:
    world, texts, person = world_of(request), spoken_in(request), person_of(request)
    with world.desk() as desk:
        rescan = _known(desk, rescan_id)
        (cluster,) = desk.clusters([rescan.cluster_id], retired=True)
        steps = desk.steps(rescan_id)
        progress = _progress(texts, desk, rescan, steps)
    over = rescan.state in OVER
    return render(
        request,
        "rescan.html",
        status,
        rescan=rescan,
        cluster=cluster,
        steps=[(_code(step), parts(texts, step)) for step in steps],
        seen=steps[-1].position if steps else 0,
        over=over,
        progress=progress,
        most=world.config.budget.max_pages,
        taken=world.rescans_run or rescan.state is not RescanState.QUEUED,
        may_cancel=not over and not rescan.cancelled_by and (rescan.by == person.name or person.role is Role.ADMIN),
        came_late=over and rescan.state is not RescanState.CANCELLED and bool(rescan.cancelled_by or status == 409),
        failure=why_failed(texts, rescan.note) if rescan.state is RescanState.FAILED else "",
        unread=why_unread(texts, steps) if rescan.after else None,
        changed=changes(rescan.before, rescan.after) if rescan.after else None,
    )


def _known(desk: Desk, rescan_id: int) -> Rescan:
    rescan = desk.rescan(rescan_id)
    if rescan is None:
        raise HTTPException(404)
    return rescan


def _code(step: RescanStep) -> str:
    """The code of a step, for its look."""
    return step.code if step.code in STEPS else "other"


def _progress(texts: Texts, desk: Desk, rescan: Rescan, steps: list[RescanStep]) -> dict[str, object]:
    """How far it has come: the state, a line about it, and how many pages have been asked for."""
    pages = sum(step.code == "page" for step in steps)
    ngettext = texts.catalogue.ngettext
    if rescan.state is RescanState.QUEUED:
        before = desk.rescans_before(rescan.rescan_id)
        words = ngettext("%(num)d second look comes before it.", "%(num)d second looks come before it.", before)
        line = words % {"num": before} if before else texts.catalogue.gettext(N_("It is the next one."))
    elif rescan.state is RescanState.RUNNING and rescan.cancelled_by:
        line = texts.catalogue.gettext(N_("It is being cancelled."))
    else:
        line = ngettext("%(num)d page so far.", "%(num)d pages so far.", pages) % {"num": pages}
    return {"state": str(rescan.state), "label": texts.label(rescan.state), "line": line, "pages": pages}


async def events(request: Request, rescan_id: RowId, after: int = 0) -> Response:
    """The steps as they happen, as server-sent events, behind a position; the last says that it is over.

    A browser that lost the stream asks again with the position of the last step that it had.
    """
    world = world_of(request)
    last = request.headers.get("last-event-id", "")
    begin = int(last) if last.isascii() and last.isdigit() and len(last) < 10 else max(0, min(after, 10**9))
    await run_in_threadpool(_look, world, rescan_id, spoken_in(request))  # an unknown one is told before it begins
    headers = {"X-Accel-Buffering": "no"}  # or nginx would hold the steps back
    return StreamingResponse(_stream(request, rescan_id, begin), media_type="text/event-stream", headers=headers)


async def _stream(request: Request, rescan_id: RowId, last: int) -> AsyncIterator[str]:
    world, texts = world_of(request), spoken_in(request)
    told: dict[str, object] = {}
    waited_s = 0.0
    yield "retry: 1000\n\n"
    while waited_s < _WATCH_S and not await request.is_disconnected():
        rescan, steps, progress = await run_in_threadpool(_look, world, rescan_id, texts)
        for step in steps:
            if step.position > last:
                last = step.position
                words = {"position": last, "code": _code(step), "parts": parts(texts, step)}
                yield f"event: step\nid: {last}\ndata: {json.dumps(words)}\n\n"
        if progress != told:
            told = progress
            yield f"event: progress\ndata: {json.dumps(progress)}\n\n"
        if rescan.state in OVER:
            yield "event: over\ndata: {}\n\n"
            return
        await asyncio.sleep(_POLL_S)
        waited_s += _POLL_S
        yield ": waiting\n\n"


def _look(world: World, rescan_id: int, texts: Texts) -> tuple[Rescan, list[RescanStep], dict[str, object]]:
    with world.desk() as desk:
        rescan = _known(desk, rescan_id)  # before the steps: none is added to one that is over
        steps = desk.steps(rescan_id)
        return rescan, steps, _progress(texts, desk, rescan, steps)
