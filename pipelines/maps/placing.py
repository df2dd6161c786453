"""Where each cluster stands on the map: the place it has, the middle of its prefecture or country, or nowhere. Pure.

The projection is Lambert's azimuthal equal-area on a sphere, about the middle of what is drawn: areas compare, and
nowhere on either map is a distance wrong by more than 4 in 100 (Europe) or 1 in 100 (Japan). The European Union draws
its statistics in the same projection about the same point (ETRS89-LAEA, EPSG:3035).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import cos, floor, hypot, pi, radians, sin, sqrt

from crawler.model import Flag
from pipelines.maps.outlines import JAPAN, Outlines, Place, europe, japan, place_of
from pipelines.maps.shapes import Box, Point

_EARTH_KM = 6371.0
_GOLDEN = pi * (3 - sqrt(5))  # the angle by which the seeds of a sunflower follow each other: no direction is favoured


class Where(StrEnum):
    """How the place of a cluster is known."""

    EXACT = "exact"  # its coordinates
    PREFECTURE = "prefecture"  # the middle of its prefecture
    COUNTRY = "country"  # the middle of its country, outside Japan
    OUTSIDE = "outside"  # its coordinates lie on no map
    UNKNOWN = "unknown"  # nothing is known that would do


@dataclass(frozen=True, slots=True, kw_only=True)
class MapLine:
    """What the map needs of a cluster."""

    cluster_id: str
    name: str  # as people read it, in their language
    flag: Flag  # the person's word where there is one, else the machine's
    country: str = JAPAN
    home_language: str = "ja"
    prefecture: str = ""
    sector: str = ""
    lat: float | None = None
    lon: float | None = None
    by_person: bool = False  # the flag is a person's word


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A rectangle of a picture, with the part of the world that it shows."""

    name: str
    middle: Point  # of the projection
    world: Box  # degrees: what belongs to it
    at: Point  # its upper left corner on the picture
    size: Point
    corner: Point  # km east and south of `middle`, of its upper left corner
    km: float  # a unit of the picture
    is_european: bool = False

    @property
    def outlines(self) -> Outlines:
        """What is drawn in it."""
        return europe() if self.is_european else japan()

    def put(self, at: Point) -> Point:
        """Where a place in degrees is on the picture."""
        x, y = projected(at, self.middle)
        return self.at[0] + (x - self.corner[0]) / self.km, self.at[1] + (-y - self.corner[1]) / self.km

    def holds(self, at: Point) -> bool:
        """Whether a place in degrees is one of its world, and on it."""
        west, south, east, north = self.world
        if not (west <= at[0] <= east and south <= at[1] <= north):
            return False
        x, y = self.put(at)
        return 0 <= x - self.at[0] <= self.size[0] and 0 <= y - self.at[1] <= self.size[1]


_HOME = (137.0, 38.0)
# The islands south-west and far south of the four large ones would leave most of the picture to the sea: they stand in
# frames of their own, on the same scale, where the map has only sea.
JAPAN_FRAMES = (
    Frame(name="nansei", middle=(127.0, 27.0), world=(122.5, 23.6, 131.7, 30.0), at=(14, 14), size=(354, 283),
          corner=(-455, -345), km=2.5),
    Frame(name="ogasawara", middle=(142.0, 26.0), world=(140.5, 24.0, 143.0, 28.5), at=(602, 554), size=(104, 192),
          corner=(-160, -280), km=2.5),
    Frame(name="main", middle=_HOME, world=(128.2, 30.0, 147.0, 46.0), at=(0, 0), size=(720, 760),
          corner=(-880, -980), km=2.5),
)  # fmt: skip
EUROPE_FRAMES = (
    Frame(name="europe", middle=(10.0, 52.0), world=(-25.5, 33.5, 46.0, 72.0), at=(0, 0), size=(720, 640),
          corner=(-2400, -2270), km=6.7, is_european=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A cluster and what is known of its place."""

    line: MapLine
    where: Where
    at: Point | None = None  # longitude and latitude; None: it is on no map
    place: Place | None = None  # whose middle it is, where it is one

    @property
    def is_european(self) -> bool:
        """Whether it stands on the map of Europe, if on any."""
        return self.line.country.upper() != JAPAN


def projected(at: Point, middle: Point) -> Point:
    """Km east and north of the middle (Lambert azimuthal equal-area)."""
    lon, lat = radians(at[0] - middle[0]), radians(at[1])
    lat0 = radians(middle[1])
    near = 1 + sin(lat0) * sin(lat) + cos(lat0) * cos(lat) * cos(lon)
    scale = _EARTH_KM * sqrt(2 / max(near, 1e-9))
    return scale * cos(lat) * sin(lon), scale * (cos(lat0) * sin(lat) - sin(lat0) * cos(lat) * cos(lon))


def placed(lines: Iterable[MapLine]) -> list[Placed]:
    """Each line with its place, in the order given."""
    return [_placed(line) for line in lines]


def _placed(line: MapLine) -> Placed:
    if line.lat is not None and line.lon is not None:
        at = (line.lon, line.lat)
        if frame_of(at, is_european=line.country.upper() != JAPAN) is None:
            return Placed(line=line, where=Where.OUTSIDE)
        return Placed(line=line, where=Where.EXACT, at=at)
    place = place_of(line.country, line.prefecture)
    if place is None:
        return Placed(line=line, where=Where.UNKNOWN)
    where = Where.PREFECTURE if line.country.upper() == JAPAN else Where.COUNTRY
    return Placed(line=line, where=where, at=place.middle, place=place)


def frame_of(at: Point, *, is_european: bool) -> Frame | None:
    """The frame that shows a place; None when none does."""
    return next((f for f in (EUROPE_FRAMES if is_european else JAPAN_FRAMES) if f.holds(at)), None)


def spread(points: Sequence[Point], apart: float, within: Box) -> list[Point]:
    """The points moved so that no two are nearer than `apart`, each as little as may be, the earlier ones less.

    None leaves the box while there is room in it. The order decides, so the same points give the same answer.
    """
    taken: dict[tuple[int, int], list[Point]] = {}
    tried: dict[tuple[int, int], int] = {}
    moved = []
    for point in points:
        # What was taken for an earlier one from about here is taken still, or thousands of marks would take minutes.
        origin = _cell(point, apart)
        step = tried.get(origin, 0)
        while True:
            reach, angle = apart * 0.5 * sqrt(step), step * _GOLDEN
            here = (point[0] + reach * cos(angle), point[1] + reach * sin(angle))
            step += 1
            beyond = reach > hypot(within[2] - within[0], within[3] - within[1])
            if beyond or (_inside(here, within) and _is_free(here, taken, apart)):
                break
        if step > 1:
            tried[origin] = step
        taken.setdefault(_cell(here, apart), []).append(here)
        moved.append(here)
    return moved


def _inside(at: Point, box: Box) -> bool:
    return box[0] <= at[0] <= box[2] and box[1] <= at[1] <= box[3]


def _cell(at: Point, apart: float) -> tuple[int, int]:
    return floor(at[0] / apart), floor(at[1] / apart)


def _is_free(at: Point, taken: dict[tuple[int, int], list[Point]], apart: float) -> bool:
    x, y = _cell(at, apart)
    around = (other for i in (x - 1, x, x + 1) for j in (y - 1, y, y + 1) for other in taken.get((i, j), ()))
    return all(hypot(other[0] - at[0], other[1] - at[1]) >= apart for other in around)
