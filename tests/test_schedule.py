"""`clusterwatch schedule`: the command, and real scheduler processes that are killed, doubled and asked to end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from faultnet import FaultNetwork, clusters, without_robots
from made import stored
from processes import Gate, begin, children, end, stop_seconds, wait_until_gone, written

from cli.main import main
from crawler.model import RunState
from crawler.timetable import JobName
from db.desk import Desk
from db.job_runs import JobRunKind, JobRunState


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = stored(tmp_path / "s.db")
    monkeypatch.setenv("CLUSTERWATCH_DB", str(path))
    return path


def listed(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, str | None]]:
    assert main(["schedule", *arguments, "--format", "json"]) == 0
    (rows,) = json.loads(capsys.readouterr().out).values()
    assert isinstance(rows, list)
    return rows


def test_the_timetable_is_listed_with_the_next_five_runs_over_a_change_of_clocks(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--when", "30 2 * * *", "--zone", "Europe/Brussels", "--jitter", "0", "--by", "kato"]
    assert main(["schedule", "set", "crawl", *options]) == 0
    capsys.readouterr()
    line = listed(capsys, "list", "--now", "2026-03-28T12:00Z")[0]
    assert line == {
        "job": "crawl",
        "on": "yes",
        "when": "30 2 * * *",
        "zone": "Europe/Brussels",
        "jitter_minutes": "0",
        "set_by": "kato",
        "next_runs": "2026-03-29T03:30+02:00 2026-03-30T02:30+02:00 2026-03-31T02:30+02:00 "
        "2026-04-01T02:30+02:00 2026-04-02T02:30+02:00",
    }


def test_what_was_set_is_forgotten_again(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schedule", "set", "crawl", "--off"]) == 0
    assert listed_after(capsys)["on"] == "no"
    assert main(["schedule", "reset", "crawl"]) == 0
    assert listed_after(capsys) | {"next_runs": ""} == {
        "job": "crawl", "on": "yes", "when": "0 2 * * *", "zone": "Asia/Tokyo", "jitter_minutes": "10",
        "set_by": "the configuration", "next_runs": "",
    }  # fmt: skip


def listed_after(capsys: pytest.CaptureFixture[str]) -> dict[str, str | None]:
    capsys.readouterr()
    return listed(capsys, "list")[0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["set", "crawl", "--zone", "Europe/Bruxelles"], "--zone: there is no time zone 'Europe/Bruxelles'"),
        (["set", "crawl", "--when", "0 25 * * *"], "--when: hour: '25' is not between 0 and 23"),
        (["set", "crawl", "--jitter", "400"], "--jitter: must be between 0 and 360 minutes"),
        (["set", "crawl"], "say what to change"),
        (
            ["set", "digest", "--off"],
            "there is no job digest here: [notify] names nobody. Jobs: crawl, backup, clean_up",
        ),
        (["reset", "digest"], "there is no job digest here: [notify] names nobody. Jobs: crawl, backup, clean_up"),
        (["set", "dinner", "--off"], "dinner"),
        (["pause", "99"], "there is no nightly run 99"),
        (["resume", "1"], "run 1 has ended already (done)"),
        (["cancel", "1"], "run 1 has ended already (done)"),
    ],
)
def test_wrong_usage_is_named_and_changes_nothing(
    database: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(["schedule", *arguments]) == 2
    assert words in capsys.readouterr().err
    with Desk.open(database) as desk:
        assert (desk.edits(), desk.audit()) == ({}, [])


def test_a_bad_zone_in_the_configuration_is_refused_before_anything_starts(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "bad.toml"
    config.write_text('[schedule]\ncrawl_zone = "Mars/Olympus"\n')
    assert main(["schedule", "run", "--config", str(config)]) == 2
    assert "schedule.crawl_zone: there is no time zone 'Mars/Olympus'" in capsys.readouterr().err


def test_what_became_of_runs_and_the_scheduler_is_listed(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    due = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
    with Desk.open(database) as desk:
        desk.leave_job_run(JobName.CRAWL, due, JobRunState.SKIPPED, "the run before it was still under way")
        desk.add_event("job_max_instances", "crawl", due)
    (run,) = listed(capsys, "history")
    assert (run["due_at"], run["state"], run["reason"]) == (
        "2026-11-24T17:00Z", "skipped", "the run before it was still under way",
    )  # fmt: skip
    (event,) = listed(capsys, "history", "--events")
    assert (event["event"], event["job"], event["due_at"]) == ("job_max_instances", "crawl", "2026-11-24T17:00Z")


def test_a_paused_run_says_how_it_goes_on(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Desk.open(database) as desk:
        run = desk.start_run(desk.runs(1)[0].kind, desk.now(), ["aoba"])
    assert main(["schedule", "pause", str(run), "--by", "kato"]) == 0
    assert f"schedule resume {run}" in capsys.readouterr().out
    assert main(["schedule", "resume", str(run), "--by", "kato"]) == 0
    assert "clusterwatch schedule run" in capsys.readouterr().out
    assert main(["schedule", "pause", str(run), "--by", "kato"]) == 0
    assert main(["schedule", "cancel", str(run), "--by", "kato"]) == 0
    assert f"Run {run} has ended." in capsys.readouterr().out
    with Desk.open(database) as desk:
        ended = desk.run(run)
        assert ended is not None
        assert ended.state is RunState.STOPPED


# --- real processes ---


@dataclass
class Station:
    """A database, its sites behind a gate, and the options for both."""

    path: Path
    gate: Gate
    options: list[str]
    names: list[str]

    def job_runs(self) -> list[tuple[JobRunState, int]]:
        with Desk.open(self.path) as desk:
            return [(r.state, r.attempts) for r in desk.job_runs()]

    def made(self) -> dict[str, int]:
        with Desk.open(self.path) as desk:
            return {name: len(desk.visits(name)) for name in self.names}

    def finish(self) -> None:
        """Let a scheduler do what is due, and end."""
        self.gate.open.set()
        process = begin(["schedule", "run", "--once", *self.options])
        _, complaint = process.communicate(timeout=90)
        end(process)
        assert (process.returncode, complaint) == (0, b"")


@contextmanager
def station(folder: Path) -> Iterator[Station]:
    """A night that is due now, and no other for half a day."""
    gate = Gate()
    with FaultNetwork() as network:
        sites = {f"c{n}": without_robots(gate.free if n < 2 else gate.held) for n in range(6)}
        websites = {name: network.site(f"{name}.example", site) for name, site in sites.items()}
        far = datetime.now(UTC) + timedelta(hours=12)
        schedule: dict[str, object] = {"crawl": f"{far:%M %H} * * *", "crawl_zone": "UTC", "crawl_until": ""}
        options = written(network, folder, schedule=schedule)
        path = folder / "crawl.db"
        with Desk.open(path, create=True) as desk:
            desk.upsert_clusters(clusters(websites))
            desk.ask_job_run(JobName.CRAWL, desk.now(), JobRunKind.RESUMED)
        yield Station(path, gate, options, list(websites))
        gate.open.set()


def at_work(place: Station) -> subprocess.Popen[bytes]:
    """A scheduler in the middle of a crawl."""
    process = begin(["schedule", "run", *place.options])
    assert place.gate.waiting.wait(90)
    return process


def test_a_killed_scheduler_is_replaced_at_once_and_its_night_is_completed(tmp_path: Path) -> None:
    with station(tmp_path) as place:
        first = at_work(place)
        try:
            second = begin(["schedule", "run", *place.options])
            _, complaint = second.communicate(timeout=90)
            end(second)
            assert second.returncode == 1
            assert f"the scheduler of process {first.pid} on {os.uname().nodename}" in complaint.decode()
            crawls = children(first.pid)
            os.kill(first.pid, signal.SIGKILL)
            first.wait()
            assert crawls
            assert wait_until_gone(crawls) == set()
        finally:
            end(first)
        assert place.job_runs() == [(JobRunState.RUNNING, 1)]
        place.finish()
        assert place.made() == dict.fromkeys(place.names, 1)
        assert place.job_runs() == [(JobRunState.DONE, 2)]
        with Desk.open(place.path) as desk:
            assert [r.state for r in desk.runs()] == [RunState.DONE]
            assert desk.faults() == []
            assert "requeued" in {e.event for e in desk.events()}


def test_a_scheduler_that_is_asked_to_end_leaves_its_night_to_the_next_one(tmp_path: Path) -> None:
    with station(tmp_path) as place:
        process = at_work(place)
        try:
            os.kill(process.pid, signal.SIGTERM)
            place.gate.open.set()
            _, complaint = process.communicate(timeout=90)
            assert (process.returncode, complaint) == (0, b"")
        finally:
            end(process)
        with Desk.open(place.path) as desk:
            assert desk.scheduler_beat_at() is None
        place.finish()
        assert place.made() == dict.fromkeys(place.names, 1)
        assert [state for state, _ in place.job_runs()] == [JobRunState.DONE]


@pytest.mark.timeout(240)
def test_a_scheduler_whose_sites_hang_ends_in_the_time_that_its_unit_gives(tmp_path: Path) -> None:
    with station(tmp_path) as place:
        process = at_work(place)
        crawls = children(process.pid)
        try:
            os.kill(process.pid, signal.SIGTERM)
            _, complaint = process.communicate(timeout=stop_seconds("scheduler"))
            assert (process.returncode, complaint) == (0, b"")
            assert crawls
            assert wait_until_gone(crawls) == set()
        finally:
            end(process)
        with Desk.open(place.path) as desk:
            assert desk.scheduler_beat_at() is None
            assert desk.faults() == []
            assert [r.state for r in desk.runs()] == [RunState.RUNNING], "to be continued"
        place.finish()
        assert place.made() == dict.fromkeys(place.names, 1)
        with Desk.open(place.path) as desk:
            assert [r.state for r in desk.runs()] == [RunState.DONE]
