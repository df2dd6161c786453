"""Rings of points: their area, what lies in them, and what is left when they are cut or drawn with fewer points. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import hypot

Point = tuple[float, float]  # longitude and latitude in degrees, or a place on the picture
Ring = Sequence[Point]  # closed: the last point is joined to the first
Box = tuple[float, float, float, float]  # least x, least y, greatest x, greatest y

_STEPS = 40  # of the grid on which the middle of a ring is looked for, in each direction


def area(ring: Ring) -> float:
    """The area, in squares of the unit of the points."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in _sides(ring))) / 2


def contains(ring: Ring, at: Point) -> bool:
    """Whether a point lies within the ring."""
    x, y = at
    inside = False
    for (ax, ay), (bx, by) in _sides(ring):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
    return inside


def inmost(ring: Ring) -> Point:
    """The point of a grid over the ring that lies farthest from its border, within it."""
    left, low, right, high = bounds(ring)
    wide, tall = (right - left) / _STEPS, (high - low) / _STEPS
    grid = [(left + wide * (i + 0.5), low + tall * (j + 0.5)) for i in range(_STEPS) for j in range(_STEPS)]
    inside = [at for at in grid if contains(ring, at)]
    return max(inside, key=lambda at: min(_distance(at, a, b) for a, b in _sides(ring)))


def bounds(ring: Ring) -> Box:
    """The box around a ring."""
    xs, ys = [p[0] for p in ring], [p[1] for p in ring]
    return min(xs), min(ys), max(xs), max(ys)


def simplified(line: Ring, tolerance: float) -> list[Point]:
    """The line with its ends and no point that lies within the tolerance of what is left (Douglas and Peucker)."""
    kept = {0, len(line) - 1}
    open_parts = [(0, len(line) - 1)] if tolerance else []
    while open_parts:
        first, last = open_parts.pop()
        between = range(first + 1, last)
        if not between:
            continue
        far = max(between, key=lambda at: _distance(line[at], line[first], line[last]))
        if _distance(line[far], line[first], line[last]) > tolerance:
            kept.add(far)
            open_parts += [(first, far), (far, last)]
    return list(line) if not tolerance else [line[at] for at in sorted(kept)]


def clipped(ring: Ring, box: Box) -> Ring:
    """What of a ring lies within a box (Sutherland and Hodgman); no points when nothing does."""
    for axis, limit, sign in ((0, box[0], 1), (1, box[1], 1), (0, box[2], -1), (1, box[3], -1)):
        ring = _cut(ring, lambda p, axis=axis, limit=limit, sign=sign: sign * (p[axis] - limit))  # type: ignore[misc]
    return ring


def _cut(ring: Ring, height: Callable[[Point], float]) -> Ring:
    """The part of a ring where `height` is not below nought."""
    kept: list[Point] = []
    for a, b in _sides(ring):
        above, below = height(a), height(b)
        if above >= 0:
            kept.append(a)
        if (above >= 0) != (below >= 0):
            share = above / (above - below)
            kept.append((a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])))
    return kept


def _sides(ring: Ring) -> list[tuple[Point, Point]]:
    return [*pairwise(ring), (ring[-1], ring[0])] if ring else []


def _distance(at: Point, a: Point, b: Point) -> float:
    """From a point to a stretch between two others."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    share = max(0.0, min(1.0, ((at[0] - a[0]) * dx + (at[1] - a[1]) * dy) / length)) if length else 0.0
    return hypot(at[0] - a[0] - share * dx, at[1] - a[1] - share * dy)
