"""A scheduler that dies after its crawl has ended, while pictures are taken, makes no other crawl of that night."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from made import NIGHT, stored

from crawler.config import Config
from crawler.model import RunKind, RunState
from crawler.timetable import JobName
from db.desk import Desk
from db.job_runs import JobRun, JobRunKind, JobRunState
from schedules.keeper import Result
from schedules.night import Nights, made_before


def begun(desk: Desk, times: int = 1) -> JobRun:
    """The crawl of the night of NIGHT, begun so often; each scheduler but the last died."""
    found = None
    for n in range(times):
        if n:
            desk.requeue_interrupted_job_runs()
        found = desk.begin_job_run(JobName.CRAWL, NIGHT, JobRunKind.DUE)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("state", "note", "expected"),
    [
        (RunState.DONE, "", Result(run_id=1)),
        (RunState.STOPPED, "the disk", Result(state=JobRunState.STOPPED, reason="the disk", run_id=1)),
        (
            RunState.VOID,
            "our network",
            Result(state=JobRunState.FAILED, reason="our network", run_id=1, repeat_at=NIGHT + timedelta(hours=3)),
        ),
    ],
)
def test_a_crawl_that_had_ended_is_not_made_again(tmp_path: Path, state: RunState, note: str, expected: Result) -> None:
    clock = NIGHT
    with Desk.open(stored(tmp_path / "n.db", nights=0), clock=lambda: clock) as desk:
        begun(desk)
        run = desk.begin_run(RunKind.NIGHTLY, NIGHT, ["aoba"])
        desk.end_run(run.run_id, state, note)
        clock = NIGHT + timedelta(hours=1)
        job_run = begun(desk, 2)
        assert job_run.attempts == 2
        assert Nights(config=Config(), ending=Event())(desk, job_run) == expected
        assert [r.run_id for r in desk.runs()] == [1]


def test_a_crawl_of_another_night_or_job_run_is_no_excuse(tmp_path: Path) -> None:
    clock = NIGHT - timedelta(seconds=1)
    with Desk.open(stored(tmp_path / "n.db", nights=0), clock=lambda: clock) as desk:
        desk.end_run(desk.begin_run(RunKind.NIGHTLY, NIGHT, ["aoba"]).run_id, RunState.DONE)
        clock = NIGHT
        job_run = begun(desk, 2)
        assert made_before(desk, job_run) is None, "it had begun before this run was due"
        other = desk.begin_job_run(JobName.CRAWL, NIGHT + timedelta(hours=1), JobRunKind.REPEAT)
        assert other is not None
        run = desk.begin_run(RunKind.NIGHTLY, NIGHT, ["aoba"])
        assert made_before(desk, job_run) is None, "it is under way"
        desk.end_run(run.run_id, RunState.DONE)
        assert made_before(desk, job_run) is not None
        desk.end_job_run(other.job_run_id, JobRunState.DONE, run_id=run.run_id)
        assert made_before(desk, job_run) is None, "another run of the job made it"


def test_the_first_attempt_makes_its_own_crawl(tmp_path: Path) -> None:
    with Desk.open(stored(tmp_path / "n.db", nights=0), clock=lambda: NIGHT) as desk:
        job_run = begun(desk)
        desk.end_run(desk.begin_run(RunKind.NIGHTLY, NIGHT, ["aoba"]).run_id, RunState.DONE)
        assert made_before(desk, job_run) is None
