"""The timetable in words: rules spelled out, the form, and every sentence about faults and ends of runs in Japanese."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from made import stored

from crawler.config import Limits, Storage
from crawler.errors import RunUnderWay
from crawler.model import RunKind
from crawler.policy import Policy
from crawler.timetable import Job, JobName, TimetableError
from db.desk import Desk
from db.job_runs import MAX_ATTEMPTS, JobRunKind, JobRunState
from db.run_control import CANCEL, PAUSE
from pipelines.judging.voiding import Tally, why_void
from review.faults import Faults, pattern_of
from review.texts import texts
from review.timetable_form import Typed
from review.timetable_words import FAULTS, REASONS, TimetableWords
from schedules import keeper
from schedules.backing_up import Backups
from schedules.crawling import full_words
from schedules.limits import Sight, judge
from schedules.telling import Sent

NOW = datetime(2027, 3, 26, 9, 0, tzinfo=UTC)
TOKYO = "Asia/Tokyo"
ROOT = Path(__file__).parents[1]


# --- words ---


@pytest.mark.parametrize(
    ("when", "english", "japanese"),
    [
        ("0 2 * * *", "every day at 02:00", "毎日 02:00"),
        ("every day at 02:30", "every day at 02:30", "毎日 02:30"),
        ("every day at 02:30 from 2027-05-01", "every day at 02:30, counted from 1 May 2027", "2027/05/01から毎日、02:30"),
        ("0 2,14 * * mon,fri", "every Monday and Friday at 02:00 and 14:00", "毎週月曜日、金曜日 02:00、14:00"),
        ("0 2 * * 0", "every Sunday at 02:00", "毎週日曜日 02:00"),
        ("0 2 * 1,7 sat", "every Saturday in January and July at 02:00", "1月、7月の毎週土曜日 02:00"),
        ("0 2 * 12 *", "every day in December at 02:00", "12月の毎日 02:00"),
        ("30 2 1,15 * *", "on day 1 and 15 of every month at 02:30", "毎月1、15日 02:30"),
        ("0 0 13 4 *", "on day 13 of April at 00:00", "4月の13日 00:00"),
        ("0 0 13 * fri", "on day 13 of every month, and every Friday at 00:00", "毎月13日と、毎週金曜日 00:00"),
        ("0 0 */30 * fri", "on day 1 and 31 of every month, where it is also every Friday at 00:00", "毎月1、31日のうち毎週金曜日に当たる日 00:00"),
        ("*/15 2 * * *", "every day at 02:00, 02:15, 02:30 and 02:45", "毎日 02:00、02:15、02:30、02:45"),
        ("*/12 2 * * *", "every day, 5 times between 02:00 and 02:48", "毎日、02:00から02:48の間に5回"),
        ("5 * * * *", "every day, every hour at minute 5", "毎日、毎時5分"),
        ("every 2 weeks at 02:30 from 2026-01-05", "every 2 weeks at 02:30, counted from 5 Jan 2026", "2026/01/05から2週間ごと、02:30"),
        ("every month at 02:30 from 2026-01-31", "every month at 02:30, counted from 31 Jan 2026", "2026/01/31から1か月ごと、02:30"),
        ("every 3 days at 00:00 from 2026-12-01", "every 3 days at 00:00, counted from 1 Dec 2026", "2026/12/01から3日ごと、00:00"),
    ],
)  # fmt: skip
def test_a_rule_is_spelled_out(when: str, english: str, japanese: str) -> None:
    assert TimetableWords(texts("en")).rule(when) == english
    assert TimetableWords(texts("ja")).rule(when) == japanese


@pytest.mark.parametrize(
    ("when", "rhythm", "at_time", "days"),
    [
        ("0 2 * * *", "daily", "02:00", ()),
        ("every day at 02:30", "daily", "02:30", ()),
        ("every day at 02:30 from 2027-05-01", "other", "02:30", ()),
        ("5 23 * * sun,mon", "weekly", "23:05", ("mon", "sun")),
        ("5 23 * * 0-6", "daily", "23:05", ()),
        ("5,6 23 * * *", "other", "", ()),
        ("5 23 1 * *", "other", "", ()),
        ("5 23 * 6 *", "other", "", ()),
        ("every 2 weeks at 02:30 from 2026-01-05", "other", "02:30", ()),
    ],
)
def test_the_form_is_filled_with_what_counts_and_makes_the_same_of_it(
    when: str, rhythm: str, at_time: str, days: tuple[str, ...]
) -> None:
    job = Job(name=JobName.CRAWL, when=when, zone=TOKYO, jitter_s=30.0, on=False)
    typed = Typed.of_job(job)
    assert (typed.rhythm, typed.at, typed.days) == (rhythm, at_time, days)
    again = typed.job(JobName.CRAWL)
    assert (again.zone, again.jitter_s, again.on) == (TOKYO, 30.0, False)
    words = TimetableWords(texts("en"))
    assert words.rule(again.when) == words.rule(when)


# --- sentences of the program, found again by their patterns ---

WRONG = (
    {"zone": "Mars"}, {"jitter": "361"}, {"jitter": "x"}, {"rhythm": "weekly"}, {"at": "2"},
    *({"rhythm": "other", "when": when} for when in (
        "0 2 31 2 *", "every fortnight", "every 0 days at 02:00 from 2026-01-01", "every 2 days at 02:00",
        "every 2 days at 02:00 from 2026-02-30", "0 2 * *", "x-y-z 2 * * *", "0 ² * * *", "0 2 9-1 * *", "0 2 * */0 *",
        "0 2 * * 8",
    )),
    {"rhythm": "other", "when": "0 * * * *", "jitter": "60"},
)  # fmt: skip


def faults() -> Iterator[str]:
    """Every sentence about a line that makes no sense."""
    for wrong in WRONG:
        fields = {"rhythm": "daily", "at": "02:00", "when": "", "zone": TOKYO, "jitter": "0"} | wrong
        typed = Typed(**fields, days=(), on=True)  # type: ignore[arg-type]  # texts all of them
        with pytest.raises(TimetableError) as refused:
            typed.job(JobName.CRAWL)
        yield str(refused.value)


def reasons(path: Path) -> Iterator[str]:
    """Every sentence about how a run of a job ended that is ours."""
    limits = Limits()
    for sight in (
        Sight(now=NOW, wish=CANCEL, wished_by="kato"),
        Sight(now=NOW, wish=PAUSE, wished_by="kato"),
        Sight(now=NOW, ending=True),
        Sight(now=NOW, deadline=NOW),
        Sight(now=NOW, free_bytes=1),
        Sight(now=NOW, memory_bytes=2**50),
    ):
        yield judge(sight, limits, 900).words
    yield why_void(Tally(visited=9, read=0, known_good=0, known_good_failing=0), Policy())
    yield why_void(Tally(visited=9, read=1, known_good=9, known_good_failing=8), Policy())
    for given_up in (0, 1):
        yield Sent(sent=3, given_up=given_up).words
        yield Sent(sent=3, given_up=given_up, left={"kato@centre.example": "no answer"}).words
    with Desk.open(path, clock=lambda: NOW) as desk:
        yield from _of_the_ledger(desk)
        job_run = desk.begin_job_run(JobName.BACKUP, NOW, JobRunKind.DUE)
        assert job_run is not None
        yield Backups(Storage(backups=str(path.parent / "copies")))(desk, job_run).reason
        yield Backups(Storage(backups=""))(desk, job_run).reason
    yield full_words(RunKind.NIGHTLY, "/srv/some folder")


def _of_the_ledger(desk: Desk) -> Iterator[str]:
    """What the ledger itself, and the scheduler, write into it."""
    hours = [NOW.replace(hour=hour) for hour in range(9)]
    for due in hours[:2]:
        desk.ask_job_run(JobName.CRAWL, due, JobRunKind.REPEAT)
    desk.begin_job_run(JobName.CRAWL, hours[3], JobRunKind.DUE, missed=[hours[2]])
    for _ in range(MAX_ATTEMPTS):
        desk.requeue_interrupted_job_runs()
        desk.begin_job_run(JobName.CRAWL, hours[3], JobRunKind.DUE)
    desk.leave_job_run(JobName.CRAWL, hours[4], JobRunState.MISSED, keeper.TOO_LATE)
    desk.leave_job_run(JobName.CRAWL, hours[5], JobRunState.SKIPPED, keeper.OVERLAPPED)
    yield from (r.reason for r in desk.job_runs() if r.reason)
    run = desk.begin_run(RunKind.NIGHTLY, NOW, ["aoba"])
    desk.pause_run(run.run_id, by="kato")
    with pytest.raises(RunUnderWay) as paused:
        desk.begin_run(RunKind.NIGHTLY, NOW, ["aoba"])
    yield str(paused.value)


# What takes another process, or a clock that goes on, to be said; tests/test_keeper.py and tests/test_ledger.py have it.
ELSEWHERE = {
    "the registry is empty",
    "it was interrupted and not continued",
    "nothing could be visited",
    next(pattern for pattern in REASONS if pattern.startswith("{path}: run {run} is under way")),
}


def test_every_sentence_about_a_line_is_known_and_no_pattern_is_left() -> None:
    said = {text: pattern_of(text, FAULTS) for text in faults()}
    assert [text for text, pattern in said.items() if pattern is None] == []
    fields = {"minute", "hour", "day of the month", "month", "day of the week"}
    assert set(FAULTS) - set(said.values()) == fields


def test_every_sentence_about_a_run_is_known_and_no_pattern_is_left(tmp_path: Path) -> None:
    said = {text: pattern_of(text, REASONS) for text in reasons(stored(tmp_path / "words.db"))}
    assert [text for text, pattern in said.items() if pattern is None] == []
    assert set(REASONS) - set(said.values()) == ELSEWHERE


def test_the_sentences_said_elsewhere_stand_in_the_program() -> None:
    program = "".join(
        re.sub(r'"\s*f?"', "", path.read_text("utf-8"))
        for name in ("schedules", "db")
        for path in (ROOT / name).glob("*.py")
    )
    for sentence in ELSEWHERE:
        first = sentence.split("{pid}")[0].removeprefix("{path}: run {run} ").removesuffix("(")
        assert first in program, sentence


@pytest.mark.parametrize("patterns", [FAULTS, REASONS])
def test_no_sentence_stays_english_in_japanese(patterns: tuple[str, ...]) -> None:
    say = Faults(texts("ja"), patterns).say
    assert [pattern for pattern in patterns if say(pattern) == pattern] == []
    assert say("OperationalError('disk I/O error')") == "OperationalError('disk I/O error')"
