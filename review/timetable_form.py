"""The form of one line of the timetable: what was typed, the line that it makes, and what is wrong with it. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite

from starlette.datastructures import FormData, QueryParams

from crawler.cron import Cron
from crawler.timetable import Interval, Job, JobName, TimetableError, check, check_jitter, rule_of, wall_time, zone_of

DAILY, WEEKLY, OTHER = "daily", "weekly", "other"
RHYTHMS = (DAILY, WEEKLY, OTHER)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONGEST = 200  # characters of a field


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a person typed into the form."""

    rhythm: str
    at: str  # time of day, of the first two rhythms
    days: tuple[str, ...]  # of the week
    when: str  # a cron expression or an interval, of the last rhythm
    zone: str
    jitter: str  # minutes
    on: bool

    @classmethod
    def of_job(cls, job: Job) -> Typed:
        """The form as it is filled from a line."""
        rhythm, at, days = _simple(rule_of(job.when))
        return cls(
            rhythm=rhythm, at=at, days=days, when=job.when, zone=job.zone, jitter=f"{job.jitter_s / 60:g}", on=job.on
        )

    @classmethod
    def of_form(cls, form: FormData | QueryParams, text: Callable[[str], str]) -> Typed:
        """What a form sent; `text` gives one field of it."""
        days = {day for day in form.getlist("day") if isinstance(day, str)}
        rhythm = text("rhythm")
        return cls(
            rhythm=rhythm if rhythm in RHYTHMS else OTHER,
            at=text("weekly_at" if rhythm == WEEKLY else "at")[:_LONGEST],
            days=tuple(day for day in WEEKDAYS if day in days),
            when=text("when")[:_LONGEST],
            zone=text("zone")[:_LONGEST],
            jitter=text("jitter")[:_LONGEST],
            on=bool(text("on")),
        )

    @property
    def key(self) -> str:
        """All that counts of it in one text: what was checked is what is stored."""
        rhythm = {DAILY: self.at, WEEKLY: f"{self.at} {' '.join(self.days)}"}.get(self.rhythm, self.when)
        return "|".join((self.rhythm, rhythm, self.zone, self.jitter, "on" if self.on else "off"))

    def job(self, name: JobName) -> Job:
        """The line, checked. Raises TimetableError naming the field that makes no sense."""
        job = Job(name=name, when=self._when(), zone=self.zone, jitter_s=60 * _minutes(self.jitter), on=self.on)
        check(job)
        return job

    def faults(self, name: JobName) -> dict[str, str]:
        """What makes no sense, by its field; a jitter that is too long for the rhythm only when all else makes sense."""
        return _faults(
            lambda: rule_of(self._when()),
            lambda: zone_of(self.zone),
            lambda: check_jitter(60 * _minutes(self.jitter)),
        ) or _faults(lambda: self.job(name))

    def _when(self) -> str:
        if self.rhythm == OTHER:
            return self.when
        try:
            at = wall_time(self.at)
        except ValueError as error:
            raise TimetableError("when", str(error)) from None
        if self.rhythm == WEEKLY and not self.days:
            raise TimetableError("when", "choose at least one day of the week")
        return f"{at.minute} {at.hour} * * {','.join(self.days) if self.rhythm == WEEKLY else '*'}"


def _faults(*looks: Callable[[], object]) -> dict[str, str]:
    found = {}
    for look in looks:
        try:
            look()
        except TimetableError as error:
            found[error.field] = str(error)
    return found


def _minutes(text: str) -> float:
    """The minutes in a text; an empty one is none."""
    try:
        minutes = float(text or 0)
    except ValueError:
        minutes = float("nan")
    if not isfinite(minutes):
        raise TimetableError("jitter", f"{text!r} is no number of minutes")
    return minutes


def _simple(rule: Cron | Interval) -> tuple[str, str, tuple[str, ...]]:
    """The rhythm of a rule, with its time of day and days of the week where it is one of the simple ones."""
    if isinstance(rule, Interval):
        return (DAILY if rule.is_daily else OTHER), rule.at.isoformat("minutes"), ()
    if len(rule.hours) != 1 or len(rule.minutes) != 1 or len(rule.days) != 31 or len(rule.months) != 12:
        return OTHER, "", ()
    at = f"{next(iter(rule.hours)):02}:{next(iter(rule.minutes)):02}"
    days = tuple(day for number, day in enumerate(WEEKDAYS, start=1) if number % 7 in rule.weekdays)
    return (DAILY, at, ()) if len(days) == len(WEEKDAYS) else (WEEKLY, at, days)
