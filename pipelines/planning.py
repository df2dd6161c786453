"""What to visit tonight. Every cluster every night, unless the settings let unchanged sites wait; suspects never wait."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from operator import itemgetter

from crawler.config import Schedule
from crawler.model import Activity, Family, Flag, Verdict, VisitOutcome

# What speaks of an end and is confirmed by looking again on other nights. Silence and the registry speak of years:
# another night adds nothing to them.
_CONFIRMED_BY_VISITS = {Family.STATEMENT, Family.OWNERSHIP, Family.REACHABILITY}
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known about one cluster before a night."""

    cluster_id: str
    last_visited_at: datetime | None = None  # void nights left out
    unchanged_since: datetime | None = None  # the visit on which its pages last said something new; None: unknown
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """What a night is to do."""

    visits: tuple[str, ...] = ()  # cluster ids, the most urgent first
    skipped: dict[str, str] = field(default_factory=dict)  # cluster ids, each with its reason


def night(standings: Iterable[Standing], *, now: datetime, schedule: Schedule) -> Night:
    """Which clusters to visit in a night that begins now, in which order, and why the others wait.

    Suspects come first, then whoever has waited longest: should the night end early, those are the visits to have.
    """
    due: list[tuple[tuple[bool, datetime], str]] = []  # what comes first, and a cluster; no verdict is held for long
    skipped: dict[str, str] = {}
    for standing in standings:
        waits_until = _waits_until(standing, now, schedule)
        if waits_until is None:
            asked_again = not is_suspect(standing.verdict), standing.last_visited_at or _NEVER
            due.append((asked_again, standing.cluster_id))
        else:
            skipped[standing.cluster_id] = (
                f"nothing has changed since {standing.unchanged_since:%Y-%m-%d}; "
                f"the next visit is due on {waits_until:%Y-%m-%d}"
            )
    due.sort(key=itemgetter(0))
    return Night(visits=tuple(cluster_id for _, cluster_id in due), skipped=skipped)


def is_suspect(verdict: Verdict | None) -> bool:
    """Whether looking again tonight may confirm or refute something: then a cluster is visited every night."""
    if verdict is None:
        return False
    return (
        verdict.flag in {Flag.LIKELY_CEASED, Flag.UNDETERMINED}
        or verdict.activity in {Activity.LIKELY_CEASED, Activity.UNDETERMINED}
        or verdict.reachability != VisitOutcome.READ
        or verdict.failing_since is not None
        or bool(verdict.moved_to)
        or any(reason.family in _CONFIRMED_BY_VISITS for reason in verdict.reasons)
    )


def _waits_until(standing: Standing, now: datetime, schedule: Schedule) -> datetime | None:
    """The night on which an unchanged site is next visited, None when that is tonight.

    Each has its own nights of the stretch, so that not all come on the same one; a missed one is not waited for again.
    """
    last, since = standing.last_visited_at, standing.unchanged_since
    if schedule.stretch_days <= 1 or last is None or since is None or is_suspect(standing.verdict):
        return None
    if standing.verdict is None or now - since < timedelta(days=schedule.stretch_after_days):
        return None
    tonight = now.astimezone(UTC).date().toordinal()
    passed = tonight - last.astimezone(UTC).date().toordinal()
    digest = blake2b(standing.cluster_id.encode(), digest_size=4).digest()
    ahead = (int.from_bytes(digest) - tonight) % schedule.stretch_days
    ahead = min(ahead, schedule.stretch_days - passed)
    return now + timedelta(days=ahead) if ahead > 0 else None
