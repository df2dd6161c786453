"""Two days of the mapping, from the store. Thin: what happened between them is told by `pipelines.two_days`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum

from crawler.policy import Policy
from db.desk import Desk
from db.history import Record
from pipelines.mapping import Mapped, end_of, mapping_of
from pipelines.two_days import Comparison, comparison

Told = Callable[[int, int], None]


def _nobody(_done: int, _of: int) -> None:
    """Nobody wants to hear how far the work is."""


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


def compared(desk: Desk, days: tuple[date, date], policy: Policy, *, today: date, told: Told = _nobody) -> Comparison:
    """The mapping of two days, the earlier first, compared. `told` hears how far the work is."""
    later = list(mapping_of(desk, days[1], policy, today=today, told=lambda done, of: told(done, 2 * of)))
    return compared_with(later, desk, days, policy, today=today, told=lambda done, of: told(of + done, 2 * of))


def compared_with(
    later: Sequence[Mapped], desk: Desk, days: tuple[date, date], policy: Policy, *, today: date, told: Told = _nobody
) -> Comparison:
    """The same, where the mapping of the later day is there already."""
    earlier = mapping_of(desk, days[0], policy, today=today, told=told)
    return comparison(earlier, later, days=days, retired=(_retired(desk, days[0]), _retired(desk, days[1])))


def _retired(desk: Desk, day: date) -> dict[str, Record]:
    return {r.cluster.cluster_id: r for r in desk.records_as_of(end_of(day)) if r.retired}
