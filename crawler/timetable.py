"""When the jobs of the timetable are due. Pure: a job and an instant in, instants out; no clock is asked.

A job is due at a time on the wall of its zone. On the two nights a year when a zone changes its clocks, RFC 5545
(3.3.5) says what that means, and so do we: a time that does not exist is read by the clock before the change, so 02:30
comes at 03:30; a time that comes twice means its first coming. So no night is lost and none is doubled. A cron
expression that counts hours off (`*` or `*/2` as its hour) follows elapsed time instead.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from itertools import islice, pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crawler.cron import Cron, parse_cron

# 29 February comes no more seldom than this: 1896 to 1904, and 2096 to 2104.
_SEARCHED = timedelta(days=8 * 366)
_NO_FIRST = date(2024, 1, 1)  # what an interval of a day is counted from when it does not say
_RUNS_CHECKED = 50  # how many coming runs the jitter is compared with
MAX_JITTER_S = 6 * 3600.0

# A run that was missed is caught up until so much of the time to the next one has passed. A nightly run of 02:00 is
# made up to 22:00; after that the next night is near enough, and two runs would see the same.
CAUGHT_UP_SHARE = 5 / 6

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_INTERVAL = re.compile(r"every (?:(?P<n>\d{1,3}) )?(?P<unit>day|week|month)s? at (?P<time>\S+)(?: from (?P<from>\S+))?")


class JobName(StrEnum):
    """The jobs that a timetable can have."""

    CRAWL = "crawl"
    DIGEST = "digest"
    BACKUP = "backup"
    CLEAN_UP = "clean_up"


class TimetableError(ValueError):
    """A line of the timetable makes no sense. Raised by `check`; caught by the configuration and by whoever edits.

    `field` is one of `when`, `zone`, `jitter` and `until`.
    """

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One line of the timetable."""

    name: JobName
    when: str  # a cron expression, or "every 2 weeks at 02:30 from 2026-01-05"
    zone: str  # IANA name
    jitter_s: float = 0.0  # a run begins up to so much later than it is due, another time each time
    on: bool = True


@dataclass(frozen=True, slots=True)
class Interval:
    """A calendar interval."""

    n: int
    unit: str  # day, week or month
    at: time
    first: date  # the day that it is counted from

    @property
    def is_daily(self) -> bool:
        """Whether it is every day, from no day on in particular."""
        return (self.n, self.unit, self.first) == (1, "day", _NO_FIRST)


@dataclass(frozen=True, slots=True)
class Due:
    """One run to come."""

    due: datetime  # UTC; what the timetable says, and the name of the run in the ledger
    starts: datetime  # UTC; with the jitter


@dataclass(frozen=True, slots=True)
class ClockChange:
    """A night on which the clocks of a zone are changed."""

    at: datetime  # UTC; the first minute of the new time
    forward: timedelta  # how far they are put forward; less than zero: back


# --- checking ---


def check(job: Job) -> None:
    """Raises TimetableError naming the field of the job that makes no sense."""
    zone_of(job.zone)
    rule_of(job.when)
    check_jitter(job.jitter_s)
    # Any instant would do; this one makes the answer the same every day.
    coming = list(islice(_dues(job, datetime(2024, 1, 1, tzinfo=UTC)), _RUNS_CHECKED))
    if not coming:
        raise TimetableError("when", f"{job.when!r} never comes")
    shortest = min((b - a for a, b in pairwise(coming)), default=timedelta(days=366))
    if job.jitter_s >= shortest.total_seconds():
        raise TimetableError(
            "jitter",
            f"{job.jitter_s / 60:.0f} minutes must be less than the {shortest.total_seconds() / 60:.0f} minutes "
            "between two runs",
        )


def check_jitter(jitter_s: float) -> None:
    """Raises TimetableError for a jitter that no job may have, in seconds."""
    if not 0 <= jitter_s <= MAX_JITTER_S:
        raise TimetableError("jitter", f"must be between 0 and {MAX_JITTER_S / 60:.0f} minutes")


def zone_of(name: str) -> ZoneInfo:
    """The time zone of this name. Raises TimetableError when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of the zones, such as "Europe"
        raise TimetableError(
            "zone", f"there is no time zone {name!r}; write an IANA name such as Europe/Brussels or Asia/Tokyo"
        ) from None


@lru_cache(maxsize=64)
def rule_of(when: str) -> Cron | Interval:
    """What a text of a timetable says. Raises TimetableError when it makes no sense."""
    try:
        return _interval(when) if when.startswith("every") else parse_cron(when)
    except ValueError as error:
        raise TimetableError("when", str(error)) from None


def _interval(when: str) -> Interval:
    match = _INTERVAL.fullmatch(when)
    if match is None:
        raise ValueError(
            f'{when!r} is no interval such as "every day at 02:30" or "every 2 weeks at 02:30 from 2026-01-05"'
        )
    n, unit, start = int(match["n"] or 1), match["unit"], match["from"]
    if n == 0:
        raise ValueError("an interval of 0 is none")
    if start is None and (n, unit) != (1, "day"):
        raise ValueError(f"{when!r} must say from which day on, such as: from 2026-01-05")
    try:
        first = date.fromisoformat(start) if start else _NO_FIRST
    except ValueError:
        raise ValueError(f"{start!r} is no day such as 2026-01-05") from None
    return Interval(n, unit, wall_time(match["time"]), first)


def wall_time(text: str) -> time:
    """The time of day in a text such as 06:00. Raises ValueError."""
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no time of day such as 06:00")
    return time(int(match[1]), int(match[2]))


# --- due instants ---


def due_after(job: Job, after: datetime) -> datetime | None:
    """The first instant after this one at which the job is due, in UTC; None when it never is again."""
    return next(_dues(job, after), None)


def starts(job: Job, due: datetime) -> datetime:
    """When the run that is due then begins: the jitter is drawn from the name of the run, so it is the same for all."""
    digest = blake2b(f"{job.name} {due.isoformat()}".encode(), digest_size=4).digest()
    return due + timedelta(seconds=round(job.jitter_s * int.from_bytes(digest) / 2**32))


def start_after(job: Job, after: datetime) -> Due | None:
    """The first run that begins after this instant."""
    runs = (Due(due, starts(job, due)) for due in _dues(job, after - timedelta(seconds=job.jitter_s + 1)))
    return next((run for run in runs if run.starts > after), None)


def coming(job: Job, now: datetime, n: int = 5) -> list[Due]:
    """The next runs of a job, whether it is on or off."""
    first = start_after(job, now)
    if first is None:
        return []
    later = islice(_dues(job, first.due), n - 1)
    return [first, *(Due(due, starts(job, due)) for due in later)]


def dues_between(job: Job, after: datetime, before: datetime) -> list[datetime]:
    """The instants between the two, both left out, at which the job was due; the last thousand of them."""
    found: list[datetime] = []
    for due in _dues(job, after):
        if due >= before:
            break
        found.append(due)
    return found[-1000:]


def is_caught_up(job: Job, due: datetime, now: datetime) -> bool:
    """Whether a run that was due then is still worth making now."""
    following = due_after(job, due)
    return following is None or now - due <= (following - due) * CAUGHT_UP_SHARE


def clock_changes(zone: str, after: datetime, before: datetime) -> list[ClockChange]:
    """The changes of clocks in a zone between two instants, in order."""
    place = zone_of(zone)

    def offset(at: datetime) -> timedelta:
        return at.astimezone(place).utcoffset() or timedelta(0)

    found: list[ClockChange] = []
    low, step = after, timedelta(days=1)  # no zone changes its clocks there and back within a day
    while low < before:
        high = min(low + step, before)
        forward = offset(high) - offset(low)
        if forward:
            found.append(ClockChange(_changed_at(offset, low, high), forward))
        low = high
    return found


def _changed_at(offset: Callable[[datetime], timedelta], low: datetime, high: datetime) -> datetime:
    """The first minute between two instants at which the offset is that of the later one."""
    low, before = low.replace(second=0, microsecond=0), offset(low)
    while high - low > timedelta(minutes=1):
        middle = low + timedelta(minutes=(high - low) // timedelta(minutes=2))
        low, high = (middle, high) if offset(middle) == before else (low, middle)
    return high.replace(second=0, microsecond=0)


def deadline(until: str, zone: str, now: datetime) -> datetime | None:
    """The next coming of a time of day, in UTC, by which a run that begins now must have ended; None for ""."""
    if not until:
        return None
    place, at = zone_of(zone), wall_time(until)
    today = now.astimezone(place).date()
    days = (today + timedelta(days=n) for n in range(3))
    return next(instant for day in days for instant in _instants(day, at, place, twice=False) if instant > now)


def _dues(job: Job, after: datetime) -> Iterator[datetime]:
    """Every instant after this one at which the job is due, in order."""
    zone, rule = zone_of(job.zone), rule_of(job.when)
    counts_hours = isinstance(rule, Cron) and rule.every_hour
    begin = after.astimezone(zone).date() - timedelta(days=1)  # a change of clocks can move a time over midnight
    last = after.astimezone(UTC)
    for day in _days(rule, begin):
        for instant in sorted({i for at in _times(rule) for i in _instants(day, at, zone, twice=counts_hours)}):
            if instant > last:
                last = instant
                yield instant


def _days(rule: Cron | Interval, begin: date) -> Iterator[date]:
    """The days that a rule admits, from this one on, until it admits none for so long that it never will."""
    if isinstance(rule, Interval):
        yield from _interval_days(rule, begin)
        return
    day = last = begin
    while day - last < _SEARCHED and day < date.max:
        if rule.is_on(day):
            last = day
            yield day
        day += timedelta(days=1)


def _interval_days(rule: Interval, begin: date) -> Iterator[date]:
    """The days of a calendar interval from this one on; a month that is too short has its last day."""
    if rule.unit == "month":
        passed = (begin.year - rule.first.year) * 12 + begin.month - rule.first.month
        for step in range(max(0, passed // rule.n), 12 * 8000):
            months = rule.first.month - 1 + step * rule.n
            year, month = rule.first.year + months // 12, months % 12 + 1
            if year > date.max.year:
                return
            day = date(year, month, min(rule.first.day, monthrange(year, month)[1]))
            if day >= begin:
                yield day
        return
    span = timedelta(days=rule.n * (7 if rule.unit == "week" else 1))
    day = rule.first + max(0, -(-(begin - rule.first) // span)) * span
    while day < date.max - span:
        yield day
        day += span


def _times(rule: Cron | Interval) -> list[time]:
    """The times of day that a rule admits."""
    if isinstance(rule, Interval):
        return [rule.at]
    return [time(hour, minute) for hour in sorted(rule.hours) for minute in sorted(rule.minutes)]


def _instants(day: date, at: time, zone: ZoneInfo, *, twice: bool) -> list[datetime]:
    """When this time of this day is: once, but twice on the night that clocks go back, for a job that wants that.

    `fold=0` in a gap reads the time by the clock before the change, as RFC 5545 wants it.
    """
    wall = datetime.combine(day, at, tzinfo=zone)
    first = wall.astimezone(UTC)
    second = wall.replace(fold=1).astimezone(UTC)
    return [first, second] if twice and second > first else [first]
