"""The timetable in words: when a job runs, what is wrong with a line, and why a run ended as it did.

`crawler.timetable`, `crawler.cron` and the ledger say the latter in English; each sentence is found again by its
pattern, as in `review.faults`. A test compares the patterns with the program's sentences.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from zoneinfo import ZoneInfo

from babel.dates import get_day_names, get_month_names
from babel.lists import format_list

from crawler.cron import Cron
from crawler.timetable import ClockChange, Interval, JobName, rule_of
from review.faults import Faults
from review.texts import N_, Texts

FAULTS = (
    N_("must be between 0 and {most} minutes"),
    N_("{text} never comes"),
    N_("{minutes} minutes must be less than the {between} minutes between two runs"),
    N_("there is no time zone {name}; write an IANA name such as Europe/Brussels or Asia/Tokyo"),
    N_('{text} is no interval such as "every day at 02:30" or "every 2 weeks at 02:30 from 2026-01-05"'),
    N_("an interval of 0 is none"),
    N_("{text} must say from which day on, such as: from 2026-01-05"),
    N_("{text} is no day such as 2026-01-05"),
    N_("{text} is no time of day such as 06:00"),
    N_(
        "{text} has {count} fields, a cron expression has 5: minute, hour, day of the month, month, day of the week, "
        'such as "0 2 * * *"'
    ),
    N_("{field}: {part} is no number, range (1-5), list (1,3) or step (*/2)"),
    N_("{field}: the range {part} runs backwards"),
    N_("{field}: the step of {part} is 0"),
    N_("{field}: {text} is not between {low} and {high}"),
    # Of the form.
    N_("{text} is no number of minutes"),
    N_("choose at least one day of the week"),
    # The fields of a cron expression.
    N_("minute"),
    N_("hour"),
    N_("day of the month"),
    N_("month"),
    N_("day of the week"),
)
REASONS = (
    N_("nobody was there, and a later run took its place"),
    N_("nobody was there, and the next run is near"),
    N_("the run before it was still under way"),
    N_("a later run took its place"),
    N_("the scheduler died during it, {count} times"),
    N_("the registry is empty"),
    N_("paused by {name}"),
    N_("cancelled by {name}"),
    N_("the program was asked to end"),
    N_("the run had to end by {at} UTC"),
    N_("the disk has only {free} MiB free, less than limits.min_free_bytes ({least} MiB)"),
    N_("the crawl process took {count} MiB of memory"),
    N_("the disk is full: free some space in {folder}, then run clusterwatch crawl again. What was stored is kept"),
    N_(
        "none of {count} sites could be read: our own network seems to be down. The run is void and changes nothing"
    ),
    N_(
        "{count} of {total} sites that were readable before could not be read: our own network seems to be at fault. "
        "The run is void and changes nothing"
    ),
    N_("it was interrupted and not continued"),
    N_("nothing could be visited"),
    N_(
        "{path}: run {run} is under way in another process ({pid} on {host}). Wait for its end; a second crawl would "
        "visit the same sites twice."
    ),
    N_("{path}: run {run} was paused by {name}. Resume it with: clusterwatch schedule resume {again}"),
    N_("{path}: {rows} rows, {size} bytes"),
    N_("storage.backups names no folder"),
    N_("{count} sent, {given_up} given up, not sent: {why}"),
    N_("{count} sent, not sent: {why}"),
    N_("{count} sent, {given_up} given up"),
    N_("{count} sent"),
)  # fmt: skip
# What each job is for.
PURPOSES = {
    JobName.CRAWL: N_("Visits the websites of all clusters, and judges them anew."),
    JobName.DIGEST: N_("Writes to people about what changed, if anything did."),
    JobName.BACKUP: N_("Copies the database, and checks the copy."),
    JobName.CLEAN_UP: N_("Drops saved pages and pictures that are old and that no flag rests on."),
}
_TIMES_NAMED = 4  # times of a day that are written out; more are counted
_HOURS = 24
_HOUR = 60  # minutes
_BACK_AN_HOUR = N_("Clocks in {zone} go back by an hour on {day}.")
_BACK = N_("Clocks in {zone} go back by {minutes} minutes on {day}.")


class TimetableWords:
    """The timetable in one language."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._get = texts.catalogue.gettext
        self.fault = Faults(texts, FAULTS).say
        self.reason = Faults(texts, REASONS).say
        # Cron counts from Sunday, the calendar of babel from Monday.
        days = get_day_names("wide", locale=texts.locale)
        self.weekdays = [days[(day - 1) % 7] for day in range(7)]
        self._months = get_month_names("wide", locale=texts.locale)

    def purpose(self, name: JobName) -> str:
        """What a job is for, in a sentence."""
        return self._get(PURPOSES[name])

    def rule(self, when: str) -> str:
        """When a job runs. Raises TimetableError when the text makes no sense."""
        rule = rule_of(when)
        if isinstance(rule, Interval):
            return self._interval(rule)
        return self._cron(rule)

    def change(self, change: ClockChange, zone: str) -> str:
        """A change of clocks, in a sentence."""
        place = ZoneInfo(zone)
        day = self._texts.day(change.at.astimezone(place).date())
        minutes = int(abs(change.forward).total_seconds() // 60)
        forward = change.forward.days >= 0
        if minutes == _HOUR:
            said = N_("Clocks in {zone} go forward by an hour on {day}.") if forward else _BACK_AN_HOUR
        else:
            said = N_("Clocks in {zone} go forward by {minutes} minutes on {day}.") if forward else _BACK
        return self._get(said).format(zone=zone, minutes=minutes, day=day)

    def _interval(self, rule: Interval) -> str:
        at = rule.at.isoformat("minutes")
        daily = self._get(N_("every day"))
        if rule.is_daily:
            return self._at(daily, [at])
        said = {
            "day": daily if rule.n == 1 else self._get(N_("every {count} days")),
            "week": self._texts.catalogue.ngettext("every week", "every {count} weeks", rule.n),
            "month": self._texts.catalogue.ngettext("every month", "every {count} months", rule.n),
        }
        days = said[rule.unit].format(count=rule.n)
        return self._get(N_("{days} at {times}, counted from {day}")).format(
            days=days, times=at, day=self._texts.day(rule.first)
        )

    def _cron(self, rule: Cron) -> str:
        days = self._days(rule)
        times = [
            time(hour, minute).isoformat("minutes") for hour in sorted(rule.hours) for minute in sorted(rule.minutes)
        ]
        if len(times) <= _TIMES_NAMED:
            return self._at(days, times)
        if len(rule.hours) == _HOURS and len(rule.minutes) <= _TIMES_NAMED:
            minutes = self._list(str(minute) for minute in sorted(rule.minutes))
            return self._get(N_("{days}, every hour at minute {minutes}")).format(days=days, minutes=minutes)
        return self._get(N_("{days}, {count} times between {first} and {last}")).format(
            days=days, count=len(times), first=times[0], last=times[-1]
        )

    def _days(self, rule: Cron) -> str:
        months = "" if len(rule.months) == 12 else self._list(self._months[month] for month in sorted(rule.months))
        all_week, all_month = len(rule.weekdays) == 7, len(rule.days) == 31
        weekdays = self._list(self.weekdays[day] for day in sorted(rule.weekdays, key=lambda day: (day - 1) % 7))
        of_week = self._said(N_("every {weekdays}"), N_("every {weekdays} in {months}"), months, weekdays=weekdays)
        if all_week and all_month:
            return self._said(N_("every day"), N_("every day in {months}"), months)
        if all_month:
            return of_week
        days = self._list(str(day) for day in sorted(rule.days))
        of_month = self._said(
            N_("on day {days} of every month"), N_("on day {days} of {months}"), months, days=days
        )  # fmt: skip
        if all_week:
            return of_month
        both = N_("{days}, and {others}") if rule.either_day else N_("{days}, where it is also {others}")
        return self._get(both).format(days=of_month, others=of_week)

    def _said(self, always: str, in_months: str, months: str, **parts: str) -> str:
        return self._get(in_months if months else always).format(months=months, **parts)

    def _at(self, days: str, times: Iterable[str]) -> str:
        return self._get(N_("{days} at {times}")).format(days=days, times=self._list(times))

    def _list(self, words: Iterable[str]) -> str:
        return str(format_list(list(words), locale=self._texts.locale))
