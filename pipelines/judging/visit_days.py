"""The days of visits: whatever is counted is counted once a day, however often somebody looked on it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from crawler.model import Visit


def day_of(visit: Visit) -> date:
    """The day of a visit on the organisation's own calendar."""
    return visit.day or visit.started_at.date()


def count_of_days(visits: Iterable[Visit]) -> int:
    """On how many days these visits were made: two rescans within minutes are one look."""
    return len({day_of(v) for v in visits})
