"""What every page works with: the database, the settings, the clock. Made once, by `create_app`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import Path as InPath
from starlette.requests import Request

from crawler.config import Config
from crawler.errors import ConfigError
from db.bulk import Bulks
from db.desk import Desk
from db.people import Person, Session
from review.oidc import Service
from review.uploads import Uploads

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
COOKIE = "clusterwatch"
# The id of a row in an address: no larger than a program can read from JSON, and far below what SQLite can hold.
RowId = Annotated[int, InPath(ge=1, le=2**53 - 1)]
UTC = ZoneInfo("UTC")


def office_zone(config: Config) -> ZoneInfo:
    """The zone of the office. Raises ConfigError when the setting names none."""
    name = config.review.time_zone
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):  # the name leads to no file, or to one of something else
        raise ConfigError(
            f"review.time_zone: {name!r} is not a time zone; write it like Europe/Brussels or Asia/Tokyo"
        ) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The world of the pages."""

    database: Path
    config: Config
    clock: Callable[[], datetime]
    hosts: frozenset[str] = LOOPBACK  # names by which browsers may reach the pages, without port
    secure: bool = False  # cookies only over TLS; off on loopback, where there is none
    rescans_run: bool = False  # whether this process takes rescans from the queue
    zone: ZoneInfo = UTC  # of the office
    uploads: Uploads = field(default_factory=Uploads)  # registry files between their preview and their import
    service: Service | None = None  # through which people may sign in; None: by password or link only

    def desk(self) -> Desk:
        """The open store, for one request: a connection belongs to the thread that opened it."""
        return Desk.open(self.database, clock=self.clock, archive=self.config.storage.archive)

    def bulks(self) -> Bulks:
        """The same, with decisions over many questions."""
        return Bulks.open(self.database, clock=self.clock, archive=self.config.storage.archive)

    @property
    def today(self) -> date:
        """The day now, on the office's calendar."""
        return self.clock().astimezone(self.zone).date()

    @property
    def midnight(self) -> datetime:
        """The instant at which today began."""
        return datetime.combine(self.today, time.min, self.zone).astimezone(UTC)


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
