"""The outlines that maps are drawn on: prefectures and islands of Japan, countries of Europe. Read once, never written.

Where they come from, and under which licences, is in `NOTICE.txt` beside them; `build.py` makes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import msgspec

from crawler.prefectures import prefecture_of
from pipelines.maps.shapes import Point, Ring

JAPAN = "JP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A prefecture or a country."""

    code: str  # JIS X 0401 of a prefecture, ISO 3166-1 alpha-2 of a country
    names: tuple[str, ...]  # of a prefecture in English and Japanese; none of a country
    middle: Point  # within its largest piece, far from the border
    rings: tuple[Ring, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlines:
    """What there is to draw, in degrees."""

    places: tuple[Place, ...]
    others: tuple[Ring, ...]  # land that is part of no place: islands of Japan, neighbours of Europe


class _Written(msgspec.Struct):
    code: str
    names: tuple[str, ...]
    middle: tuple[int, ...]  # thousandths of a degree: longitude, latitude
    rings: tuple[tuple[int, ...], ...]


class _File(msgspec.Struct):
    places: tuple[_Written, ...]
    others: tuple[tuple[int, ...], ...]


@cache
def japan() -> Outlines:
    """The 47 prefectures, and the islands that are no part of their outlines."""
    return _read("japan.json")


@cache
def europe() -> Outlines:
    """The countries of Europe, and the land around them, cut beyond the edge of the map."""
    return _read("europe.json")


def _read(name: str) -> Outlines:
    found = msgspec.json.decode((files("pipelines.maps") / name).read_bytes(), type=_File)
    places = tuple(
        Place(code=p.code, names=p.names, middle=_points(p.middle)[0], rings=tuple(map(_points, p.rings)))
        for p in found.places
    )
    return Outlines(places=places, others=tuple(map(_points, found.others)))


def _points(flat: tuple[int, ...]) -> tuple[Point, ...]:
    return tuple((x / 1000, y / 1000) for x, y in zip(flat[::2], flat[1::2], strict=True))


def place_of(country: str, prefecture: str) -> Place | None:
    """The prefecture that a registry names, or the European country; None when neither is known.

    Where a row names several prefectures (`Aichi/Gifu`), it is the first that is known.
    """
    if country.upper() != JAPAN:
        return _countries().get(country.upper())
    return _prefectures().get(prefecture_of(prefecture))


@cache
def _countries() -> dict[str, Place]:
    return {place.code: place for place in europe().places}


@cache
def _prefectures() -> dict[str, Place]:
    """The prefectures by their English names."""
    return {place.names[0]: place for place in japan().places}
