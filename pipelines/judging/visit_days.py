"""The days of visits: whatever is counted is counted once a day, however often somebody looked on it. What they asked."""

from __future__ import annotations

from datetime import date

from crawler.model import Outcome
from crawler.past import AnyFetch, AnyVisit, Stretch
from crawler.urls import key

_FOUND_GONE = {Outcome.HTTP_404, Outcome.HTTP_410}


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


def requests_of(visit: AnyVisit) -> tuple[AnyFetch, ...]:
    """The requests that a visit rests on: its own, and those of the reading that it confirms and did not make again."""
    return (*visit.carried, *visit.fetches)


def is_no_page(fetch: AnyFetch) -> bool:
    """Whether nothing stands at an address any more: it was found gone, or leads elsewhere."""
    if fetch.outcome is not Outcome.OK:
        return fetch.outcome in _FOUND_GONE
    final = fetch.final_url or fetch.url
    return final != fetch.url and key(final) != key(fetch.url)
