"""The days of visits: whatever is counted is counted once a day, however often somebody looked on it."""

from __future__ import annotations

from datetime import date

from crawler.past import AnyVisit, Stretch


def day_of(visit: AnyVisit) -> date:
    """The day of a visit on the organisation's own calendar."""
    return visit.day or visit.started_at.date()


def extended(stretch: Stretch | None, visit: AnyVisit) -> Stretch:
    """A stretch with one more visit, later than those in it; None begins one."""
    day = day_of(visit)
    if stretch is None:
        return Stretch(since=visit.started_at, until=visit.started_at, first_day=day, last_day=day, days=1)
    return Stretch(
        since=stretch.since,
        until=visit.started_at,
        first_day=stretch.first_day,
        last_day=max(day, stretch.last_day),
        days=stretch.days + (day > stretch.last_day),
    )
