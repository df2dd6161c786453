"""Runs a crawl as a subprocess, stores and judges what it delivers, and keeps the ledger. The one writer.

A Twisted reactor cannot start twice in one process, and a crash of a parser or a browser must not take the
store with it: so the spider lives in a process of its own and tells its visits over a pipe.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from crawler.config import Config, scrapy_settings
from crawler.job import Job, PictureJob, decode_progress, encode_job
from crawler.model import RunKind, Verdict, Visit, VisitOutcome
from db.rows import Run
from db.store import Store
from pipelines import runs

_MAX_RESTARTS = 100  # of one run; more crashes than that are no fault of single websites
# A crawl that tells nothing for this long, beyond the longest visit, hangs in our own code and is ended.
_SILENCE_S = 60.0
_TO_START_S = 60.0  # more for the first word: a busy machine takes its time to load everything
_TO_END_S = 10.0  # for a crawl to end when it is asked to
_DIED = "the crawl process died or hung while visiting it"


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
    pictures: int = 0  # of home pages
    void: str = ""
    warnings: list[str] = field(default_factory=list)  # what somebody must act on although the run counts
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
    suspects: list[str] = []
    for _ in range(_MAX_RESTARTS):
        if not waiting:
            break
        job = _job(store, run, config, suspects or waiting, alone=bool(suspects))
        under_way = _one_process(store, job, crawl, watch, environment)
        if suspects and under_way:  # visited alone, so it is the cause
            _give_up(store, crawl, sorted(under_way), _DIED)
        remaining = store.waiting(run.run_id)
        if len(remaining) == len(waiting) and not under_way:
            _give_up(store, crawl, remaining, "the crawl process could not start")
            break
        # Of the visits under way at a death one was the cause: they are made one at a time, before all others.
        suspects = [c for c in remaining if c in under_way or c in suspects]
        waiting = remaining
    _give_up(store, crawl, store.waiting(run.run_id), "the crawl process died too often")
    runs.shelf(store, run.run_id, config.storage)  # mends what a killed process left
    _close(store, crawl, run, config, environment)
    return crawl


def _close(store: Store, crawl: Crawl, run: Run, config: Config, environment: dict[str, str] | None) -> None:
    """Close the run; then take pictures for the questions that it opened, if it counts."""
    crawl.void = runs.close(store, crawl.run_id, config.policy, note=" ".join(crawl.warnings))
    if not crawl.void:
        _take_pictures(store, crawl, run, config, environment)


def _take_pictures(store: Store, crawl: Crawl, run: Run, config: Config, environment: dict[str, str] | None) -> None:
    """Keep how the home pages look about which a run opened a question. What cannot be shown has no picture."""
    shelf = runs.shelf(store, run.run_id, config.storage)
    wanted = runs.pictures_wanted(store, run.run_id, config) if shelf and config.browser.enabled else ()
    if shelf is None or not wanted:
        return
    job = PictureJob(now=run.now, wanted=wanted, shelf=shelf, config=config)
    with _process(job, environment) as (lines, _):
        for progress in decode_progress(lines):
            if progress.warning and progress.warning not in crawl.warnings:
                crawl.warnings.append(progress.warning)
            if progress.shot is not None:
                store.add_picture(run.run_id, progress.shot)
                crawl.pictures += 1


def _job(store: Store, run: Run, config: Config, cluster_ids: Sequence[str], *, alone: bool) -> Job:
    """The order to visit these clusters, several at a time or each alone."""
    if alone:
        config = replace(config, politeness=replace(config.politeness, concurrent_sites=1))
    plans = runs.plans(store, run.kind, cluster_ids)
    return Job(now=run.now, config=config, plans=plans, shelf=runs.shelf(store, run.run_id, config.storage))


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
            if progress.warning and progress.warning not in crawl.warnings:
                crawl.warnings.append(progress.warning)
            if progress.visit is not None:
                cluster_id = progress.visit.cluster_id
                under_way.discard(cluster_id)
                verdict = runs.take_in(
                    store, crawl.run_id, clusters[cluster_id], progress.visit, job.config.policy, progress.records
                )
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
def _process(
    job: Job | PictureJob, environment: dict[str, str] | None
) -> Iterator[tuple[Iterator[bytes], Callable[[], str]]]:
    """A crawl process: its lines, and its log afterwards. It never outlives this block."""
    with tempfile.TemporaryDirectory(prefix="clusterwatch-") as folder:
        order = Path(folder) / "job.json"
        order.write_bytes(encode_job(job))
        log = Path(folder) / "log"
        with log.open("wb") as errors:
            process = subprocess.Popen(
                _command("visit" if isinstance(job, Job) else "picture", order, job.config),
                stdin=subprocess.PIPE,  # closed by our end, however we end: the crawl ends with it
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, **(environment or {}), "SCRAPY_SETTINGS_MODULE": "crawler.settings"},
                start_new_session=True,
            )
        try:
            yield _lines(process, job.config.budget.max_seconds + _SILENCE_S), lambda: _tail(log)
        finally:
            _end_process(process)


def _lines(process: subprocess.Popen[bytes], silence_s: float) -> Iterator[bytes]:
    """What the process tells, line by line, until it ends, or is ended because it told nothing for too long."""
    assert process.stdout is not None
    out = process.stdout.fileno()
    rest = b""
    patience_s = silence_s + _TO_START_S
    while select.select([out], [], [], patience_s)[0]:
        patience_s = silence_s
        told = os.read(out, 1 << 16)
        if not told:
            break
        *lines, rest = (rest + told).split(b"\n")
        yield from (line + b"\n" for line in lines)
    else:
        process.kill()


def _end_process(process: subprocess.Popen[bytes]) -> None:
    """End the process and its group, and free its pipes. The browser goes with it: it hangs on a pipe of the crawl."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=0 if sys.exc_info()[0] else _TO_END_S)
    for end in (process.terminate, process.kill):
        if process.poll() is None:
            end()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=_TO_END_S)
    if process.returncode:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # what it started and left behind
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _command(spider: str, order: Path, config: Config) -> list[str]:
    settings = {
        **scrapy_settings(config),
        "ITEM_PIPELINES": '{"pipelines.deliver.DeliverVisits": 100}',
        "LOG_LEVEL": "WARNING",
    }
    options = [word for key, value in settings.items() for word in ("-s", f"{key}={value}")]
    return [sys.executable, "-m", "scrapy", "crawl", spider, "-a", f"job={order}", *options]


def _tail(log: Path, size: int = 4000) -> str:
    return log.read_bytes()[-size:].decode("utf-8", "replace").strip()


def _give_up(store: Store, crawl: Crawl, cluster_ids: Sequence[str], reason: str) -> None:
    """Leave clusters out of the run: trying again would end in the same way for ever."""
    for cluster_id in cluster_ids:
        crawl.failed[cluster_id] = reason
        store.fail_task(crawl.run_id, cluster_id, reason)
