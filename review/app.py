"""The application of the staff's pages: routes, error pages, and the gate around all of it."""

from __future__ import annotations

import logging
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
from crawler.errors import StoreUnusable
from db.connection import wall_clock
from pipelines.rescanning import Looker
from review import (
    api,
    bulk,
    candidates,
    case,
    changes,
    comparing_days,
    importing,
    international,
    kept_filters,
    letters,
    maps,
    monitoring,
    overview,
    pages,
    people,
    queue,
    registry,
    report,
    rescans,
    retiring,
    saved,
    service_sign_in,
    signing,
    timetable,
    tokens,
    unread,
    worksheet,
)
from review.api import problems
from review.gate import Gate, unusable
from review.oidc import service_of
from review.worker import RescanWorker
from review.world import LOOPBACK, World, office_zone

logger = logging.getLogger(__name__)


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
        database=database,
        config=config,
        clock=clock,
        hosts=hosts,
        secure=secure,
        rescans_run=look is not None,
        zone=office_zone(config),
        service=service_of(config.sign_in, clock),
    )
    worker = RescanWorker(world.desk, look) if look else None

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if worker:
            worker.start()
        yield
        world.uploads.close()
        if worker:
            await run_in_threadpool(worker.stop)

    # The descriptions of the interface that FastAPI serves by default would be routes without a need.
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan, redirect_slashes=False)
    app.state.world = world
    app.add_api_route("/static/{name}", pages.static, methods=["GET"], response_model=None)
    for module in (
        monitoring, signing, tokens, service_sign_in, people, kept_filters, overview, queue, bulk, case, international, letters, saved, changes,
        rescans, importing, worksheet, registry, retiring, candidates, timetable, unread, report, comparing_days, maps, *api.SUBJECTS,
    ):  # fmt: skip
        module.add_routes(app)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(StoreUnusable, _unusable)
    app.add_exception_handler(Exception, _our_bug)
    return Gate(app, app.router.routes, world)


def _http_error(request: Request, error: Exception) -> Response:
    if problems.is_api(request.scope) and isinstance(error, HTTPException):
        return problems.of_http_error(request, error)
    status = error.status_code if isinstance(error, HTTPException) else 500
    answer = pages.render(request, "error.html", status, status=status)
    if status == 405:
        answer.headers["Allow"] = problems.allowed(request.app.router.routes, request.scope)
    return answer


def _not_understood(request: Request, error: Exception) -> Response:
    if problems.is_api(request.scope) and isinstance(error, RequestValidationError):
        return problems.of_invalid(request, error)
    is_place = isinstance(error, RequestValidationError) and any(e["loc"][:1] == ("path",) for e in error.errors())
    status = 404 if is_place else 422  # an id that nothing can have is an address that leads nowhere
    return pages.render(request, "error.html", status, status=status)


def _unusable(request: Request, error: Exception) -> Response:
    """Says that the database is locked or its disk full: our whole step was undone, and the same may work soon."""
    logger.warning("%s %s: %s", request.method, request.url.path, error)
    return unusable(request)


def _our_bug(request: Request, error: Exception) -> Response:
    """Says that something broke, and nothing of what; the server logs the traceback."""
    if problems.is_api(request.scope):
        return problems.problem("failed")
    return pages.render(request, "error.html", 500, status=500)
