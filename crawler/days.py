"""Which day it is where an organisation is. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from crawler.model import Cluster


def end_of(day: date) -> datetime:
    """The last instant of a day in UTC."""
    return datetime.combine(day, time.max, tzinfo=UTC)


def utc_offset_h(cluster: Cluster) -> int:
    """How far ahead of UTC the organisation's calendar is: nine hours in Japan, one in the middle of Europe."""
    return 9 if cluster.country == "JP" else 1


def day_at(cluster: Cluster, at: datetime) -> date:
    """The day on the organisation's calendar at an instant in UTC.

    A post of this morning in Japan is no event to come, although in UTC it is still yesterday.
    """
    return (at + timedelta(hours=utc_offset_h(cluster))).date()
