"""Second looks: asking for one, the thread that takes them, and their progress while it happens."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator, Callable

from fastapi import FastAPI, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response, StreamingResponse

from crawler.errors import StoreError
from crawler.model import VisitOutcome
from db.desk import Desk
from db.rescans import Rescan, RescanRefused, RescanState, RescanStep
from review.pages import render, spoken_in
from review.texts import N_
from review.world import World, person_of, world_of

logger = logging.getLogger(__name__)

_IDLE_S = 1.0  # between two looks into an empty queue
_POLL_S = 0.4  # between two looks for a new step, for each page that watches
_WATCH_S = 300.0  # after that a page asks again
STEPS = {
    "started": N_("The visit begins."),
    "fetch": N_("Asked for {words}"),
    "visited": N_("The visit ended: {words}."),
    "judged": N_("Judged anew."),
    "failed": N_("It could not be done: {words}"),
}


def add_routes(app: FastAPI) -> None:
    """Add this module's routes."""
    app.add_api_route("/clusters/{cluster_id}/rescan", ask, methods=["POST"], response_model=None)
    app.add_api_route("/rescans/{rescan_id}", page, methods=["GET"], response_model=None)
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


def page(request: Request, rescan_id: int) -> Response:
    """The progress of a rescan, and its verdict beside the one before."""
    world = world_of(request)
    with world.desk() as desk:
        rescan = _known(desk, rescan_id)
        (cluster,) = desk.clusters([rescan.cluster_id], retired=True)
        steps = [told(request, step) for step in desk.steps(rescan_id)]
    over = rescan.state in {RescanState.DONE, RescanState.FAILED}
    return render(
        request, "rescan.html", rescan=rescan, cluster=cluster, steps=steps, over=over, taken=world.rescans_run
    )


def _known(desk: Desk, rescan_id: int) -> Rescan:
    rescan = desk.rescan(rescan_id)
    if rescan is None:
        raise HTTPException(404)
    return rescan


def told(request: Request, step: RescanStep) -> str:
    """A step in the reader's language."""
    texts = spoken_in(request)
    pattern = texts.catalogue.gettext(STEPS.get(step.code, "{words}"))
    is_outcome = step.code == "visited" and step.words in set(VisitOutcome)
    return pattern.replace("{words}", texts.label(VisitOutcome(step.words)) if is_outcome else step.words)


async def events(request: Request, rescan_id: int) -> Response:
    """The steps as they happen, as server-sent events; the last says that it is over."""
    world = world_of(request)
    await run_in_threadpool(_look, world, rescan_id, 0)  # an unknown one is told before the stream begins
    return StreamingResponse(_stream(request, world, rescan_id), media_type="text/event-stream")


async def _stream(request: Request, world: World, rescan_id: int) -> AsyncIterator[str]:
    last = 0
    waited_s = 0.0
    while waited_s < _WATCH_S and not await request.is_disconnected():
        rescan, steps = await run_in_threadpool(_look, world, rescan_id, last)
        for step in steps:
            last = step.position
            words = json.dumps({"text": told(request, step), "position": step.position})
            yield f"event: step\ndata: {words}\n\n"
        if rescan.state in {RescanState.DONE, RescanState.FAILED}:
            yield "event: over\ndata: {}\n\n"
            return
        await asyncio.sleep(_POLL_S)
        waited_s += _POLL_S
        yield ": waiting\n\n"


def _look(world: World, rescan_id: int, after: int) -> tuple[Rescan, list[RescanStep]]:
    with world.desk() as desk:
        rescan = _known(desk, rescan_id)  # before the steps: none is added to one that is over
        return rescan, desk.steps(rescan_id, after)


class RescanWorker:
    """The thread that takes rescans from the queue, one at a time."""

    def __init__(self, open_desk: Callable[[], Desk], look: Callable[[Desk, Rescan], None]) -> None:
        self._open_desk = open_desk
        self._look = look
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._work, name="rescans", daemon=True)

    def start(self) -> None:
        """Begin to take rescans."""
        self._thread.start()

    def stop(self) -> None:
        """Take no more; the one under way is not waited for."""
        self._ending.set()

    def _work(self) -> None:
        with self._open_desk() as desk:
            desk.drop_interrupted_rescans()
            while not self._ending.is_set():
                rescan = self._next(desk)
                if rescan is None:
                    self._ending.wait(_IDLE_S)
                else:
                    self._do(desk, rescan)

    def _next(self, desk: Desk) -> Rescan | None:
        try:
            return desk.take_rescan()
        except StoreError:  # locked for long, or the disk is full: the queue keeps what it has
            logger.exception("no rescan could be taken from the queue")
            return None

    def _do(self, desk: Desk, rescan: Rescan) -> None:
        """One rescan. The edge of a unit of work: whatever goes wrong is recorded, and the next one is taken."""
        try:
            self._look(desk, rescan)
            state, note = RescanState.DONE, ""
        except Exception as error:
            logger.exception("%s: the rescan failed", rescan.cluster_id)
            state, note = RescanState.FAILED, str(error)[:500]
            desk.add_step(rescan.rescan_id, "failed", note)
        desk.end_rescan(rescan.rescan_id, state, note)
