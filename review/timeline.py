"""The history of one cluster as a drawing: visits by how they ended, and the latest post as each verdict knew it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from crawler.model import Verdict, Visit, VisitOutcome

WIDTH, HEIGHT = 720, 128
_LEFT, _RIGHT = 16, 704
_VISITS_Y, _POSTS_Y = 40, 84
_STEPS = (1, 2, 5, 10)  # years between two ticks, whichever gives at most eight


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark of the drawing."""

    x: float
    y: float
    kind: str  # a word that the style sheet knows
    on: date
    what: VisitOutcome | str  # how a visit ended, or the words of a post


@dataclass(frozen=True, slots=True)
class Timeline:
    """The drawing: marks, ticks, and the window in which a post makes a site active."""

    marks: tuple[Mark, ...]
    ticks: tuple[tuple[float, str], ...]
    window: tuple[float, float]  # x and width
    today: float


def timeline(visits: Sequence[Visit], history: Sequence[Verdict], today: date, active_days: int) -> Timeline:
    """The drawing of these visits and verdicts, up to today."""
    posts = {v.latest.on: v.latest for v in history if v.latest}
    events = {v.next_event.on: v.next_event for v in history if v.next_event}
    visited = {v.started_at.date(): v for v in visits}
    days = [*posts, *visited, *(d for d in events if d > today), today - timedelta(days=active_days), today]
    first, last = min(days), max(days)
    span = max((last - first).days, 1)

    def x(on: date) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * (on - first).days / span, 1)

    marks = [Mark(x(on), _VISITS_Y, str(v.outcome), on, v.outcome) for on, v in visited.items()]
    marks += [Mark(x(on), _POSTS_Y, "post", on, i.title or i.raw) for on, i in posts.items()]
    marks += [Mark(x(on), _POSTS_Y, "event", on, i.title or i.raw) for on, i in events.items()]
    start = x(today - timedelta(days=active_days))
    return Timeline(tuple(marks), tuple(_ticks(first, last, x)), (start, round(x(today) - start, 1)), x(today))


def _ticks(first: date, last: date, x: Callable[[date], float]) -> list[tuple[float, str]]:
    """The beginnings of years (of months, when it is a short time) that fall into it."""
    days = (last - first).days
    if days < 800:
        every = next(n for n in (1, 2, 3, 6, 12) if days / 30 / n <= 8)
        months = [date(first.year + m // 12, m % 12 + 1, 1) for m in range(first.month, first.month + 27)]
        return [(x(d), f"{d:%Y-%m}") for d in months if first <= d <= last and (d.month - 1) % every == 0]
    years = last.year - first.year
    step = next((s for s in _STEPS if years / s <= 8), 20)
    return [(x(date(y, 1, 1)), str(y)) for y in range(first.year + 1, last.year + 1) if y % step == 0]
