"""What programs ask that watch over the server: /live, /health and /metrics, over a real server."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from made import AOBA, BARE, CEDAR, verdict, visit
from pages import NOW, Clock, ceased, serving, with_people
from prometheus_client.parser import text_string_to_metric_families

from crawler.config import Config, Limits, Monitoring, Storage
from crawler.model import RunKind, RunState, VisitOutcome
from crawler.timetable import JobName
from db.backup import back_up
from db.desk import Desk
from db.job_runs import JobRunState
from pipelines.health import Code

EVERY = ["aoba", "bare", "cedar"]
CONFIG = Config(limits=Limits(min_free_bytes=0), storage=Storage(archive="", backups="copies"))
OPEN = replace(CONFIG, monitoring=Monitoring(metrics_open=True))


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Three clusters and a night over them that ended five hours ago, after one."""
    path = tmp_path / "m.db"
    with Desk.open(path, create=True, clock=lambda: ago(99)) as desk:
        desk.upsert_clusters((AOBA, BARE, CEDAR))
    with_people(path)
    with Desk.open(path, clock=lambda: ago(6)) as desk:
        run = desk.start_run(RunKind.NIGHTLY, ago(6), EVERY)
        desk.add_visit(run, visit("aoba"), ceased("aoba"))
        desk.add_visit(run, visit("cedar", outcome=VisitOutcome.FAILED), verdict("cedar"))
    with Desk.open(path, clock=lambda: ago(5)) as desk:
        desk.end_run(run, RunState.DONE)
    return path


@contextmanager
def asking(database: Path, clock: Callable[[], datetime], config: Config = CONFIG) -> Iterator[httpx.Client]:
    """A program that keeps no cookies and says nothing of itself."""
    with (
        serving(database, clock=clock, config=config) as address,
        httpx.Client(base_url=address, trust_env=False) as it,
    ):
        yield it


def token(database: Path, name: str = "vera") -> dict[str, str]:
    with Desk.open(database, clock=Clock()) as desk:
        return {"Authorization": f"Bearer {desk.make_token(name, 'prometheus', 30, by='test')}"}


Figures = dict[str, float]


def figures(answer: httpx.Response) -> Figures:
    """Every sample by its name and labels, as Prometheus reads it."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return {
        s.name + "".join(f" {k}={v}" for k, v in s.labels.items()): s.value
        for family in text_string_to_metric_families(answer.text)
        for s in family.samples
    }


# --- health ---


def test_health_is_ok_while_the_nights_are_as_they_should_be_and_bad_when_one_is_missing(
    database: Path, clock: Clock
) -> None:
    with asking(database, clock) as it:
        answer = it.get("/health")
        assert (answer.status_code, answer.json()) == (200, {"status": "ok", "findings": []})
        clock.now += timedelta(hours=22)
        answer = it.get("/health")
        assert (answer.status_code, answer.json()) == (
            503, {"status": "bad", "findings": [{"code": "not_run", "severity": "bad"}]},
        )  # fmt: skip
        assert answer.headers["cache-control"] == "no-store"


def test_the_span_is_a_setting(database: Path, clock: Clock) -> None:
    with asking(database, clock, replace(CONFIG, monitoring=Monitoring(span_hours=4))) as it:
        assert it.get("/health").status_code == 503


def test_health_tells_warnings_and_stays_ok(database: Path, clock: Clock) -> None:
    with Desk.open(database, clock=lambda: ago(1)) as desk:
        desk.since()
    with asking(database, clock) as it:
        answer = it.get("/health")
    assert (answer.status_code, answer.json()["findings"]) == (
        200, [{"code": "scheduler_ended", "severity": "warning"}],
    )  # fmt: skip


def test_health_looks_into_the_database_once_for_all_who_ask_at_a_time(database: Path, clock: Clock) -> None:
    with asking(database, clock) as it:
        assert it.get("/health").status_code == 200
        with Desk.open(database) as desk:
            desk.void_run(desk.start_run(RunKind.NIGHTLY, NOW, EVERY), "our network")
            desk.end_run(desk.start_run(RunKind.NIGHTLY, NOW, EVERY), RunState.FAILED, "again")
        clock.now += timedelta(seconds=4.9)
        assert it.get("/health").json()["findings"] == []
        clock.now += timedelta(seconds=0.2)
        assert it.get("/health").json()["findings"] == [{"code": "failed", "severity": "warning"}]


@pytest.mark.parametrize("path", ["/live", "/health"])
def test_a_load_balancer_is_answered_whatever_it_calls_the_server_and_whoever_it_is(
    database: Path, clock: Clock, path: str
) -> None:
    with asking(database, clock) as it:
        for headers in (
            {"Host": "10.0.0.7:8710"}, {"Host": "evil.example"}, {"Cookie": "clusterwatch=none"},
            {"Authorization": "Bearer none"}, {"Sec-Fetch-Site": "cross-site"},
        ):  # fmt: skip
            answer = it.get(path, headers=headers)
            assert (answer.status_code, answer.json()["status"]) == (200, "ok"), headers
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "set-cookie" not in answer.headers
        with Desk.open(database) as desk:
            assert desk.counts()["failed_logins"] == 0, "a token that nobody asked for is no guess"
        assert it.head(path).status_code == 200
        assert it.post(path).status_code == 403, "sent by another website, for all that can be told"
        assert it.post(path, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 405
        assert it.request("GET", path, content=b"x" * 70_000).status_code == 413
        assert it.get("/login", headers={"Host": "evil.example"}).status_code == 421


def test_a_stranger_learns_nothing_of_the_installation(database: Path, clock: Clock) -> None:
    with Desk.open(database, clock=lambda: ago(1)) as desk:
        desk.void_run(desk.start_run(RunKind.NIGHTLY, NOW, EVERY), "our network 192.0.2.7 was down")
    with asking(database, clock, replace(CONFIG, limits=Limits(min_free_bytes=2**50))) as it:
        answer = it.get("/health")
    told = json.dumps(answer.json())
    assert {"void", "disk_low"} <= {f["code"] for f in answer.json()["findings"]}
    assert not re.search(rf"\d|{database.name}|{database.parent}|network|Aoba", told)


@pytest.mark.parametrize("trouble", ["missing", "damaged"])
def test_without_a_database_the_server_lives_and_says_so(database: Path, clock: Clock, trouble: str) -> None:
    with asking(database, clock, OPEN) as it:
        for part in database.parent.glob(f"{database.name}*"):
            part.unlink()
        if trouble == "damaged":
            database.write_text("no database\n" * 500)
        cookie = {"Cookie": "clusterwatch=some-session"}
        assert it.get("/live", headers=cookie).status_code == 200
        answer = it.get("/health", headers=cookie)
        assert (answer.status_code, [f["code"] for f in answer.json()["findings"]]) == (503, [f"database_{trouble}"])
        told = figures(it.get("/metrics"))
    assert (told["clusterwatch_database_up"], told["clusterwatch_healthy"]) == (0, 0)
    assert told[f"clusterwatch_finding code=database_{trouble} severity=bad"] == 1
    assert not any(name.startswith(("clusterwatch_last", "clusterwatch_clusters")) for name in told)


# --- metrics ---


def test_metrics_need_a_token_and_no_more_than_a_viewer(database: Path, clock: Clock) -> None:
    with asking(database, clock) as it:
        refused = it.get("/metrics")
        assert (refused.status_code, refused.headers["content-type"]) == (401, "application/problem+json")
        assert refused.headers["www-authenticate"].startswith("Bearer")
        assert it.get("/metrics", headers={"Authorization": "Bearer cw_none"}).status_code == 401
        sent = token(database)
        assert figures(it.get("/metrics", headers=sent))["clusterwatch_database_up"] == 1
        assert it.get("/metrics", headers=sent | {"Host": "evil.example"}).status_code == 421
        with Desk.open(database, clock=clock) as desk:
            (made,) = desk.tokens("vera")
            desk.revoke_token("vera", made.token_id, by="boss")
        assert it.get("/metrics", headers=sent).status_code == 401


def test_metrics_are_open_where_the_settings_say_so(database: Path, clock: Clock) -> None:
    with asking(database, clock, OPEN) as it:
        assert figures(it.get("/metrics"))["clusterwatch_healthy"] == 1
        assert it.get("/metrics", headers={"Host": "evil.example"}).status_code == 421
        assert it.get("/api/me").status_code == 401


def test_every_figure_is_that_of_the_database(database: Path, clock: Clock) -> None:
    with Desk.open(database, clock=lambda: ago(0.01)) as desk:
        desk.take_scheduler()
        desk.ask_rescan("cedar", by="kato")
        desk.leave_job_run(JobName.CRAWL, ago(30), JobRunState.MISSED, "nobody was there")
        desk.leave_job_run(JobName.CRAWL, ago(54), JobRunState.MISSED, "nobody was there")
    back_up(database, database.parent / "copies", now=ago(3))
    with asking(database, clock, OPEN) as it:
        told = figures(it.get("/metrics"))
    seconds = NOW.timestamp()
    expected = {
        "clusterwatch_last_run_start_timestamp_seconds": seconds - 6 * 3600,
        "clusterwatch_last_run_end_timestamp_seconds": seconds - 5 * 3600,
        "clusterwatch_last_done_run_end_timestamp_seconds": seconds - 5 * 3600,
        "clusterwatch_last_run_duration_seconds": 3600,
        "clusterwatch_last_run_state state=done": 1,
        "clusterwatch_last_run_state state=running": 0,
        "clusterwatch_last_run_visits outcome=read": 1,
        "clusterwatch_last_run_visits outcome=failed": 1,
        "clusterwatch_last_run_visits outcome=lost": 0,
        "clusterwatch_last_run_requests": 4,
        "clusterwatch_last_run_received_bytes": 2 * 1234,
        "clusterwatch_clusters_by_flag flag=likely_ceased": 1,
        "clusterwatch_clusters_by_flag flag=japanese_only": 1,
        "clusterwatch_clusters_by_flag flag=undetermined": 1,
        "clusterwatch_clusters_by_flag flag=active": 0,
        "clusterwatch_clusters_by_activity activity=likely_ceased": 1,
        "clusterwatch_open_questions kind=ceased": 1,
        "clusterwatch_open_questions kind=moved": 0,
        "clusterwatch_job_runs job=crawl state=missed": 2,
        "clusterwatch_rescans state=queued": 1,
        "clusterwatch_rescans state=running": 0,
        "clusterwatch_scheduler_beat_timestamp_seconds": seconds - 36,
        "clusterwatch_last_backup_timestamp_seconds": seconds - 3 * 3600,
    }
    assert {name: told.get(name) for name in expected} == expected
    assert told["clusterwatch_disk_free_bytes"] > 0
    assert told["clusterwatch_database_size_bytes"] >= database.stat().st_size
    (build,) = (name for name in told if name.startswith("clusterwatch_build_info"))
    assert re.search(r"version=\d+\.\d+", build)


def test_a_night_under_way_has_no_end_and_the_last_one_that_counts_keeps_its_own(database: Path, clock: Clock) -> None:
    with Desk.open(database, clock=lambda: ago(1)) as desk:
        desk.start_run(RunKind.NIGHTLY, ago(1), EVERY)
        desk.start_run(RunKind.NIGHTLY, ago(1), ["aoba"])  # asked for by hand, and no night
    with asking(database, clock, OPEN) as it:
        told = figures(it.get("/metrics"))
    assert told["clusterwatch_last_run_start_timestamp_seconds"] == ago(1).timestamp()
    assert told["clusterwatch_last_run_state state=running"] == 1
    assert "clusterwatch_last_run_end_timestamp_seconds" not in told
    assert "clusterwatch_last_run_duration_seconds" not in told
    assert told["clusterwatch_last_done_run_end_timestamp_seconds"] == ago(5).timestamp()
    assert "clusterwatch_scheduler_beat_timestamp_seconds" not in told


def test_names_and_help_follow_the_conventions(database: Path, clock: Clock) -> None:
    with asking(database, clock, OPEN) as it:
        families = list(text_string_to_metric_families(it.get("/metrics").text))
    assert len(families) > 15
    for family in families:
        assert re.fullmatch(r"clusterwatch_[a-z_]+", family.name)
        assert family.documentation.endswith("."), family.name
        assert family.type == "gauge", family.name
        if "timestamp" in family.name:
            assert family.name.endswith("_timestamp_seconds")


def test_asking_writes_nothing_but_the_day_a_token_was_used(database: Path, clock: Clock) -> None:
    sent = token(database)
    with asking(database, clock) as it:
        it.get("/metrics", headers=sent)
        with closing(Desk.open(database)) as desk:
            before = desk.counts()
        for path in ("/live", "/health", "/metrics"):
            it.get(path, headers=sent)
        with closing(Desk.open(database)) as desk:
            assert desk.counts() == before


def test_every_figure_is_documented_and_no_other(database: Path, clock: Clock) -> None:
    with Desk.open(database, clock=clock) as desk:
        desk.take_scheduler()
        desk.leave_job_run(JobName.CRAWL, ago(30), JobRunState.MISSED, "nobody was there")
    back_up(database, database.parent / "copies", now=ago(3))
    with asking(database, clock, replace(OPEN, limits=Limits(min_free_bytes=2**50))) as it:
        told = {name.partition(" ")[0] for name in figures(it.get("/metrics"))}
    text = (Path(__file__).parents[1] / "docs" / "operations.md").read_text("utf-8")
    assert set(re.findall(r"^\| `(clusterwatch_\w+)` \|", text, re.MULTILINE)) == told
    assert set(re.findall(r"clusterwatch_[a-z_]+(?=[{\[) ]|`)", text)) - told == set(), "in alerts and in prose"


def test_every_finding_is_documented_and_no_other() -> None:
    text = (Path(__file__).parents[1] / "docs" / "operations.md").read_text("utf-8")
    section = text.split("## What to do about a finding")[1].split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == list(Code)
