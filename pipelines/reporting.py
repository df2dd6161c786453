"""The report over the clusters as they stood on a day, from the store. Thin; refuses days of which nothing is known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from crawler.errors import UsageError
from crawler.policy import Policy
from db.desk import Desk
from pipelines.mapping import mapping_of
from pipelines.tabulating import Report, tabulated


class NoSuchDay(UsageError):
    """A day that no report can be made of. Raised by `report_of`; the command says it, the pages show it."""

    def __init__(self, words: str, first: date | None) -> None:
        super().__init__(words)
        self.first = first  # the day of the first visit; None: there is none yet, or the day is still to come


def report_of(
    desk: Desk,
    day: date,
    policy: Policy,
    *,
    today: date,
    told: Callable[[int, int], None] = lambda _done, _all: None,
) -> Report:
    """The report as of the end of a day. `told` hears how many clusters are done.

    Raises NoSuchDay for a day to come, and for one before the first visit.
    """
    refuse(desk, day, today)
    return tabulated(mapping_of(desk, day, policy, today=today, told=told), day, policy)


def refuse(desk: Desk, day: date, today: date) -> None:
    """Raises NoSuchDay for a day to come, and for one before the first visit."""
    if day > today:
        raise NoSuchDay(f"{day} is still to come; today is {today} (UTC)", None)
    first = desk.first_visit_at()
    if day < today and first is None:
        raise NoSuchDay(f"there is no report of {day}: no website was visited yet", None)
    if first is not None and day < min(first.date(), today):
        raise NoSuchDay(f"there is no report of {day}: there are visits from {first.date()} on", first.date())
