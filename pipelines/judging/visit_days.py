"""The days of visits: whatever is counted is counted once a day, however often somebody looked on it. What they asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from crawler.model import Fetch, Visit


def day_of(visit: Visit) -> date:
    """The day of a visit on the organisation's own calendar."""
    return visit.day or visit.started_at.date()


def count_of_days(visits: Iterable[Visit]) -> int:
    """On how many days these visits were made: two rescans within minutes are one look."""
    return len({day_of(v) for v in visits})


def requests_of(visit: Visit) -> tuple[Fetch, ...]:
    """The requests that a visit rests on: its own, and those of the reading that it confirms and did not make again."""
    return (*visit.carried, *visit.fetches)
