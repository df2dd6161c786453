"""Two days of the mapping, from the store. Thin: what happened between them is told by `pipelines.two_days`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum

from crawler.policy import Policy
from db.desk import Desk
from pipelines.mapping import mapping_of
from pipelines.two_days import Comparison, comparison


class NotTheseDays(StrEnum):
    """Why two days cannot be compared."""

    NO_VISITS = "no_visits"  # nothing was visited yet
    SAME = "same"
    ORDER = "order"  # the earlier day is the later one; swapping them would hide a slip
    FUTURE = "future"
    TOO_EARLY = "too_early"  # before the first visit: nothing was known


def fault_of(earlier: date, later: date, *, today: date, first: date | None) -> NotTheseDays | None:
    """What is wrong with two days; None when they can be compared. `first`: the day of the first visit."""
    if first is None:
        return NotTheseDays.NO_VISITS
    if later > today or earlier > today:
        return NotTheseDays.FUTURE
    if earlier == later:
        return NotTheseDays.SAME
    if earlier > later:
        return NotTheseDays.ORDER
    return NotTheseDays.TOO_EARLY if earlier < first else None


def first_day(desk: Desk) -> date | None:
    """The day (UTC) of the first visit that counted, None when there was none yet."""
    first = desk.first_visit_at()
    return first.date() if first else None


def compared(
    desk: Desk,
    days: tuple[date, date],
    policy: Policy,
    *,
    today: date,
    told: Callable[[int, int], None] = lambda _done, _all: None,
) -> Comparison:
    """The mapping of two days, the earlier first, compared. `told` hears how far the work is."""

    def half(number: int) -> Callable[[int, int], None]:
        return lambda done, of: told(number * of + done, 2 * of)

    earlier = list(mapping_of(desk, days[0], policy, today=today, retired=True, told=half(0)))
    later = mapping_of(desk, days[1], policy, today=today, retired=True, told=half(1))
    return comparison(earlier, later, days=days)
