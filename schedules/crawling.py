"""Runs a crawl as a subprocess, stores and judges what it delivers, and keeps the ledger. The one writer.

A Twisted reactor cannot start twice in one process, and a crash of a parser or a browser must not take the
store with it: so the spider lives in a process of its own and tells its visits over a pipe.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path

from crawler.config import Config, scrapy_settings
from crawler.job import Job, decode_progress, encode_job
from crawler.model import RunKind, Verdict, Visit, VisitOutcome
from db.store import Store
from pipelines import runs

# A cluster whose visit was under way each time that the crawl died is the likely cause: it is left out.
_MAX_DEATHS = 2
_MAX_RESTARTS = 20


@dataclass(slots=True)
class Crawl:
    """The account of one run, filled as it goes."""

    run_id: int
    total: int
    resumed: int = 0  # visits that an earlier, interrupted process had made
    outcomes: dict[str, VisitOutcome] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)  # cluster id, reason
    pages: int = 0
    n_bytes: int = 0
    rendered: int = 0
    void: str = ""
    log: str = ""  # what the crawl wrote to standard error, its end


@dataclass(frozen=True, slots=True)
class Step:
    """What happened just now, for whoever watches."""

    cluster_id: str
    visit: Visit | None  # None: the visit begins
    verdict: Verdict | None
    done: int
    total: int


Watcher = Callable[[Step], None]


def run_crawl(
    store: Store,
    *,
    kind: RunKind,
    now: datetime,
    config: Config,
    cluster_ids: Sequence[str] | None = None,
    watch: Watcher = lambda step: None,
    environment: dict[str, str] | None = None,
) -> Crawl:
    """Visit clusters (all by default), store every visit with its verdict, and say how it went.

    An interrupted run of the same kind is continued: what it has is kept, and nothing is visited twice.
    """
    run = store.begin_run(kind, now, cluster_ids, config.policy.name)
    waiting = store.waiting(run.run_id)
    total = store.task_count(run.run_id)
    crawl = Crawl(run_id=run.run_id, total=total, resumed=total - len(waiting))
    deaths: dict[str, int] = {}
    for _ in range(_MAX_RESTARTS):
        if not waiting:
            break
        job = Job(now=run.now, config=config, plans=runs.plans(store, kind, waiting))
        under_way = _one_process(store, job, crawl, watch, environment)
        for cluster_id in under_way:
            deaths[cluster_id] = deaths.get(cluster_id, 0) + 1
            if deaths[cluster_id] >= _MAX_DEATHS:
                crawl.failed[cluster_id] = "the crawl process died while visiting it"
                store.fail_task(run.run_id, cluster_id, crawl.failed[cluster_id])
        remaining = store.waiting(run.run_id)
        if len(remaining) == len(waiting) and not under_way:
            _give_up(store, crawl, remaining)
            break
        waiting = remaining
    crawl.void = runs.close(store, crawl.run_id, config.policy)
    return crawl


def _one_process(store: Store, job: Job, crawl: Crawl, watch: Watcher, environment: dict[str, str] | None) -> set[str]:
    """Run one crawl process to its end; gives the clusters whose visits it left under way."""
    clusters = {p.cluster.cluster_id: p.cluster for p in job.plans}
    under_way: set[str] = set()
    with _process(job, environment) as (lines, log):
        for progress in decode_progress(lines):
            if progress.started:
                under_way.add(progress.started)
                store.claim(crawl.run_id, progress.started)
                watch(Step(progress.started, None, None, _done(crawl), crawl.total))
            if progress.visit is not None:
                cluster_id = progress.visit.cluster_id
                under_way.discard(cluster_id)
                verdict = runs.take_in(store, crawl.run_id, clusters[cluster_id], progress.visit, job.config.policy)
                _account(crawl, progress.visit)
                watch(Step(cluster_id, progress.visit, verdict, _done(crawl), crawl.total))
        crawl.log = log()
    return under_way


def _done(crawl: Crawl) -> int:
    return crawl.resumed + len(crawl.outcomes)


def _account(crawl: Crawl, visit: Visit) -> None:
    """Add a visit to the account of its run."""
    crawl.outcomes[visit.cluster_id] = visit.outcome
    crawl.pages += sum(1 for f in visit.fetches if f.status is not None)
    crawl.n_bytes += sum(f.n_bytes for f in visit.fetches)
    crawl.rendered += sum(1 for f in visit.fetches if f.rendered)


@contextmanager
def _process(job: Job, environment: dict[str, str] | None) -> Iterator[tuple[Iterator[bytes], Callable[[], str]]]:
    """A crawl process: its lines, and its log afterwards. It never outlives this block."""
    with tempfile.TemporaryDirectory(prefix="clusterwatch-") as folder:
        order = Path(folder) / "job.json"
        order.write_bytes(encode_job(job))
        log = Path(folder) / "log"
        with log.open("wb") as errors:
            process = subprocess.Popen(
                _command(order, job.config),
                stdin=subprocess.PIPE,  # closed by our end, however we end: the crawl ends with it
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, **(environment or {}), "SCRAPY_SETTINGS_MODULE": "crawler.settings"},
                start_new_session=True,
            )
        try:
            yield iter((process.stdout or BytesIO()).readline, b""), lambda: _tail(log)
            process.wait()
        finally:
            _end_process(process)


def _end_process(process: subprocess.Popen[bytes]) -> None:
    """End the process group, browser included, and free its pipes."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _command(order: Path, config: Config) -> list[str]:
    settings = {
        **scrapy_settings(config),
        "ITEM_PIPELINES": '{"pipelines.deliver.DeliverVisits": 100}',
        "LOG_LEVEL": "WARNING",
    }
    options = [word for key, value in settings.items() for word in ("-s", f"{key}={value}")]
    return [sys.executable, "-m", "scrapy", "crawl", "visit", "-a", f"job={order}", *options]


def _tail(log: Path, size: int = 4000) -> str:
    return log.read_bytes()[-size:].decode("utf-8", "replace").strip()


def _give_up(store: Store, crawl: Crawl, remaining: Sequence[str]) -> None:
    """A crawl process that ends without visiting anything would do so for ever."""
    for cluster_id in remaining:
        crawl.failed[cluster_id] = "the crawl process could not start"
        store.fail_task(crawl.run_id, cluster_id, crawl.failed[cluster_id])
