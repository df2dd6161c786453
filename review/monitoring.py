"""What programs ask that watch over this one: is the server there, are the nights as they should be, and figures."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response

from pipelines.health import Finding, Severity, is_healthy
from pipelines.watching import look
from review.metrics import MEDIA_TYPE, exposition
from review.needs import METRICS
from review.world import World, world_of

# Anybody may ask, as often as they like, and looking opens the database: so it is done this seldom.
_KEPT = timedelta(seconds=5)


class Watch:
    """What was found last about the installation, kept for a moment."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = Lock()
        self._at: datetime | None = None
        self._found: list[Finding] = []

    def findings(self) -> list[Finding]:
        """What there is to say; a look into the database at most every `_KEPT`, for all who ask together."""
        with self._lock:
            now = self._world.clock()
            if self._at is None or not timedelta(0) <= now - self._at < _KEPT:
                config = self._world.config
                span = timedelta(hours=config.monitoring.span_hours)
                self._found = look(self._world.database, config, now=now, span=span)
                self._at = now
            return self._found


def add_routes(app: FastAPI) -> None:
    """Add this module's routes."""
    app.state.watch = Watch(app.state.world)
    app.add_api_route("/live", live, methods=["GET"], response_model=None)
    app.add_api_route("/health", health, methods=["GET"], response_model=None)
    app.add_api_route(METRICS, metrics, methods=["GET"], response_model=None)


def live() -> Response:
    """That this server answers. Nothing else is looked at."""
    return JSONResponse({"status": "ok"})


def health(request: Request) -> Response:
    """Whether the nights are as they should be: codes only, no word that tells strangers about the installation."""
    found = _watch(request).findings()
    healthy = is_healthy(found)
    told = [{"code": str(f.code), "severity": str(f.severity)} for f in found if f.severity is not Severity.OK]
    return JSONResponse({"status": "ok" if healthy else "bad", "findings": told}, 200 if healthy else 503)


def metrics(request: Request) -> Response:
    """The figures as Prometheus reads them."""
    text = exposition(world_of(request), _watch(request).findings())
    return Response(text, headers={"Content-Type": MEDIA_TYPE})


def _watch(request: Request) -> Watch:
    watch = request.app.state.watch
    assert isinstance(watch, Watch)
    return watch
