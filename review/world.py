"""What every page works with: the database, the settings, the clock. Made once, by `create_app`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from starlette.requests import Request

from crawler.config import Config
from db.bulk import Bulks
from db.desk import Desk
from db.people import Person, Session

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
COOKIE = "clusterwatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The world of the pages."""

    database: Path
    config: Config
    clock: Callable[[], datetime]
    hosts: frozenset[str] = LOOPBACK  # names by which browsers may reach the pages, without port
    secure: bool = False  # cookies only over TLS; off on loopback, where there is none
    rescans_run: bool = False  # whether this process takes rescans from the queue

    def desk(self) -> Desk:
        """The open store, for one request: a connection belongs to the thread that opened it."""
        return Desk.open(self.database, clock=self.clock)

    def bulks(self) -> Bulks:
        """The same, with decisions over many questions."""
        return Bulks.open(self.database, clock=self.clock)

    @property
    def today(self) -> date:
        """The day now, in UTC."""
        return self.clock().date()


def world_of(request: Request) -> World:
    """The world of a request."""
    world = request.app.state.world
    assert isinstance(world, World)
    return world


def session_of(request: Request) -> Session:
    """Who asks. The gate lets nobody through to a route that needs a role without one."""
    session = request.scope["session"]
    assert isinstance(session, Session)
    return session


def person_of(request: Request) -> Person:
    """The person who asks."""
    return session_of(request).person
