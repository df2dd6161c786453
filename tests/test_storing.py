"""Plain `scrapy crawl visit`: plans out of the database, visits into it, the run closed or left to be continued."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from made import AOBA, CEDAR, stored, visit
from scrapy import Spider
from scrapy.exceptions import CloseSpider, DropItem
from scrapy.settings import Settings

from crawler.job import Report
from crawler.model import Flag, RunKind, RunState, VisitOutcome
from db.registry import read_registry
from db.store import Store
from pipelines.storing import StoreVisits, database, job_from_store
from samples.server import SampleNetwork

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples" / "clusters.csv"
SPIDER = Spider(name="visit")


def settings(path: Path, priority: str = "cmdline") -> Settings:
    made = Settings()
    made.set("CLUSTERWATCH_DB", str(path), priority=priority)
    return made


def test_a_database_named_by_hand_wins_over_the_environment_and_that_over_the_project(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CLUSTERWATCH_DB", raising=False)
    assert database(settings(Path("a.db"), "project")) == Path("a.db")
    monkeypatch.setenv("CLUSTERWATCH_DB", "b.db")
    assert database(settings(Path("a.db"), "project")) == Path("b.db")
    assert database(settings(Path("a.db"), "cmdline")) == Path("a.db")


def test_the_job_is_a_new_nightly_run_over_the_registry(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.db")
    job = job_from_store(settings(path))
    assert [p.cluster.cluster_id for p in job.plans] == ["aoba", "bare", "cedar"]
    with Store.open(path) as store:
        run = store.own_run(RunKind.NIGHTLY)
        assert run is not None
        assert run.now == job.now
        assert store.waiting(run.run_id) == ["aoba", "bare", "cedar"]


@pytest.mark.parametrize("kind", ["missing", "text", "empty registry"])
def test_without_a_registry_the_crawl_ends_with_one_line(
    tmp_path: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "a.db"
    if kind == "text":
        path.write_text("no database at all, but long enough to look into\n" * 50)
    if kind == "empty registry":
        Store.open(path, create=True).close()
    with pytest.raises(CloseSpider) as caught:
        job_from_store(settings(path))
    assert caught.value.reason == "no_store"
    (record,) = caplog.records
    assert record.getMessage().startswith(str(path))
    assert record.exc_info is None
    StoreVisits(path).ended(SPIDER, "no_store")


def read(cluster_id: str, at: datetime) -> Report:
    return Report(visit=replace(visit(cluster_id), started_at=at))


def test_visits_are_claimed_stored_and_judged_and_the_run_is_closed(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.db", AOBA, CEDAR)
    job = job_from_store(settings(path))
    pipeline = StoreVisits(path)
    for plan in job.plans:
        pipeline.started(plan.cluster.cluster_id)
        item = read(plan.cluster.cluster_id, job.now)
        assert pipeline.process_item(item) is item
    pipeline.ended(SPIDER, "finished")
    with Store.open(path) as store:
        run = store.runs(1)[0]
        assert (run.state, run.counts) == (RunState.DONE, {"done": 2, "visit_read": 2})
        assert {i: v.decided_at for i, v in store.latest_verdicts().items()} == {"aoba": job.now, "cedar": job.now}


def test_an_interrupted_crawl_is_continued_by_the_next(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.db", AOBA, CEDAR)
    job = job_from_store(settings(path))
    pipeline = StoreVisits(path)
    pipeline.process_item(read("aoba", job.now))
    pipeline.started("cedar")
    pipeline.ended(SPIDER, "shutdown")
    again = job_from_store(settings(path))
    assert ([p.cluster.cluster_id for p in again.plans], again.now) == (["cedar"], job.now)


def test_a_run_in_which_our_network_was_down_is_void(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    clusters = [replace(CEDAR, cluster_id=f"c{i}", website=f"http://c{i}.example/") for i in range(5)]
    path = stored(tmp_path / "a.db", *clusters)
    job = job_from_store(settings(path))
    pipeline = StoreVisits(path)
    for cluster in clusters:
        item = replace(visit(cluster.cluster_id, outcome=VisitOutcome.FAILED), started_at=job.now, pages=())
        pipeline.process_item(Report(visit=item))
    pipeline.ended(SPIDER, "finished")
    assert "our own network" in caplog.text
    with Store.open(path) as store:
        assert store.runs(1)[0].state is RunState.VOID
        assert len(store.visits("c0")) == 1  # that of the night before


def test_a_visit_of_a_job_that_did_not_come_from_the_store_is_dropped(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.db")
    pipeline = StoreVisits(path)
    pipeline.started("aoba")
    with pytest.raises(DropItem, match="aoba: no run of this process"):
        pipeline.process_item(Report(visit=visit()))
    pipeline.ended(SPIDER, "finished")
    with Store.open(path) as store:
        assert store.visits("aoba") == [visit()]


def test_scrapy_by_hand_visits_stores_and_judges(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    wanted = {"silent": Flag.LIKELY_CEASED, "no-website": Flag.UNDETERMINED}
    with Store.open(path, create=True) as store:
        store.upsert_clusters([c for c in read_registry(SAMPLES).accepted if c.cluster_id in wanted])
    command = [sys.executable, "-m", "scrapy", "crawl", "visit", "-s", "LOG_LEVEL=WARNING", "-s", "DOWNLOAD_DELAY=0"]
    with SampleNetwork(now=datetime.now(UTC)) as network:
        command += ["-s", "CLUSTERWATCH_ALLOW=127.0.0.0/8", "-s", f"CLUSTERWATCH_NAMESERVERS={network.nameserver}"]
        proxies = {"http_proxy": network.proxy_url, "https_proxy": network.proxy_url, "no_proxy": ""}
        environment = {**os.environ, **proxies, "CLUSTERWATCH_DB": str(path)}
        crawl = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=90)
    assert (crawl.returncode, crawl.stderr) == (0, "")
    with Store.open(path) as store:
        assert store.runs(1)[0].state is RunState.DONE
        assert {i: v.flag for i, v in store.latest_verdicts().items()} == wanted
        assert [k.url for k in store.all_kept("silent")]
        assert list(store.archive_faults()) == []
    assert (tmp_path / "a-archive").is_dir()
