"""What became of each night, and whether a scheduler is at work: from rows of the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crawler.model import RunKind, RunState
from crawler.timetable import JobName
from db.job_runs import JobRun, JobRunKind, JobRunState
from db.rows import Run
from db.timetable import STALE
from pipelines.nights import Fate, attempts, nights
from pipelines.timetables import Presence, presence

NOW = datetime(2027, 3, 26, 9, 0, tzinfo=UTC)
TOKYO = "Asia/Tokyo"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def made(due: str, state: JobRunState, kind: JobRunKind = JobRunKind.DUE, run_id: int | None = None) -> JobRun:
    began = at(due)
    return JobRun(
        job_run_id=1, job=JobName.CRAWL, due_at=began, kind=kind, state=state, attempts=1,
        started_at=began if state not in {JobRunState.SKIPPED, JobRunState.MISSED} else None,
        ended_at=None if state in {JobRunState.RUNNING, JobRunState.WAITING} else began + timedelta(hours=1),
        reason="", run_id=run_id,
    )  # fmt: skip


def run(run_id: int, begun: str, state: RunState) -> Run:
    began = at(begun)
    return Run(run_id=run_id, kind=RunKind.NIGHTLY, state=state, now=began, started_at=began, taken_at=began)


@pytest.mark.parametrize(
    ("job_runs", "runs", "expected"),
    [
        ([], [], ["nothing", "nothing", "nothing"]),
        ([made("2027-03-24T17:00", JobRunState.DONE, run_id=1)], [run(1, "2027-03-24T17:00", RunState.DONE)], ["nothing", "done", "nothing"]),
        # Void, and made once more the same night: that is what became of the night.
        ([made("2027-03-24T17:00", JobRunState.FAILED, run_id=1)], [run(1, "2027-03-24T17:00", RunState.VOID)], ["nothing", "void", "nothing"]),
        ([made("2027-03-24T17:00", JobRunState.FAILED, run_id=1)], [run(1, "2027-03-24T17:00", RunState.FAILED)], ["nothing", "failed", "nothing"]),
        # Broken off on a full disk: with no room to say so, or taken up again and not at its end yet; and at its end.
        ([made("2027-03-24T17:00", JobRunState.FAILED, run_id=1)], [run(1, "2027-03-24T17:00", RunState.RUNNING)], ["nothing", "failed", "nothing"]),
        ([made("2027-03-24T17:00", JobRunState.FAILED, run_id=1)], [run(1, "2027-03-24T17:00", RunState.DONE)], ["nothing", "done", "nothing"]),
        (
            [made("2027-03-24T14:00", JobRunState.FAILED, run_id=1), made("2027-03-24T16:00", JobRunState.DONE, JobRunKind.REPEAT, 2)],
            [run(1, "2027-03-24T14:00", RunState.VOID), run(2, "2027-03-24T16:00", RunState.DONE)],
            ["done", "nothing", "nothing"],  # the repeat comes after midnight in Tokyo, and belongs to the night before
        ),
        # One whose night is too long ago stands by itself.
        (
            [made("2027-03-23T15:00", JobRunState.FAILED), made("2027-03-24T15:01", JobRunState.DONE, JobRunKind.RESUMED)],
            [], ["failed", "done", "nothing"],
        ),
        (
            [made("2027-03-23T15:00", JobRunState.FAILED), made("2027-03-24T15:00", JobRunState.DONE, JobRunKind.RESUMED)],
            [], ["done", "nothing", "nothing"],
        ),
        ([made("2027-03-23T17:00", JobRunState.MISSED), made("2027-03-24T17:00", JobRunState.SKIPPED)], [], ["missed", "skipped", "nothing"]),
        ([made("2027-03-24T17:00", JobRunState.STOPPED), made("2027-03-25T17:00", JobRunState.WAITING)], [], ["nothing", "stopped", "waiting"]),
        # A run knows its number only at its end; a person's crawl belongs to no run of the timetable.
        ([made("2027-03-25T17:00", JobRunState.RUNNING)], [run(7, "2027-03-25T17:03", RunState.RUNNING)], ["nothing", "nothing", "under_way"]),
        ([], [run(7, "2027-03-24T20:00", RunState.DONE)], ["nothing", "done", "nothing"]),
        ([made("2027-03-24T17:00", JobRunState.MISSED)], [run(7, "2027-03-24T20:00", RunState.DONE)], ["nothing", "done", "nothing"]),
    ],
)  # fmt: skip
def test_what_became_of_a_night(job_runs: list[JobRun], runs: list[Run], expected: list[str]) -> None:
    found = nights(attempts(job_runs, runs), ZoneInfo(TOKYO), at("2027-03-26T09:00"), 3)
    assert [str(night.fate) for night in found] == expected
    assert [night.on for night in found] == [date(2027, 3, 24), date(2027, 3, 25), date(2027, 3, 26)]


def test_a_crawl_of_the_timetable_is_one_run_and_not_two() -> None:
    both = attempts([made("2027-03-25T17:00", JobRunState.RUNNING)], [run(7, "2027-03-25T17:03", RunState.RUNNING)])
    assert [a.kind for a in both] == [JobRunKind.DUE]
    (by_hand,) = attempts([], [run(7, "2027-03-25T17:03", RunState.FAILED)])
    assert (by_hand.kind, by_hand.fate, by_hand.run_id) == (None, Fate.FAILED, 7)


@pytest.mark.parametrize(
    ("state", "reason"),
    [(RunState.FAILED, "full"), (RunState.VOID, "full"), (RunState.RUNNING, "full"), (RunState.DONE, ""), (RunState.STOPPED, "full")],
)  # fmt: skip
def test_a_reason_that_is_over_is_not_told(state: RunState, reason: str) -> None:
    failed = replace(made("2027-03-24T17:00", JobRunState.FAILED, run_id=1), reason="full")
    (attempt,) = attempts([failed], [run(1, "2027-03-24T17:00", state)])
    assert attempt.reason == reason
    (done,) = attempts([replace(failed, state=JobRunState.DONE)], [run(1, "2027-03-24T17:00", RunState.DONE)])
    assert done.reason == "full"


@pytest.mark.parametrize(
    ("beat", "left", "expected"),
    [
        (timedelta(0), None, Presence.AT_WORK),
        (STALE, None, Presence.AT_WORK),
        (STALE + timedelta(seconds=1), None, Presence.SILENT),
        (-STALE - timedelta(seconds=1), None, Presence.SILENT),  # from the future
        (None, STALE, Presence.LEFT),
        (None, STALE + timedelta(seconds=1), Presence.SILENT),
        (None, None, Presence.SILENT),
        (timedelta(days=1), timedelta(0), Presence.SILENT),
    ],
)
def test_what_the_last_sign_of_life_means(beat: timedelta | None, left: timedelta | None, expected: Presence) -> None:
    assert presence(None if beat is None else NOW - beat, None if left is None else NOW - left, NOW) is expected
