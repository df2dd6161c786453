"""When jobs are due: cron and intervals, two zones, both nights that clocks change, jitter, and what is caught up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.config import Schedule, config_from, configured_job
from crawler.errors import ConfigError
from crawler.timetable import (
    Job,
    JobName,
    TimetableError,
    check,
    clock_changes,
    coming,
    deadline,
    dues_between,
    is_caught_up,
    start_after,
    starts,
)

BRUSSELS, TOKYO = "Europe/Brussels", "Asia/Tokyo"


def job(when: str, zone: str = TOKYO, jitter_s: float = 0.0) -> Job:
    return Job(name=JobName.CRAWL, when=when, zone=zone, jitter_s=jitter_s)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def minutes(instants: list[datetime]) -> list[str]:
    return [f"{i:%m-%dT%H:%M}" for i in instants]


SPRING = "2026-03-28T12:00"  # clocks go from 02:00 to 03:00 on 29 March
AUTUMN = "2026-10-24T12:00"  # and from 03:00 to 02:00 on 25 October


@pytest.mark.parametrize(
    ("when", "zone", "after", "expected"),
    [
        # A zone that never changes its clocks, on the same nights.
        ("0 2 * * *", TOKYO, SPRING, ["03-28T17:00", "03-29T17:00", "03-30T17:00"]),
        ("0 2 * * *", TOKYO, AUTUMN, ["10-24T17:00", "10-25T17:00", "10-26T17:00"]),
        # 02:30 does not exist on the first night, and comes twice on the second.
        ("30 2 * * *", BRUSSELS, SPRING, ["03-29T01:30", "03-30T00:30", "03-31T00:30"]),
        ("30 2 * * *", BRUSSELS, AUTUMN, ["10-25T00:30", "10-26T01:30", "10-27T01:30"]),
        ("every day at 02:30", BRUSSELS, SPRING, ["03-29T01:30", "03-30T00:30", "03-31T00:30"]),
        ("every day at 02:30", BRUSSELS, AUTUMN, ["10-25T00:30", "10-26T01:30", "10-27T01:30"]),
        # Both sides of the change.
        ("59 1 * * *", BRUSSELS, SPRING, ["03-29T00:59", "03-29T23:59", "03-30T23:59"]),
        ("0 2 * * *", BRUSSELS, SPRING, ["03-29T01:00", "03-30T00:00", "03-31T00:00"]),
        ("0 3 * * *", BRUSSELS, SPRING, ["03-29T01:00", "03-30T01:00", "03-31T01:00"]),
        ("59 1 * * *", BRUSSELS, AUTUMN, ["10-24T23:59", "10-26T00:59", "10-27T00:59"]),
        ("0 3 * * *", BRUSSELS, AUTUMN, ["10-25T02:00", "10-26T02:00", "10-27T02:00"]),
        # Two times that a change makes one are one run.
        ("0 2,3 * * *", BRUSSELS, SPRING, ["03-29T01:00", "03-30T00:00", "03-30T01:00"]),
        # A job that counts hours off follows elapsed time.
        ("0 * * * *", BRUSSELS, "2026-10-24T23:30", ["10-25T00:00", "10-25T01:00", "10-25T02:00"]),
        ("0 * * * *", BRUSSELS, "2026-03-29T00:30", ["03-29T01:00", "03-29T02:00", "03-29T03:00"]),
        # Days of the week count from Sunday, and Sunday is 7 as well.
        ("0 2 * * 0", TOKYO, "2026-11-25T00:00", ["11-28T17:00", "12-05T17:00", "12-12T17:00"]),
        ("0 2 * * 7", TOKYO, "2026-11-25T00:00", ["11-28T17:00", "12-05T17:00", "12-12T17:00"]),
        ("0 2 * * mon-wed/2", TOKYO, "2026-11-25T00:00", ["11-29T17:00", "12-01T17:00", "12-06T17:00"]),
        # A day of the month or a day of the week, as in every cron.
        ("0 0 13 * fri", "UTC", "2026-11-01T00:00", ["11-06T00:00", "11-13T00:00", "11-20T00:00"]),
        ("*/20 5 1 jan *", "UTC", "2026-11-01T00:00", ["01-01T05:00", "01-01T05:20", "01-01T05:40"]),
        ("0 2 29 2 *", "UTC", "2097-01-01T00:00", ["02-29T02:00", "02-29T02:00", "02-29T02:00"]),
        # Intervals count from their first day; a short month has its last one.
        ("every 2 weeks at 02:30 from 2026-01-05", TOKYO, "2026-03-01T17:29", ["03-01T17:30", "03-15T17:30", "03-29T17:30"]),
        ("every 2 weeks at 02:30 from 2026-01-05", TOKYO, "2026-03-01T17:30", ["03-15T17:30", "03-29T17:30", "04-12T17:30"]),
        ("every month at 02:30 from 2026-01-31", "UTC", "2026-02-01T00:00", ["02-28T02:30", "03-31T02:30", "04-30T02:30"]),
        ("every 3 days at 00:00 from 2026-12-01", "UTC", "2026-01-01T00:00", ["12-01T00:00", "12-04T00:00", "12-07T00:00"]),
    ],
)  # fmt: skip
def test_a_job_is_due(when: str, zone: str, after: str, expected: list[str]) -> None:
    check(job(when, zone))
    assert minutes([run.due for run in coming(job(when, zone), at(after), 3)]) == expected


@pytest.mark.parametrize(("zone", "nights"), [(BRUSSELS, 365), (TOKYO, 365)])
def test_a_year_has_each_night_once(zone: str, nights: int) -> None:
    line = job("30 2 * * *", zone)
    dues = dues_between(line, at("2025-12-31T12:00"), at("2026-12-31T12:00"))
    days = {f"{due + timedelta(hours=12):%Y-%m-%d}" for due in dues}
    assert (len(dues), len(days)) == (nights, nights)


@pytest.mark.parametrize(
    ("line", "field", "words"),
    [
        (job("0 2 * * *", "Europe/Bruxelles"), "zone", "Europe/Bruxelles"),
        (job("0 2 * * *", "Europe"), "zone", "Europe"),
        (job("0 2 * * *", ""), "zone", "no time zone ''"),
        (job("0 2 * * *", "../../etc/passwd"), "zone", "passwd"),
        (job("0 2 * *"), "when", "has 4 fields"),
        (job(""), "when", "has 0 fields"),
        (job("60 2 * * *"), "when", "minute: '60' is not between 0 and 59"),
        (job("0 24 * * *"), "when", "hour: '24'"),
        (job("0 2 0 * *"), "when", "day of the month: '0'"),
        (job("0 2 * 13 *"), "when", "month: '13'"),
        (job("0 2 * * 8"), "when", "day of the week: '8'"),
        (job("0 2 * * fri-mon"), "when", "runs backwards"),
        (job("*/0 2 * * *"), "when", "step"),
        (job("0 ² * * *"), "when", "hour"),
        (job("0 2 31 2 *"), "when", "never comes"),
        (job("every 2 weeks at 02:30"), "when", "from which day"),
        (job("every day at 24:00"), "when", "24:00"),
        (job("every 0 days at 02:00 from 2026-01-01"), "when", "0"),
        (job("every 2 days at 02:00 from 2026-02-30"), "when", "2026-02-30"),
        (job("every fortnight"), "when", "every fortnight"),
        (job("0 2 * * *", jitter_s=-1), "jitter", "between 0 and 360"),
        (job("0 2 * * *", jitter_s=6 * 3600 + 1), "jitter", "between 0 and 360"),
        (job("0 * * * *", jitter_s=3600), "jitter", "less than the 60 minutes"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused_by_field(line: Job, field: str, words: str) -> None:
    with pytest.raises(TimetableError) as refused:
        check(line)
    assert refused.value.field == field
    assert words in str(refused.value)


@pytest.mark.parametrize("line", [job("0 * * * *", jitter_s=3599), job("0 2 * * *", jitter_s=6 * 3600)])
def test_the_longest_jitter_is_accepted(line: Job) -> None:
    check(line)


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({"crawl_zone": "Mars/Olympus"}, "schedule.crawl_zone"),
        ({"digest": "0 25 * * *"}, "schedule.digest: hour"),
        ({"backup": "0 * * * *", "backup_jitter_minutes": 60}, "schedule.backup_jitter_minutes"),
        ({"crawl_jitter_minutes": 361}, "schedule.crawl_jitter_minutes"),
        ({"crawl_until": "6 am"}, "schedule.crawl_until"),
        ({"clean_up_on": 1}, "schedule.clean_up_on"),
        ({"stretch_days": 8}, "schedule.stretch_days"),
    ],
)
def test_a_configured_line_that_makes_no_sense_is_refused_by_setting(settings: dict[str, object], names: str) -> None:
    with pytest.raises(ConfigError, match=names):
        config_from({"schedule": settings})


def test_the_settings_make_a_line() -> None:
    config = config_from({"schedule": {"backup": "0 5 * * *", "backup_zone": "UTC", "backup_on": False}})
    expected = Job(name=JobName.BACKUP, when="0 5 * * *", zone="UTC", jitter_s=0.0, on=False)
    assert configured_job(config.schedule, JobName.BACKUP) == expected
    assert configured_job(Schedule(), JobName.CRAWL).jitter_s == 600.0


def test_jitter_is_late_bounded_varied_and_the_same_for_everybody_who_asks() -> None:
    line = job("0 2 * * *", jitter_s=600)
    runs = coming(line, at("2026-01-01T00:00"), 50)
    late = [(run.starts - run.due).total_seconds() for run in runs]
    assert all(0 <= s <= 600 for s in late)
    assert len(set(late)) > 40
    assert [starts(line, run.due) for run in runs] == [run.starts for run in runs]


def test_a_run_that_is_due_but_has_not_begun_is_the_next_one() -> None:
    line = job("0 2 * * *", jitter_s=600)
    (first, second) = coming(line, at("2026-01-01T00:00"), 2)
    assert start_after(line, first.due) == first  # due, and waiting for its jitter
    assert start_after(line, first.starts - timedelta(microseconds=1)) == first
    assert start_after(line, first.starts) == second


@pytest.mark.parametrize(
    ("when", "late", "expected"),
    [
        ("0 2 * * *", timedelta(0), True),
        ("0 2 * * *", timedelta(hours=20), True),
        ("0 2 * * *", timedelta(hours=20, seconds=1), False),
        ("0 * * * *", timedelta(minutes=50), True),
        ("0 * * * *", timedelta(minutes=51), False),
        ("0 2 * * mon", timedelta(days=5), True),
        ("0 2 * * mon", timedelta(days=6), False),
    ],
)
def test_a_missed_run_is_caught_up_unless_the_next_is_near(when: str, late: timedelta, expected: bool) -> None:
    due = at("2026-11-22T17:00")  # Monday 02:00 in Tokyo
    assert is_caught_up(job(when), due, due + late) is expected


@pytest.mark.parametrize(
    ("until", "zone", "now", "expected"),
    [
        ("", TOKYO, "2026-01-01T20:00", None),
        ("06:00", TOKYO, "2026-01-01T20:59", "2026-01-01T21:00"),
        ("06:00", TOKYO, "2026-01-01T21:00", "2026-01-02T21:00"),
        ("02:30", BRUSSELS, "2026-03-29T00:00", "2026-03-29T01:30"),  # does not exist that night
        ("02:30", BRUSSELS, "2026-10-25T00:31", "2026-10-26T01:30"),  # its first coming is over
    ],
)
def test_a_run_must_end_by_the_next_coming_of_its_hour(until: str, zone: str, now: str, expected: str | None) -> None:
    assert deadline(until, zone, at(now)) == (at(expected) if expected else None)


@pytest.mark.parametrize(
    ("zone", "after", "before", "expected"),
    [
        (BRUSSELS, "2027-03-28T00:59", "2027-03-28T01:00", [("2027-03-28T01:00", 60)]),
        (BRUSSELS, "2027-03-28T00:30", "2027-03-28T00:59", []),
        (BRUSSELS, "2027-03-28T01:00", "2027-10-31T00:59", []),
        (BRUSSELS, "2027-01-01T00:00", "2028-01-01T00:00", [("2027-03-28T01:00", 60), ("2027-10-31T01:00", -60)]),
        ("Australia/Lord_Howe", "2027-10-01T00:00", "2027-11-01T00:00", [("2027-10-02T15:30", 30)]),
        (TOKYO, "2000-01-01T00:00", "2030-01-01T00:00", []),
    ],
)
def test_changes_of_clocks_are_found_to_the_minute(
    zone: str, after: str, before: str, expected: list[tuple[str, int]]
) -> None:
    found = clock_changes(zone, at(after), at(before))
    assert [(f"{c.at:%Y-%m-%dT%H:%M}", c.forward / timedelta(minutes=1)) for c in found] == expected
