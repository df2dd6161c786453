"""The application of the staff's pages: routes, error pages, and the gate around all of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from crawler.config import Config
from db.store import wall_clock
from pipelines.rescanning import Looker
from review import case, overview, pages, queue, rescans, signing
from review.gate import Gate
from review.worker import RescanWorker
from review.world import LOOPBACK, World


def create_app(
    database: Path,
    config: Config,
    *,
    clock: Callable[[], datetime] = wall_clock,
    hosts: frozenset[str] = LOOPBACK,
    secure: bool = False,
    look: Looker | None = None,
) -> Gate:
    """The pages over this database, behind their gate. Without `look` rescans wait for a process that has one.

    `look` is given by whoever may start a crawl: that floor is beside this one.
    """
    world = World(
        database=database, config=config, clock=clock, hosts=hosts, secure=secure, rescans_run=look is not None
    )
    worker = RescanWorker(world.desk, look) if look else None

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if worker:
            worker.start()
        yield
        if worker:
            await run_in_threadpool(worker.stop)

    # The descriptions of the interface that FastAPI serves by default would be routes without a need.
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan, redirect_slashes=False)
    app.state.world = world
    app.add_api_route("/static/{name}", pages.static, methods=["GET"], response_model=None)
    for module in (signing, overview, queue, case, rescans):
        module.add_routes(app)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(Exception, _our_bug)
    return Gate(app, app.router.routes, world)


def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return pages.render(request, "error.html", status, status=status)


def _not_understood(request: Request, error: Exception) -> Response:
    return pages.render(request, "error.html", 422, status=422)


def _our_bug(request: Request, error: Exception) -> Response:
    """Says that something broke, and nothing of what; the server logs the traceback."""
    return pages.render(request, "error.html", 500, status=500)
